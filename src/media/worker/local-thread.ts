import type { Clock } from "../../kernel/index.ts";
import type { PacketIo } from "../io/packet-io.ts";
import { createRtpHost } from "./rtp-host.ts";
import type { StartRtpThread } from "./rtp-thread.ts";

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
