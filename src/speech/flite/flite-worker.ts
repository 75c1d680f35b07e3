import { getPriority, setPriority } from "node:os";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import { errorMessage, startPriority } from "../../kernel/index.ts";
import { loadFlite, type FlitePart, type FliteSpeaker } from "./flite-speaker.ts";

/** What a thread is started with. */
export interface FliteSetting {
  /** How much lower than what the process was started with its priority is, in steps of nice(1). */
  readonly stepsBelow: number;
  /** What it speaks for nobody before it is ready, which makes V8 compile the code that most texts run: half of the time of the first words. */
  readonly practice: readonly FlitePart[];
}

/** From the main thread. */
export interface FliteJob {
  readonly id: number;
  readonly parts: readonly FlitePart[];
}

/** To the main thread. */
export type FliteReply =
  | { readonly type: "ready" }
  | { readonly type: "made"; readonly id: number; readonly samples: Int16Array<SharedArrayBuffer> }
  | { readonly type: "failed"; readonly id: number; readonly error: string };

// This file is the body of a worker thread: one Flite, one job at a time, as the main thread sends them.
const lowest = 19;
const setting = workerData as FliteSetting;
lowerPriority(setting.stepsBelow);
const speaker = await loadFlite();
collectGarbage();
speaker.speak(setting.practice);
// Listened to only now: a thread that cannot load Flite ends with the reason.
parentPort?.on("message", (job: FliteJob) => parentPort?.postMessage(perform(speaker, job)));
parentPort?.postMessage({ type: "ready" } satisfies FliteReply);

function perform({ speak }: FliteSpeaker, { id, parts }: FliteJob): FliteReply {
  try {
    return { type: "made", id, samples: speak(parts) };
  } catch (error) {
    return { type: "failed", id, error: errorMessage(error) };
  }
}

/** Synthesis may wait a few milliseconds, audio may not. Only on Linux, where each thread has a priority of its own. */
function lowerPriority(steps: number): void {
  if (process.platform !== "linux") return;
  try {
    const wanted = Math.min(lowest, startPriority() + steps);
    if (getPriority() < wanted) setPriority(wanted);
  } catch {
    return;
  }
}

/** Collects the garbage of this thread at once, as with `--expose-gc`, which a worker cannot be given: loading Flite leaves 21 MB, and what
 * follows makes so little that nothing would collect it for minutes. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  // The flag is one of the process and stays set, since threads that start together would take it from each other; it only
  // decides what contexts made from now on begin with.
  (runInNewContext("gc") as () => void)();
}
