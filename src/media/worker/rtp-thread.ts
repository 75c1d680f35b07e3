import { Worker } from "node:worker_threads";
import type { Clock } from "../../kernel/index.ts";
import type { PacketIo } from "../io/packet-io.ts";
import type { RtpCommand, RtpEvent, RtpWorkerSetting } from "./messages.ts";
import { createRtpHost } from "./rtp-host.ts";
import { workerUrl } from "./worker-url.ts";

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

/** Starts a worker thread that carries RTP over the machine's own sockets and by its clock. */
export function startRtpWorker(setting: RtpWorkerSetting, owner: RtpThreadOwner): RtpThread {
  const worker = new Worker(workerUrl("./rtp-worker", import.meta.url), { workerData: setting, name: "offhook-media" });
  worker.on("message", owner.onEvent);
  worker.on("error", owner.onError);
  worker.on("exit", owner.onExit);
  return {
    post: (command) => worker.postMessage(command),
    close: async () => void (await worker.terminate()),
  };
}

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
