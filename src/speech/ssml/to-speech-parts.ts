import { AppError } from "../../kernel/index.ts";
import { plainStyle, type SpeechPart, type SpeechStyle, type SsmlPart } from "./part.ts";
import type { SpokenLanguage } from "./spoken-language.ts";

type Draft = { type: "words"; pieces: string[]; style: SpeechStyle } | { type: "pause" | "boundary"; pauseMs: number };

/** Behind these a sentence needs no full stop. */
const signs = /[.!?;:,。！？；：，、؟؛،।]/;

/** A text without markup as parts. */
export function plainParts(text: string): SsmlPart[] {
  return [{ type: "words", text, style: plainStyle }];
}

/** Reads parts of a document in a language: neighbours of the same style become one, sentences end with a sign.
 * @param languageOf the language that words of a style are in
 * @throws AppError SPEECH_UNSPEAKABLE when there are words and nothing of them can be said */
export function toSpeechParts(
  parts: readonly SsmlPart[],
  languageOf: (style: SpeechStyle) => SpokenLanguage,
): SpeechPart[] {
  const drafts: Draft[] = [];
  for (const part of parts) addPart(drafts, part, languageOf);
  if (drafts.at(-1)?.type === "boundary") drafts.pop();
  const spoken = drafts.flatMap((draft): SpeechPart[] => {
    if (draft.type !== "words") return [{ type: "pause", pauseMs: draft.pauseMs }];
    const language = languageOf(draft.style);
    const written = draft.pieces.join("");
    refuseMutilated(written, language);
    const text = language.toLine(written);
    return language.hasWords(text) ? [{ type: "words", text, ...draft.style }] : [];
  });
  if (!spoken.some(({ type }) => type === "words")) refuseWordless(drafts, languageOf);
  return spoken;
}

function addPart(drafts: Draft[], part: SsmlPart, languageOf: (style: SpeechStyle) => SpokenLanguage): void {
  const last = drafts.at(-1);
  switch (part.type) {
    case "words":
      return addWords(drafts, part.text, part.style);
    case "say-as":
      return addWords(drafts, languageOf(part.style).sayAs(part.text, part.kind, part.format), part.style);
    case "pause":
      if (part.pauseMs > 0) drafts.push({ type: "pause", pauseMs: part.pauseMs });
      else if (last?.type === "words") last.pieces.push(" ");
      return undefined;
    case "boundary": {
      endSentence(last);
      if (part.pauseMs === 0 || last === undefined) return undefined;
      if (last.type === "boundary") last.pauseMs = Math.max(last.pauseMs, part.pauseMs);
      else drafts.push({ type: "boundary", pauseMs: part.pauseMs });
      return undefined;
    }
    default:
      return part satisfies never;
  }
}

function addWords(drafts: Draft[], text: string, style: SpeechStyle): void {
  const last = drafts.at(-1);
  if (last?.type === "words" && sameStyle(last.style, style)) last.pieces.push(text);
  else if (text.trim() !== "") drafts.push({ type: "words", pieces: [text], style });
}

function endSentence(last: Draft | undefined): void {
  if (last?.type !== "words") return;
  // Only the last piece is looked at: the text before it may be long, and this comes after each sentence.
  while (last.pieces.at(-1)?.trim() === "") last.pieces.pop();
  const end = last.pieces.at(-1)?.trimEnd() ?? "";
  last.pieces.push(signs.test(end[end.length - 1] ?? "") ? " " : ". ");
}

/** Rejects words that cannot be spoken instead of skipping them silently. A text of signs alone, or none, is silence with Amazon Polly too. */
function refuseWordless(drafts: readonly Draft[], languageOf: (style: SpeechStyle) => SpokenLanguage): void {
  const words = drafts.filter((draft) => draft.type === "words");
  const scripts = [...new Set(words.flatMap(({ pieces, style }) => languageOf(style).foreignScripts(pieces.join(""))))];
  if (scripts.every((script) => script === "emoji")) return;
  const { name } = languageOf(words[0]?.style ?? plainStyle);
  throw new AppError(
    "SPEECH_UNSPEAKABLE",
    `nothing of this text can be said: it has ${scripts.join(", ")} only, which a voice of ${name} does not read. ` +
      "Choose a voice of its language with VoiceId, or play a recording of it with PlayAudio",
  );
}

/** Rejects a text of which too much would be left out. */
function refuseMutilated(text: string, { name, needs, foreignScripts }: SpokenLanguage): void {
  const missing = needs.length === 0 ? [] : foreignScripts(text).filter((script) => needs.includes(script));
  if (missing.length === 0) return;
  throw new AppError(
    "SPEECH_UNSPEAKABLE",
    `this text has ${missing.join(", ")}, which the voice of ${name} here does not read: write it in the other letters of the language, ` +
      "or play a recording of it with PlayAudio",
  );
}

function sameStyle(one: SpeechStyle, other: SpeechStyle): boolean {
  return (
    one.rate === other.rate &&
    one.pitch === other.pitch &&
    one.volumeDb === other.volumeDb &&
    one.voiceId === other.voiceId &&
    one.language === other.language
  );
}
