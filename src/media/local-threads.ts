import type { MediaThreads } from "./media-threads.ts";
import type { MediaOptions } from "./types.ts";
import { createLocalWavDecoder } from "./wav/local-decoder.ts";
import { createLocalRtpThread } from "./worker/local-thread.ts";

/** What works in the calling thread in place of threads, on a clock and a way to the network of the caller. */
export function createLocalThreads({ clock, io }: NonNullable<MediaOptions["local"]>): MediaThreads {
  const decoder = createLocalWavDecoder();
  return { startThread: createLocalRtpThread(clock, io), decoder, close: () => decoder.close() };
}
