import { parentPort } from "node:worker_threads";
import { errorMessage } from "../../kernel/index.ts";
import { loadFlite, type FlitePart } from "./flite-speaker.ts";

/** From the main thread. */
export interface FliteJob {
  readonly id: number;
  readonly parts: readonly FlitePart[];
}

/** To the main thread. */
export type FliteReply =
  | { readonly id: number; readonly samples: Int16Array<SharedArrayBuffer> }
  | { readonly id: number; readonly error: string };

// This file is the body of a worker thread: one Flite, one job at a time.
const speaker = loadFlite();
let last: Promise<void> = Promise.resolve();

parentPort?.on("message", ({ id, parts }: FliteJob) => {
  last = last.then(async () => {
    let reply: FliteReply;
    try {
      reply = { id, samples: await (await speaker)(parts) };
    } catch (error) {
      reply = { id, error: errorMessage(error) };
    }
    parentPort?.postMessage(reply);
  });
});
