import type { Logger } from "../kernel/index.ts";
import type { Pcm, PcmGrowth } from "../media/index.ts";

/** What shall be said, with the contract's names and values after defaults. `reference`: actions Speak, SpeakAndGetDigits. */
export interface SpeechRequest {
  readonly text: string;
  readonly textType: "text" | "ssml";
  /** A Polly voice id, for example Joanna. */
  readonly voiceId: string;
  readonly languageCode: string | undefined;
  readonly engine: "standard" | "neural";
}

/** Speech of which the first can be heard while the rest is made. */
export type BegunSpeech = Pick<Pcm, "samples"> & Pick<PcmGrowth, "state">;

/** How speech is wanted. */
export interface SpeechWish {
  /** Is called when the first can be heard and more follows. */
  readonly onBegun?: ((begun: BegunSpeech) => void) | undefined;
  /** Resolves when somebody waits for it; until then it is made behind what others wait for. Undefined: somebody does already. */
  readonly awaited?: Promise<void> | undefined;
}

/** One way to make speech. Runs off the main thread or in another process. */
export interface TtsEngine {
  readonly name: string;
  /** Rejects with `SPEECH_BAD_SSML`, `SPEECH_UNKNOWN_VOICE`, `SPEECH_UNSUPPORTED_LANGUAGE`, `SPEECH_UNSPEAKABLE`, `SPEECH_THROTTLED`, `SPEECH_FAILED`. */
  synthesize(request: SpeechRequest, wish?: SpeechWish): Promise<Pcm>;
  /** Gets ready, so that the first words come fast. */
  warmUp(): Promise<void>;
  close(): Promise<void>;
}

export interface SpeechOptions {
  readonly engine: "flite";
  /** Folder of the cache on disk; undefined keeps the cache in memory only. */
  readonly cacheFolder: string | undefined;
  /** Bound of the cache on disk, bytes; default 256 MiB. */
  readonly cacheBytes?: number;
  /** Bound of the cache in memory, bytes; default 64 MiB. */
  readonly memoryBytes?: number;
  readonly log: Logger;
}

export interface Speech {
  /** Speech from the cache or the engine. The same request twice at once is made once. Rejects as `TtsEngine.synthesize`. */
  synthesize(request: SpeechRequest): Promise<Pcm>;
  /** The same as soon as the first of it can be heard; the rest grows (`Pcm.growth`). */
  begin(request: SpeechRequest): Promise<Pcm>;
  /** Makes it behind what others wait for, so that it is there when it is asked for. */
  prepare(request: SpeechRequest): void;
  /** Loads the engine so that the first words come fast. */
  warmUp(): Promise<void>;
  close(): Promise<void>;
}
