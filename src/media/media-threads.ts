import { createWavDecoder, type WavDecoder } from "./wav/wav-decoder.ts";
import type { StartRtpThread } from "./worker/rtp-thread.ts";
import { createThreadStarter } from "./worker/thread-starter.ts";

/** What a media room works with beside the main thread. */
export interface MediaThreads {
  readonly startThread: StartRtpThread;
  readonly decoder: WavDecoder;
  close(): Promise<void>;
}

/** Threads of their own. */
export function createOwnThreads(): MediaThreads {
  const starter = createThreadStarter();
  const decoder = createWavDecoder();
  return {
    startThread: starter.start,
    decoder,
    close: async () => void (await Promise.all([decoder.close(), starter.close()])),
  };
}
