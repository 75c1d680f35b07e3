import type { SpeechRequest } from "../types.ts";
import { parseSsml } from "./parse-ssml.ts";
import type { SpeechPart, SpeechStyle, SsmlPart } from "./part.ts";
import type { SpokenLanguage } from "./spoken-language.ts";
import { plainParts, toSpeechParts } from "./to-speech-parts.ts";

/** How an engine reads. */
export interface Reading {
  /** The language that words of a style are in. */
  readonly languageOf: (style: SpeechStyle) => SpokenLanguage;
  /** Whether `lang` changes anything. */
  readonly keepsLanguages: boolean;
  /** Is told what nobody knows, for people. */
  readonly warn: (message: string) => void;
}

/** The text of a request as parts, in whatever language it is.
 * @throws AppError SPEECH_BAD_SSML */
export function structureOf(
  { text, textType }: Pick<SpeechRequest, "text" | "textType">,
  warn?: (message: string) => void,
): SsmlPart[] {
  return textType === "ssml" ? parseSsml(text, warn) : plainParts(text);
}

/** The text of a request as an engine says it.
 * @throws AppError SPEECH_BAD_SSML, SPEECH_UNSPEAKABLE */
export function readSpeech(request: SpeechRequest, { languageOf, keepsLanguages, warn }: Reading): SpeechPart[] {
  const parts = structureOf(request, warn);
  return toSpeechParts(keepsLanguages ? parts : parts.map(withoutLanguage), languageOf);
}

function withoutLanguage(part: SsmlPart): SsmlPart {
  if (part.type !== "words" && part.type !== "say-as") return part;
  return { ...part, style: { ...part.style, language: undefined } };
}
