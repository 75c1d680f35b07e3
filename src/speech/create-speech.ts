import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Pcm } from "../media/index.ts";
import { openDiskCache, type DiskCache } from "./disk-cache.ts";
import { createFliteEngine } from "./flite/flite-engine.ts";
import type { BegunSpeech, Speech, SpeechOptions, SpeechRequest, SpeechWish, TtsEngine } from "./types.ts";

const defaultMemoryBytes = 64 * 1024 ** 2;
const defaultDiskBytes = 256 * 1024 ** 2;
/** Opens speech with its engine and caches. No thread is started before the first words or `warmUp`. */
export async function createSpeech(options: SpeechOptions): Promise<Speech> {
  return createSpeechOf(createFliteEngine(options.log), options);
}

/** Speech that is being made. */
interface Making {
  readonly whole: Promise<Pcm>;
  /** Resolves as soon as the first part can be heard. */
  readonly begun: Promise<Pcm>;
  /** Says that somebody waits for it. */
  await(): void;
}

/** Speech over any engine: from memory, else from disk, else made; the same request at the same time is made once. */
export async function createSpeechOf(engine: TtsEngine, options: SpeechOptions): Promise<Speech> {
  const memory = new LRUCache<string, Pcm>({
    maxSize: options.memoryBytes ?? defaultMemoryBytes,
    sizeCalculation: (pcm, key) => pcm.samples.byteLength + 2 * key.length + 100,
  });
  const disk: DiskCache | undefined =
    options.cacheFolder === undefined
      ? undefined
      : await openDiskCache(options.cacheFolder, options.cacheBytes ?? defaultDiskBytes, options.log);
  const underWay = new Map<string, Making>();
  const writes = new Set<Promise<void>>();

  const make = async (key: string, request: SpeechRequest, wish: SpeechWish): Promise<Pcm> => {
    const hash = createHash("sha256").update(key).digest("hex");
    const kept = await disk?.get(hash);
    const pcm = kept ?? (await engine.synthesize(request, wish));
    memory.set(key, pcm);
    if (kept === undefined && disk !== undefined) {
      const write = disk.put(hash, pcm).finally(() => writes.delete(write));
      writes.add(write);
    }
    return pcm;
  };

  const start = (key: string, request: SpeechRequest): Making => {
    let begin: (pcm: Pcm) => void = () => undefined;
    const first = new Promise<Pcm>((resolve) => (begin = resolve));
    let markAwaited: () => void = () => undefined;
    const awaited = new Promise<void>((resolve) => (markAwaited = resolve));
    const onBegun = ({ samples, state }: BegunSpeech) => begin({ samples, growth: { state, whole } });
    const whole = make(key, request, { onBegun, awaited }).finally(() => underWay.delete(key));
    const making = { whole, begun: Promise.race([first, whole]), await: () => markAwaited() };
    // Those who asked for it get the failure from that promise.
    for (const outcome of [making.whole, making.begun]) outcome.catch(() => undefined);
    underWay.set(key, making);
    return making;
  };
  const find = (request: SpeechRequest): Making => {
    const { text, textType, voiceId, languageCode, engine: kind } = request;
    const key = JSON.stringify([engine.name, text, textType, voiceId, languageCode, kind]);
    const found = memory.get(key);
    if (found !== undefined) {
      return { whole: Promise.resolve(found), begun: Promise.resolve(found), await: () => undefined };
    }
    return underWay.get(key) ?? start(key, request);
  };

  const findAwaited = (request: SpeechRequest): Making => {
    const making = find(request);
    making.await();
    return making;
  };

  return {
    synthesize: async (request) => findAwaited(request).whole,
    begin: async (request) => findAwaited(request).begun,
    prepare: (request) => void find(request),
    warmUp: () => engine.warmUp(),
    async close() {
      await engine.close();
      await Promise.all(writes);
    },
  };
}
