import { Worker } from "node:worker_threads";
import { AppError, errorMessage, ownModule } from "../../kernel/index.ts";
import type { Pcm, Sound } from "../types.ts";
import type { Unsupported } from "./decode-wav.ts";

/** Decodes WAV files in a thread of its own, started at the first file. */
export interface WavDecoder {
  /** Resolves as soon as the sound can be played, and a long one grows further. Rejects with `MEDIA_UNSUPPORTED_AUDIO`,
   * `MEDIA_WORKER_FAILED` or `MEDIA_CLOSED`. */
  begin(bytes: Uint8Array): Promise<Pcm>;
  isRunning(): boolean;
  close(): Promise<void>;
}

/** What the worker says of a file: what it is instead; or the sound, whose `state` is as that of `PcmGrowth`, and later that it is whole. */
export type WavAnswer = { readonly request: number } & (
  | Unsupported
  | {
      readonly type: "begun";
      readonly sound: Sound;
      readonly state: Int32Array<SharedArrayBuffer>;
    }
  | { readonly type: "whole" }
);

interface Job {
  /** @returns whether that was the last word */
  take(answer: WavAnswer): boolean;
  fail(error: AppError): void;
}

const WANTED =
  "a WAV file is needed: PCM of 8, 16, 24 or 32 bits, float or G.711, 4,000 to 192,000 Hz, up to 8 channels";

/** Makes a decoder; a worker that failed is replaced at the next file. */
export function createWavDecoder(): WavDecoder {
  const jobs = new Map<number, Job>();
  let worker: Worker | undefined;
  let nextRequest = 1;
  let isClosed = false;

  const failAll = (code: "MEDIA_WORKER_FAILED" | "MEDIA_CLOSED", message: string) => {
    for (const job of jobs.values()) job.fail(new AppError(code, message, { retry: "later" }));
    jobs.clear();
  };

  const start = () => {
    const started = new Worker(ownModule("media/wav/wav-worker"), {
      name: "offhook-wav",
    });
    started.on("message", (answer: WavAnswer) => {
      if (jobs.get(answer.request)?.take(answer) === true) jobs.delete(answer.request);
    });
    const fail = (why: string) => {
      if (worker !== started) return;
      worker = undefined;
      failAll("MEDIA_WORKER_FAILED", `the WAV decoder ended: ${why}`);
    };
    started.on("error", (error) => fail(errorMessage(error)));
    started.on("exit", () => fail("no reason was given"));
    return started;
  };

  return {
    begin: (bytes) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(new AppError("MEDIA_CLOSED", "the media room is closed"));
        const request = nextRequest++;
        jobs.set(request, createJob(resolve, reject));
        worker ??= start();
        // A copy of exactly these bytes, handed over: a view would take its whole memory along.
        const copy = new Uint8Array(bytes);
        worker.postMessage({ request, bytes: copy }, [copy.buffer]);
      }),
    isRunning: () => worker !== undefined,
    async close() {
      isClosed = true;
      const running = worker;
      worker = undefined;
      failAll("MEDIA_CLOSED", "the media room was closed");
      await running?.terminate();
    },
  };
}

/** @param begun is called when the sound can be played; else `refused` */
function createJob(begun: (pcm: Pcm) => void, refused: (error: AppError) => void): Job {
  let sound: Sound | undefined;
  let whole: { readonly resolve: (pcm: Pcm) => void; readonly reject: (error: AppError) => void } | undefined;
  return {
    take(answer) {
      if (answer.type === "unsupported") refused(unsupported(answer.found));
      else if (answer.type === "begun") {
        ({ sound } = answer);
        if (Atomics.load(answer.state, 1) === 1) begun(sound);
        else {
          const growing = new Promise<Pcm>((resolve, reject) => (whole = { resolve, reject }));
          // Who plays it need not wait for its end.
          growing.catch(() => undefined);
          begun({ ...sound, growth: { state: answer.state, whole: growing } });
        }
      } else if (sound !== undefined) whole?.resolve(sound);
      return answer.type !== "begun";
    },
    fail(error) {
      refused(error);
      whole?.reject(error);
    },
  };
}

/** The error of a file that is none of those that can be played. */
export function unsupported(found: string): AppError {
  return new AppError("MEDIA_UNSUPPORTED_AUDIO", `found ${found}; ${WANTED}`, { details: { found } });
}
