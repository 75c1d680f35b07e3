import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AudioSource, CallFact } from "../../call/index.ts";
import type { Media, Pcm } from "../../media/index.ts";
import type { Speech, SpeechRequest } from "../../speech/index.ts";

/** A sound that a function has asked for, as the server has it. */
export interface ReferenceSound {
  readonly source: AudioSource;
  readonly pcm: Pcm;
}

/** The sounds of a call: words as the server itself has them, by whichever engine speaks; prompts out of their files. */
export interface ReferenceSounds {
  /** The server's speech, which tells what it is asked for. */
  listenTo(speech: Speech): Speech;
  /** Takes words that a server is to say, as its speech has them. */
  add(request: SpeechRequest, speech: Speech): void;
  /** Takes the prompts that a reply asks for. */
  take(fact: CallFact): void;
  /** All so far; those that cannot be made are left out. */
  all(): Promise<readonly ReferenceSound[]>;
}

/** Gathers them.
 * @param folder with a folder for each bucket */
export function createReferenceSounds(media: Media, folder: string | undefined): ReferenceSounds {
  const made = new Map<string, Promise<ReferenceSound | undefined>>();
  const add = (source: AudioSource, make: () => Promise<Pcm>): void => {
    const key = JSON.stringify(source);
    if (made.has(key)) return;
    made.set(
      key,
      make().then(
        (pcm) => ({ source, pcm }),
        () => undefined,
      ),
    );
  };
  const addSpeech = (request: SpeechRequest, speech: Speech): void =>
    add({ type: "speech", speech: request }, () => speech.synthesize(request));
  return {
    add: addSpeech,
    listenTo(speech) {
      const said = (request: SpeechRequest) => addSpeech(request, speech);
      return {
        ...speech,
        synthesize(request) {
          said(request);
          return speech.synthesize(request);
        },
        begin(request, tell) {
          const begun = speech.begin(request, tell);
          said(request);
          return begun;
        },
      };
    },
    take(fact) {
      if (fact.type !== "replied" || folder === undefined) return;
      for (const { bucket, key } of promptsIn(fact.response, 0))
        add({ type: "object", bucket, key }, async () => media.decodeWav(await readFile(join(folder, bucket, key))));
    },
    async all() {
      const all = await Promise.all(made.values());
      return all.filter((one) => one !== undefined);
    },
  };
}

const deepest = 8;

/** The objects that a reply plays. */
function promptsIn(value: unknown, depth: number): readonly { readonly bucket: string; readonly key: string }[] {
  if (typeof value !== "object" || value === null || depth > deepest) return [];
  const { BucketName: bucket, Key: key } = value as Readonly<Record<string, unknown>>;
  const own = typeof bucket === "string" && typeof key === "string" ? [{ bucket, key }] : [];
  return [...own, ...Object.values(value).flatMap((one) => promptsIn(one, depth + 1))];
}
