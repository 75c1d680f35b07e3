import assert from "node:assert/strict";
import { once } from "node:events";
import { getPriority } from "node:os";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { startPriority } from "../kernel/index.ts";
import { lowerMainThread } from "./lower-main-thread.ts";

const nicenessOfWorker =
  'require("worker_threads").parentPort.postMessage(Number(require("fs").readFileSync("/proc/thread-self/stat","latin1").replace(/^.*\\) /s,"").split(" ")[16]))';

test(
  "the main thread goes behind workers that run already, by the same steps however often it is asked for",
  { skip: process.platform === "linux" ? false : "priorities are those of threads on Linux only" },
  async () => {
    const started = startPriority();
    const worker = new Worker(`require("worker_threads").parentPort.once("message", () => {${nicenessOfWorker}})`, {
      eval: true,
    });
    await once(worker, "online");

    lowerMainThread();
    lowerMainThread();

    assert.equal(getPriority(process.pid), Math.min(19, started + 5));
    assert.equal(startPriority(), started);
    worker.postMessage("tell");
    const [niceness] = await once(worker, "message");
    assert.equal(niceness, started);
    await worker.terminate();
  },
);
