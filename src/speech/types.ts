import type { Clock, Logger } from "../kernel/index.ts";
import type { Pcm, Sound } from "../media/index.ts";
import type { PollySettings } from "./polly/polly-settings.ts";
import type { PollyVoice } from "./voices.ts";

/** What shall be said, with the contract's names and values after defaults. `reference`: actions Speak, SpeakAndGetDigits. */
export interface SpeechRequest {
  readonly text: string;
  readonly textType: "text" | "ssml";
  /** A Polly voice id, for example Joanna. */
  readonly voiceId: string;
  readonly languageCode: string | undefined;
  /** For Amazon Polly only; the voices here have one each. */
  readonly engine: "standard" | "neural" | "long-form" | "generative";
}

/** Takes speech as it is made. */
export interface SpeechSink {
  /** What comes next. Throws SPEECH_FAILED when what was made is too long.
   * @param isLast whether nothing follows */
  add(sound: Sound, isLast: boolean): void;
  /** Resolves when somebody waits for it; until then it is made behind what others wait for. Undefined: somebody does already. */
  readonly awaited: Promise<void> | undefined;
}

/** The engines by the names that the configuration has for them. */
export type SpeechEngineName = "polly" | "flite" | "espeak-ng";

/** One way to make speech. Runs off the main thread, in another process or elsewhere. */
export interface TtsEngine {
  readonly name: string;
  /** Changes whenever the same request would sound different, so that caches do not keep the old sound. */
  readonly version: string;
  /** Whether it needs nothing but this machine: then a failure says nothing of the next request. */
  readonly isLocal: boolean;
  /** What of it speaks for a voice, for people; undefined: nothing. */
  voiceFor(voice: PollyVoice): string | undefined;
  /** Gives speech to the sink until all is there; then it resolves. Rejects with `SPEECH_BAD_SSML`, `SPEECH_UNSPEAKABLE`, `SPEECH_REFUSED`, `SPEECH_THROTTLED`,
   * `SPEECH_ACCESS_DENIED`, `SPEECH_UNAVAILABLE`, `SPEECH_FAILED`. */
  speak(request: SpeechRequest, sink: SpeechSink): Promise<void>;
  /** Gets ready, so that the first words come fast. */
  warmUp(): Promise<void>;
  close(): Promise<void>;
}

/** Who speaks, where it is not the first engine. */
export interface SpeechNews {
  /** Its name. */
  readonly engine: string;
  /** Why no engine before it speaks, for people. */
  readonly why: string;
  /** Whether one of them would have, and failed. */
  readonly isStandIn: boolean;
}

export interface SpeechOptions {
  /** Names of engines; the first that speaks the language of a text has it, and the next that does stands in when it fails. */
  readonly engines: readonly SpeechEngineName[];
  /** How Amazon Polly is reached, when it is among them. */
  readonly polly?: PollySettings | undefined;
  /** Name or path of the program espeak-ng; default: `espeak-ng`. */
  readonly espeakProgram?: string | undefined;
  /** Folder of the cache on disk; undefined keeps the cache in memory only. */
  readonly cacheFolder: string | undefined;
  /** Bound of the cache on disk, bytes; default 256 MiB. */
  readonly cacheBytes?: number;
  /** Bound of the cache in memory, bytes; default 64 MiB. */
  readonly memoryBytes?: number;
  /** Default: that of the machine. */
  readonly clock?: Clock;
  readonly log: Logger;
}

export interface Speech {
  /** Speech from the cache or an engine. The same request twice at once is made once. Rejects as `TtsEngine.speak`, and with `SPEECH_UNKNOWN_VOICE`,
   * `SPEECH_UNSUPPORTED_LANGUAGE`, `SPEECH_NO_ENGINE`, `SPEECH_TOO_LONG`. */
  synthesize(request: SpeechRequest): Promise<Pcm>;
  /** The same as soon as the first of it can be heard; the rest grows (`Pcm.growth`).
   * @param tell hears of each engine that speaks and is not the first, also later than this resolves */
  begin(request: SpeechRequest, tell?: (news: SpeechNews) => void): Promise<Pcm>;
  /** Makes it behind what others wait for, so that it is there when it is asked for. */
  prepare(request: SpeechRequest): void;
  /** Loads the engines so that the first words come fast. One that fails is told in the log: its first words start it anew. */
  warmUp(): Promise<void>;
  close(): Promise<void>;
}
