import { Worker } from "node:worker_threads";

/** Measures how late the machine runs what is due, beside a test: a thread that has nothing else to do ticks every 5 ms. */
export interface MachineWatch {
  /** The most that a tick was late so far, milliseconds. */
  worstMs(): number;
  stop(): Promise<void>;
}

const ticking = `const { workerData } = require("node:worker_threads");
  const worst = new Float64Array(workerData);
  let before = performance.now();
  setInterval(() => {
    const now = performance.now();
    worst[0] = Math.max(worst[0], now - before - 5);
    before = now;
  }, 5);`;

/** Starts to measure. */
export function watchMachine(): MachineWatch {
  const shared = new SharedArrayBuffer(8);
  const worker = new Worker(ticking, { eval: true, workerData: shared });
  return {
    worstMs: () => Math.round(new Float64Array(shared)[0] ?? 0),
    stop: async () => void (await worker.terminate()),
  };
}
