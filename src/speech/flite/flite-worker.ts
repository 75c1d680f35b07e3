import { parentPort } from "node:worker_threads";
import { errorMessage } from "../../kernel/index.ts";
import type { BegunSpeech } from "../types.ts";
import { createCollector } from "./collector.ts";
import { appendSamples, createGrowingPcm, finishPcm } from "./growing-pcm.ts";
import { loadFlite, type FlitePart } from "./flite-speaker.ts";

/** From the main thread. */
export interface FliteJob {
  readonly id: number;
  readonly parts: readonly FlitePart[];
}

/** To the main thread. */
export type FliteReply =
  | { readonly id: number; readonly begun: BegunSpeech } // more follows
  | { readonly id: number; readonly samples: Int16Array<SharedArrayBuffer> }
  | { readonly id: number; readonly error: string };

// This file is the body of a worker thread: one Flite, one job at a time, as the main thread sends them.
const speaker = loadFlite();
/** Each run of Flite leaves 19 MB behind, and loading it 21 MB. */
const collectGarbage = createCollector();

parentPort?.on("message", (job: FliteJob) => {
  void perform(job).then((reply) => {
    parentPort?.postMessage(reply);
    void prepare();
  });
});

async function perform({ id, parts }: FliteJob): Promise<FliteReply> {
  try {
    const { speak } = await speaker;
    let isFirst = parts.length > 1;
    const pcm = createGrowingPcm();
    const samples = await speak(parts, (piece) => {
      appendSamples(pcm, piece);
      if (isFirst && piece.length > 0) parentPort?.postMessage({ id, begun: pcm } satisfies FliteReply);
      isFirst &&= piece.length === 0;
      collectGarbage();
    });
    finishPcm(pcm);
    return { id, samples };
  } catch (error) {
    return { id, error: errorMessage(error) };
  }
}

/** So that the next words come sooner. What goes wrong here goes wrong again, and is told, when they are asked for. */
async function prepare(): Promise<void> {
  await speaker.then((flite) => flite.prepare()).catch(() => undefined);
}
