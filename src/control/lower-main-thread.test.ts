import assert from "node:assert/strict";
import { once } from "node:events";
import { getPriority } from "node:os";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { startPriority } from "../kernel/index.ts";
import { lowerMainThread, runningThreads } from "./lower-main-thread.ts";

const nicenessOfWorker =
  'require("worker_threads").parentPort.postMessage(Number(require("fs").readFileSync("/proc/thread-self/stat","latin1").replace(/^.*\\) /s,"").split(" ")[16]))';

/** A thread that says its niceness once it is asked. */
async function startWorker() {
  const worker = new Worker(`require("worker_threads").parentPort.once("message", () => {${nicenessOfWorker}})`, {
    eval: true,
  });
  await once(worker, "online");
  const askNiceness = async () => {
    worker.postMessage("tell");
    const [niceness] = (await once(worker, "message")) as number[];
    await worker.terminate();
    return niceness;
  };
  return { askNiceness };
}

test(
  "the main thread and its helpers go behind workers that run already, by the same steps however often it is asked for",
  { skip: process.platform === "linux" ? false : "priorities are those of threads on Linux only" },
  async () => {
    const started = startPriority();
    const helper = await startWorker();
    const helpers = runningThreads();
    const worker = await startWorker();

    lowerMainThread(helpers);
    lowerMainThread(helpers);

    const lowered = Math.min(19, started + 5);
    assert.equal(getPriority(process.pid), lowered);
    assert.equal(startPriority(), started);
    assert.equal(await helper.askNiceness(), lowered);
    const first = Math.min(...helpers.filter((thread) => thread > process.pid));
    assert.equal(getPriority(first), Math.min(19, started + 12));
    assert.equal(await worker.askNiceness(), started);
  },
);
