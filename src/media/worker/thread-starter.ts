import { MessageChannel, Worker } from "node:worker_threads";
import { holdYoungMemory, ownModule } from "../../kernel/index.ts";
import { processLoadGate } from "../io/load-gate.ts";
import { createDoorbell, type Doorbell } from "./doorbell.ts";
import {
  isUrgent,
  mayWait,
  type RtpCommand,
  type RtpEvent,
  type RtpWorkerSetting,
  type WorkerStart,
} from "./messages.ts";
import { createOutbox } from "./outbox.ts";
import type { RtpThread, RtpThreadOwner } from "./rtp-thread.ts";

/** Starts threads from a thread of its own, which does nothing else. On Linux a thread inherits the priority of the one that starts it, and
 * the main thread's is lowered once the server runs: a media worker that takes the place of a dead one would go no sooner than signalling. */
export interface ThreadStarter {
  start(setting: RtpWorkerSetting, owner: RtpThreadOwner): RtpThread;
  /** Ends it and whatever it has started; resolves when all is gone. */
  close(): Promise<void>;
}

/** What the starter reports of a thread that it started: why it broke, and then that it has ended. */
export type ThreadReport =
  | { readonly type: "failed"; readonly id: number; readonly why: string }
  | { readonly type: "ended"; readonly id: number };

/** Makes a starter; its thread has the priority that the calling thread has now. */
export function createThreadStarter(): ThreadStarter {
  const owners = new Map<number, RtpThreadOwner>();
  const gate = processLoadGate();
  let nextId = 1;
  let starter: Worker | undefined;
  const startStarter = () => {
    const thread = new Worker(ownModule("media/worker/starter-worker"), { name: "offhook-starter" });
    // May come after the port of that thread has closed.
    thread.on("message", (report: ThreadReport) => {
      if (report.type === "failed") owners.get(report.id)?.onError(report.why);
      else owners.delete(report.id);
    });
    thread.on("error", (error) => owners.forEach((owner) => owner.onError(error)));
    thread.on("exit", () => {
      if (starter === thread) starter = undefined;
    });
    thread.unref();
    return thread;
  };
  starter = startStarter();

  return {
    start(setting, owner) {
      const id = nextId++;
      const { port1: port, port2: far } = new MessageChannel();
      owners.set(id, owner);
      // Its first words come after all native code is loaded; a thread that is ended while it loads some takes the process along.
      let isLoaded: () => void = () => undefined;
      const loaded = new Promise<void>((resolve) => (isLoaded = resolve));
      if (setting.packets === "dgram") isLoaded();
      let bell: Doorbell | undefined;
      port.on("message", (events: readonly RtpEvent[]) => {
        isLoaded();
        for (const event of events) {
          if (event.type === "started") {
            holdYoungMemory();
            if (event.bell !== undefined) bell = createDoorbell(event.bell);
          }
          owner.onEvent(event);
        }
      });
      const outbox = createOutbox<RtpCommand>((commands) => {
        port.postMessage(commands);
        if (commands.some(isUrgent)) bell?.ring();
      });
      const gone = new Promise<void>((resolve) => {
        // Also when the thread at the far end is gone; after all that it has sent.
        port.once("close", () => {
          bell?.close();
          owner.onExit();
          resolve();
        });
      });
      starter ??= startStarter();
      const start: WorkerStart = { setting, port: far, gate };
      starter.postMessage({ id, start }, [far]);
      return {
        post: (command) => outbox.add(command, mayWait(command)),
        close: async () => {
          outbox.flush();
          await Promise.race([loaded, gone]);
          port.close();
          await gone;
        },
      };
    },
    async close() {
      await starter?.terminate();
    },
  };
}
