import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AudioSource, CallFact } from "../../call/index.ts";
import type { Media, Pcm } from "../../media/index.ts";
import type { Speech } from "../../speech/index.ts";

/** A sound that a function has asked for, as the server makes it. */
export interface ReferenceSound {
  readonly source: AudioSource;
  readonly pcm: Pcm;
}

/** The sounds of a call: words by the engine that the server has too, prompts out of their files. */
export interface ReferenceSounds {
  /** Takes what a reply asks for. */
  take(fact: CallFact): void;
  /** All so far; those that cannot be made are left out. */
  all(): Promise<readonly ReferenceSound[]>;
}

/** Gathers them.
 * @param folder with a folder for each bucket */
export function createReferenceSounds(speech: Speech, media: Media, folder: string | undefined): ReferenceSounds {
  const made = new Map<string, Promise<ReferenceSound | undefined>>();
  const make = async (source: AudioSource): Promise<ReferenceSound | undefined> => {
    try {
      if (source.type === "speech") return { source, pcm: await speech.synthesize(source.speech) };
      if (folder === undefined) return undefined;
      return { source, pcm: await media.decodeWav(await readFile(join(folder, source.bucket, source.key))) };
    } catch {
      return undefined;
    }
  };
  return {
    take(fact) {
      if (fact.type !== "replied") return;
      for (const source of soundsIn(fact.response, 0)) {
        const key = JSON.stringify(source);
        if (!made.has(key)) made.set(key, make(source));
      }
    },
    async all() {
      const all = await Promise.all(made.values());
      return all.filter((one) => one !== undefined);
    },
  };
}

const deepest = 8;

/** Everything in a reply that can be heard. */
function soundsIn(value: unknown, depth: number): readonly AudioSource[] {
  if (typeof value !== "object" || value === null || depth > deepest) return [];
  const { Text, TextType, VoiceId, LanguageCode, Engine, BucketName, Key } = value as Readonly<Record<string, unknown>>;
  const own: AudioSource[] = [];
  if (typeof Text === "string")
    own.push({
      type: "speech",
      speech: {
        text: Text,
        textType: TextType === "ssml" ? "ssml" : "text",
        voiceId: typeof VoiceId === "string" ? VoiceId : "Joanna",
        languageCode: typeof LanguageCode === "string" ? LanguageCode : undefined,
        engine: Engine === "neural" ? Engine : "standard",
      },
    });
  if (typeof BucketName === "string" && typeof Key === "string")
    own.push({ type: "object", bucket: BucketName, key: Key });
  return [...own, ...Object.values(value).flatMap((one) => soundsIn(one, depth + 1))];
}
