import { ownModule, type Clock, type Logger } from "../../kernel/index.ts";
import type { SpeechStyle } from "../ssml/part.ts";
import { readSpeech } from "../ssml/read-speech.ts";
import type { SpokenLanguage } from "../ssml/spoken-language.ts";
import { createSpeechThreads } from "../threads/speech-threads.ts";
import { endsSentence, splitText } from "../threads/split-text.ts";
import type { SpokenPart, SpokenWords } from "../threads/spoken-part.ts";
import type { SpeechRequest, TtsEngine } from "../types.ts";
import { findVoice, type PollyVoice } from "../voices.ts";
import { espeakLanguage } from "./espeak-language.ts";
import { espeakLanguageFor, espeakVoiceFor, type EspeakVoice } from "./espeak-voices.ts";

/** What of espeak-ng there is. */
export interface EspeakOptions {
  /** Name or path of the program. */
  readonly program: string;
  /** Names of the languages that it has voices for; empty: it is not installed. */
  readonly languages: ReadonlySet<string>;
  readonly clock: Clock;
  /** Is told what of a text is not heard as it was meant, once for each kind. */
  readonly log: Pick<Logger, "warn">;
}

/** The program espeak-ng, a synthesizer of many languages, where it is installed: worker threads that have a process of it each while they speak. */
export function createEspeakEngine({ program, languages, clock, log }: EspeakOptions): TtsEngine {
  const threads = createSpeechThreads<EspeakVoice>({
    file: ownModule("speech/espeak/espeak-worker"),
    program,
    ownPauseMs: espeakPauseMs,
    clock,
  });
  const warn = (message: string): void => log.warn({ engine: "espeak-ng" }, message);
  return {
    name: "espeak-ng",
    version: "espeak-ng-4",
    isLocal: true,
    voiceFor: (voice) => espeakVoiceFor(voice, languages)?.name,
    speak: async (request, sink) => threads.speak(toEspeakParts(request, languages, warn), sink),
    // Its threads need little, and are started with the first text.
    warmUp: async () => undefined,
    close: () => threads.close(),
  };
}

/** How long espeak-ng is silent behind words that end with a sign, within a text, milliseconds, measured in six languages. */
export function espeakPauseMs({ text }: Pick<SpokenWords<EspeakVoice>, "text">): number {
  return endsSentence(text.slice(text.lastIndexOf(" ") + 1)) ? 360 : 180;
}

/** Understands the markup and gives each piece its voice of espeak-ng.
 * @param known languages of espeak-ng
 * @throws AppError SPEECH_BAD_SSML, SPEECH_UNSPEAKABLE, SPEECH_UNKNOWN_VOICE */
export function toEspeakParts(
  request: SpeechRequest,
  known: ReadonlySet<string>,
  warn: (message: string) => void,
): SpokenPart<EspeakVoice>[] {
  const main = findVoice(request.voiceId, request.languageCode);
  const voiceOf = ({ voiceId, language }: SpeechStyle): PollyVoice => {
    const voice = voiceId === undefined ? main : findVoice(voiceId);
    const isKnown = language !== undefined && espeakLanguageFor(language, known) !== undefined;
    return isKnown ? { ...voice, language } : voice;
  };
  const readers = new Map<string, SpokenLanguage>();
  const readerOf = (code: string): SpokenLanguage => {
    const reader = readers.get(code) ?? espeakLanguage(code);
    readers.set(code, reader);
    return reader;
  };
  const parts = readSpeech(request, {
    languageOf: (style) => readerOf(voiceOf(style).language),
    keepsLanguages: true,
    warn,
  });
  const firstWords = parts.find(({ type }) => type === "words");
  return parts.flatMap((part): SpokenPart<EspeakVoice>[] => {
    if (part.type === "pause") return [part];
    const { text, rate, pitch, volumeDb } = part;
    const voice = espeakVoiceFor(voiceOf(part), known);
    // Of a voice whose language it lacks, nothing is said.
    if (voice === undefined) return [];
    return splitText(text, part === firstWords).map((piece) => ({
      ...{ type: "words", text: piece, voice, rate, pitch, volumeDb },
    }));
  });
}
