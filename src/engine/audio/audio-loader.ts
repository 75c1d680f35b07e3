import { AppError, errorCode, errorMessage } from "../../kernel/index.ts";
import type { Media, Pcm } from "../../media/index.ts";
import type { ObjectStore } from "../../objects/index.ts";
import type { Speech, SpeechNews } from "../../speech/index.ts";
import { LRUCache } from "lru-cache";
import type { AudioSource } from "../../call/index.ts";

/** Largest audio file. Contract: actions-audio-source */
const largestFileBytes = 50 * 1024 * 1024;
/** Takes the largest that a file can become: 50 MB in 8 bits are 200 of 4,000 Hz, and 218 of 11,025 Hz, the lowest rate that is kept at 16,000 Hz too. Else each call that plays it would have one of its own. */
const cacheBytes = 256 * 1024 * 1024;

/** Turns sources into telephone audio. */
export interface AudioLoader {
  /** Speech and long files may still grow. `tell` hears who speaks where it is not the first engine. Rejects with a code of the room that failed: CALL_AUDIO_*, OBJECTS_*, MEDIA_*, SPEECH_*. */
  load(source: AudioSource, tell?: (news: SpeechNews) => void): Promise<Pcm>;
  /** Has it made behind what others wait for; a failure is told by `load`. */
  prepare(source: AudioSource): void;
}

interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

/** Makes the loader that all calls share. Decoded files are kept until they change or room runs out; a file that several calls
 * want at once is decoded once. Contract: leniency-audio-changed */
export function createAudioLoader(ports: {
  readonly objects: Pick<ObjectStore, "head" | "get" | "path">;
  readonly media: Pick<Media, "beginWav">;
  readonly speech: Pick<Speech, "begin" | "prepare">;
}): AudioLoader {
  const decoded = new LRUCache<string, Pcm, ObjectName>({
    maxSize: cacheBytes,
    sizeCalculation: ({ samples, wide }) => Math.max(1, samples.byteLength + (wide?.byteLength ?? 0)),
    fetchMethod: async (cacheKey, _stale, { context: { bucket, key } }) => {
      const object = await ports.objects.get(bucket, key);
      if (object === undefined) throw notFound(bucket, key, ports.objects.path(bucket, key));
      if (object.bytes.length > largestFileBytes) throw tooLarge(bucket, key, object.bytes.length);
      const pcm = await ports.media.beginWav(object.bytes).catch((error: unknown) => {
        const code = errorCode(error) ?? "CALL_AUDIO_NOT_FOUND";
        throw new AppError(code, `${ports.objects.path(bucket, key)}: ${errorMessage(error)}`, { cause: error });
      });
      // What broke off is decoded anew for the next call.
      pcm.growth?.whole.catch(() => decoded.peek(cacheKey) === pcm && decoded.delete(cacheKey));
      return pcm;
    },
  });

  /** Look-ups that began in this turn of the event loop, since audio is mostly prepared and played in the same turn. */
  const heads = new Map<string, ReturnType<ObjectStore["head"]>>();
  const look = (bucket: string, key: string): ReturnType<ObjectStore["head"]> => {
    const name = JSON.stringify([bucket, key]);
    const begun = heads.get(name);
    if (begun !== undefined) return begun;
    const head = ports.objects.head(bucket, key);
    if (heads.size === 0) setImmediate(() => heads.clear());
    heads.set(name, head);
    return head;
  };

  const loadObject = async (bucket: string, key: string): Promise<Pcm> => {
    const head = await look(bucket, key);
    if (head === undefined) throw notFound(bucket, key, ports.objects.path(bucket, key));
    if (head.sizeBytes > largestFileBytes) throw tooLarge(bucket, key, head.sizeBytes);
    return decoded.forceFetch(JSON.stringify([bucket, key, head.version]), { context: { bucket, key } });
  };

  return {
    load: (source, tell) =>
      source.type === "speech" ? ports.speech.begin(source.speech, tell) : loadObject(source.bucket, source.key),
    prepare(source) {
      if (source.type === "speech") return ports.speech.prepare(source.speech);
      // What else is done in this turn, such as answering the call, goes first.
      setImmediate(() => void loadObject(source.bucket, source.key).catch(() => undefined));
    },
  };
}

function tooLarge(bucket: string, key: string, sizeBytes: number): AppError {
  const message = `${bucket}/${key} has ${sizeBytes} bytes, at most ${largestFileBytes} are allowed`;
  return new AppError("CALL_AUDIO_TOO_LARGE", message);
}

function notFound(bucket: string, key: string, path: string): AppError {
  return new AppError(
    "CALL_AUDIO_NOT_FOUND",
    `there is no object ${key} in the bucket ${bucket}: ${path} was looked for`,
  );
}
