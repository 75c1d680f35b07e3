import { parentPort } from "node:worker_threads";
import { openWav, type WavSound } from "./decode-wav.ts";
import type { WavAnswer } from "./wav-decoder.ts";

// The entry of the decoding worker. Files take turns, a piece of each, so that a short one does not wait for all of a long one.
const port = parentPort;
if (port === null) throw new Error("wav-worker runs as a worker thread only");

/** Five seconds of sound. */
const PIECE_SAMPLES = 40_000;

interface Job extends WavSound {
  readonly request: number;
  readonly state: Int32Array<SharedArrayBuffer>;
}

const jobs: Job[] = [];
const answer = (words: WavAnswer) => port.postMessage(words);

port.on("message", ({ request, bytes }: { request: number; bytes: Uint8Array }) => {
  const opened = openWav(bytes);
  if (opened.type === "unsupported") return answer({ request, ...opened });
  const { sound, decode } = opened;
  const state = new Int32Array(new SharedArrayBuffer(8));
  const job = { request, sound, decode, state };
  const isWhole = decodePiece(job);
  answer({ request, type: "begun", sound, state });
  if (isWhole) return answer({ request, type: "whole" });
  jobs.push(job);
  if (jobs.length === 1) setImmediate(goOn);
  return undefined;
});

/** A piece of the file whose turn it is; the next one after what came meanwhile. */
function goOn(): void {
  const job = jobs.shift();
  if (job === undefined) return;
  if (decodePiece(job)) answer({ request: job.request, type: "whole" });
  else jobs.push(job);
  if (jobs.length > 0) setImmediate(goOn);
}

/** @returns whether that was all */
function decodePiece({ sound, decode, state }: Job): boolean {
  const { length } = sound.samples;
  const first = Atomics.load(state, 0);
  const end = Math.min(length, first + PIECE_SAMPLES);
  if (end > first) decode(first, end);
  // Last, so that samples are not played before they are written.
  Atomics.store(state, 0, end);
  if (end < length) return false;
  Atomics.store(state, 1, 1);
  return true;
}
