import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { createLoadGate, loadBehindGate, shutLoadGate } from "./load-gate.ts";

test("code is loaded while the gate is open, and what it gives comes back", async () => {
  assert.equal(await loadBehindGate(createLoadGate(), async () => "loaded"), "loaded");
});

test("nothing is loaded any more once the gate is shut", async () => {
  const gate = createLoadGate();

  shutLoadGate(gate);

  await assert.rejects(
    loadBehindGate(gate, () => assert.fail("it was loaded")),
    /the process ends/,
  );
});

test("a load that failed keeps nobody", async () => {
  const gate = createLoadGate();

  await assert.rejects(
    loadBehindGate(gate, async () => Promise.reject(new Error("no library"))),
    /no library/,
  );
  shutLoadGate(gate);
});

test("shutting waits for a thread that loads", async () => {
  const gate = createLoadGate();
  const isLoaded = new Int32Array(new SharedArrayBuffer(8));
  const loader = `
    const { parentPort, workerData } = require("node:worker_threads");
    import(workerData.module).then(({ loadBehindGate }) => loadBehindGate(workerData.gate, async () => {
      parentPort.postMessage("loads");
      Atomics.wait(workerData.isLoaded, 1, 0, 50);
      Atomics.store(workerData.isLoaded, 0, 1);
    }));`;
  const module = new URL("./load-gate.js", import.meta.url).href;
  const worker = new Worker(loader, { eval: true, workerData: { module, gate, isLoaded } });
  await new Promise((resolve) => void worker.once("message", resolve));

  shutLoadGate(gate);

  assert.equal(Atomics.load(isLoaded, 0), 1);
  await worker.terminate();
});
