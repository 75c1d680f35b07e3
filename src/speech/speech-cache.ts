import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Pcm } from "../media/index.ts";
import { openDiskCache } from "./disk-cache.ts";
import type { SpeechOptions, SpeechRequest, TtsEngine } from "./types.ts";

const defaultMemoryBytes = 64 * 1024 ** 2;
const defaultDiskBytes = 256 * 1024 ** 2;

/** What engines made before, each for itself. */
export interface SpeechCache {
  get(engine: TtsEngine, request: SpeechRequest): Promise<Pcm | undefined>;
  set(engine: TtsEngine, request: SpeechRequest, pcm: Pcm): void;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

/** Opens the caches in memory and on disk. */
export async function openSpeechCache(
  options: Pick<SpeechOptions, "memoryBytes" | "cacheFolder" | "cacheBytes" | "log">,
): Promise<SpeechCache> {
  const memory = new LRUCache<string, Pcm>({
    maxSize: options.memoryBytes ?? defaultMemoryBytes,
    sizeCalculation: ({ samples, wide }, key) => samples.byteLength + (wide?.byteLength ?? 0) + 2 * key.length + 100,
  });
  const { cacheFolder, cacheBytes = defaultDiskBytes, log } = options;
  const disk = cacheFolder === undefined ? undefined : await openDiskCache(cacheFolder, cacheBytes, log);
  const writes = new Set<Promise<void>>();
  return {
    async get(engine, request) {
      const key = keyOf(engine, request);
      const known = memory.get(key);
      if (known !== undefined || disk === undefined) return known;
      const kept = await disk.get(hashOf(key));
      if (kept !== undefined) memory.set(key, kept);
      return kept;
    },
    set(engine, request, pcm) {
      const key = keyOf(engine, request);
      memory.set(key, pcm);
      if (disk === undefined) return;
      const write = disk.put(hashOf(key), pcm).finally(() => writes.delete(write));
      writes.add(write);
    },
    async close() {
      await Promise.all(writes);
    },
  };
}

/** The same text of another engine, voice, language, kind or rate is another. */
function keyOf({ version }: TtsEngine, { text, textType, voiceId, languageCode, engine }: SpeechRequest): string {
  return JSON.stringify([version, text, textType, voiceId, languageCode, engine]);
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
