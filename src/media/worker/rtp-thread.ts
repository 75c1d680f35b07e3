import type { Clock } from "../../kernel/index.ts";
import type { PacketIo } from "../io/packet-io.ts";
import type { RtpCommand, RtpEvent, RtpWorkerSetting } from "./messages.ts";
import { createRtpHost } from "./rtp-host.ts";

/** What carries RTP, as the main thread sees it: commands go in and events come out, each in order, none before the call that
 * caused it has returned. */
export interface RtpThread {
  post(command: RtpCommand): void;
  close(): Promise<void>;
}

/** Who is told what happens in it. */
export interface RtpThreadOwner {
  onEvent(event: RtpEvent): void;
  onError(error: unknown): void;
  /** It ended, by itself or by `close`. */
  onExit(): void;
}

export type StartRtpThread = (setting: RtpWorkerSetting, owner: RtpThreadOwner) => RtpThread;

/** Carries RTP in the calling thread. A message takes no time of the clock, and comes when its timers are run. */
export function createLocalRtpThread(clock: Clock, io: PacketIo): StartRtpThread {
  return (setting, owner) => {
    let isOpen = true;
    const pass = <T>(message: T, take: (message: T) => void) => {
      const copy = structuredClone(message);
      clock.startTimer(0, () => {
        if (isOpen) take(copy);
      });
    };
    const host = createRtpHost(io, clock, setting, (event) => pass(event, owner.onEvent));
    return {
      post: (command) => pass(command, (copy) => host.handle(copy)),
      close: async () => {
        isOpen = false;
        owner.onExit();
      },
    };
  };
}
