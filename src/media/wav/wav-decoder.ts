import { Worker } from "node:worker_threads";
import { AppError, errorMessage } from "../../kernel/index.ts";
import { workerUrl } from "../worker-url.ts";
import type { Pcm } from "../types.ts";
import { decodeWavBytes, type WavOutcome } from "./decode-wav.ts";

/** Decodes WAV files in a thread of its own, started at the first file. */
export interface WavDecoder {
  /** Rejects with `MEDIA_UNSUPPORTED_AUDIO`, `MEDIA_WORKER_FAILED` or `MEDIA_CLOSED`. */
  decode(bytes: Uint8Array): Promise<Pcm>;
  isRunning(): boolean;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (pcm: Pcm) => void;
  readonly reject: (error: AppError) => void;
}

const WANTED =
  "a WAV file is needed: PCM of 8, 16, 24 or 32 bits, float or G.711, 4,000 to 192,000 Hz, up to 8 channels";

/** Makes a decoder that works in the calling thread. */
export function createLocalWavDecoder(): WavDecoder {
  return {
    decode: (bytes) => new Promise((resolve, reject) => settle({ resolve, reject }, decodeWavBytes(bytes))),
    isRunning: () => false,
    close: async () => undefined,
  };
}

/** Makes a decoder; a worker that failed is replaced at the next file. */
export function createWavDecoder(): WavDecoder {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let nextRequest = 1;
  let isClosed = false;

  const failAll = (code: "MEDIA_WORKER_FAILED" | "MEDIA_CLOSED", message: string) => {
    for (const { reject } of waiting.values()) reject(new AppError(code, message, { retry: "later" }));
    waiting.clear();
  };

  const start = () => {
    const started = new Worker(workerUrl("./wav-worker", import.meta.url), {
      name: "offhook-wav",
    });
    started.on("message", ({ request, outcome }: { request: number; outcome: WavOutcome }) => {
      settle(waiting.get(request), outcome);
      waiting.delete(request);
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
    decode: (bytes) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(new AppError("MEDIA_CLOSED", "the media room is closed"));
        const request = nextRequest++;
        waiting.set(request, { resolve, reject });
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

function settle(waiting: Waiting | undefined, outcome: WavOutcome): void {
  if (outcome.type === "decoded") waiting?.resolve({ samples: outcome.samples });
  else {
    const { found } = outcome;
    waiting?.reject(new AppError("MEDIA_UNSUPPORTED_AUDIO", `found ${found}; ${WANTED}`, { details: { found } }));
  }
}
