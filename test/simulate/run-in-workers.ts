import { Worker } from "node:worker_threads";
import { addSummaries, emptySummary, type RunOptions, type Summary } from "./run.ts";

/** Calls that a worker is given at a time. */
const portion = 2_000;

/** Simulates calls in several threads. The result does not depend on their number, unless an invariant breaks: then the run ends early,
 * and the broken call with the lowest number that was met is told. */
export async function simulateInWorkers(
  options: RunOptions,
  workers: number,
  onProgress: (calls: number) => void = () => undefined,
): Promise<Summary> {
  const last = options.first + options.count;
  let next = options.first;
  const run: { total: Summary } = { total: emptySummary };

  const runLane = async (): Promise<void> => {
    const worker = new Worker(new URL("worker.js", import.meta.url));
    try {
      while (next < last && run.total.broken === undefined) {
        const first = next;
        const count = Math.min(portion, last - first);
        next += count;
        const summary = await ask(worker, { seed: options.seed, first, count });
        const { total } = run;
        const isEarlier = (summary.broken?.call ?? Infinity) < (total.broken?.call ?? Infinity);
        run.total = isEarlier ? addSummaries(summary, total) : addSummaries(total, summary);
        onProgress(run.total.calls);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: workers }, runLane));
  return run.total;
}

function ask(worker: Worker, options: RunOptions): Promise<Summary> {
  return new Promise((resolve, reject) => {
    const onError = (error: unknown): void => reject(error instanceof Error ? error : new Error(String(error)));
    worker.once("error", onError);
    worker.once("message", (summary: Summary) => {
      worker.off("error", onError);
      resolve(summary);
    });
    worker.postMessage(options);
  });
}
