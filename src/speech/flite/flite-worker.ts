import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
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

// This file is the body of a worker thread: one Flite, one job at a time, as the main thread sends them.
const speaker = loadFlite();
/** Each run of Flite leaves 19 MB behind, and loading it 21 MB. */
const collectGarbage = createCollector();

parentPort?.on("message", (job: FliteJob) => {
  void perform(job).then((reply) => {
    parentPort?.postMessage(reply);
    collectGarbage();
    void prepare();
  });
});

async function perform({ id, parts }: FliteJob): Promise<FliteReply> {
  try {
    const { speak } = await speaker;
    return { id, samples: await speak(parts) };
  } catch (error) {
    return { id, error: errorMessage(error) };
  }
}

/** Prepares the next run. An error is ignored here, since it comes again and is reported when something is to be spoken. */
async function prepare(): Promise<void> {
  await speaker.then((flite) => flite.prepare()).catch(() => undefined);
}

/** Makes a function that collects the garbage of the calling thread at once, as with `--expose-gc`, which a worker cannot be
 * given. For threads whose garbage is large and whose work is rare, so that nothing would collect it for minutes. */
function createCollector(): () => void {
  setFlagsFromString("--expose-gc");
  // The flag is one of the process and stays set, since threads that start together would take it from each other; it only
  // decides what contexts made from now on begin with.
  const collect = runInNewContext("gc") as () => void;
  return () => collect();
}
