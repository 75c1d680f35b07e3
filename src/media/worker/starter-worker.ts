import { setFlagsFromString } from "node:v8";
import { parentPort, Worker } from "node:worker_threads";
import { ownModule } from "../../kernel/index.ts";
import type { WorkerStart } from "./messages.ts";
import type { ThreadReport } from "./thread-starter.ts";
import { youngMemory } from "./young-memory.ts";

interface Order {
  readonly id: number;
  readonly start: WorkerStart;
}

// The entry of the starter thread: starts the media workers, which talk to the main thread by ports of their own.

// V8 compacts the heap of a thread that makes little garbage, as these are, while its legs play: 27 ms of silence for each of 940, where other collections take 2.
setFlagsFromString("--no-memory-reducer");

parentPort?.on("message", ({ id, start }: Order) => {
  const url = ownModule("media/worker/rtp-worker");
  const worker = new Worker(url, {
    workerData: start,
    transferList: [start.port],
    name: "offhook-media",
    resourceLimits: youngMemory,
  });
  const report = (words: ThreadReport) => parentPort?.postMessage(words);
  worker.on("error", (error) => report({ type: "failed", id, why: String(error) }));
  worker.on("exit", () => report({ type: "ended", id }));
});
