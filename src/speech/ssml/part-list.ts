import { AppError } from "../../kernel/index.ts";
import { foreignScripts } from "./foreign-scripts.ts";
import type { SpeechPart } from "./part.ts";
import { hasWords, toSpeakableAscii } from "./plain-text.ts";

/** How words are spoken. */
export type SpeechStyle = Omit<Extract<SpeechPart, { type: "words" }>, "type" | "text">;

/** Collects what is to be spoken, joining neighbours of the same style. */
export interface PartList {
  readonly plain: SpeechStyle;
  /** Text as written; a piece may end in mid-word. */
  words(text: string, style: SpeechStyle): void;
  /** A pause that was asked for; one of no time still parts words. */
  pause(pauseMs: number): void;
  /** The end of a sentence or paragraph; nothing is heard of it at the start or end of the whole. */
  boundary(pauseMs: number): void;
  /** @throws AppError SPEECH_UNSPEAKABLE when there were words and nothing of them can be said */
  finish(): SpeechPart[];
}

type Draft = { type: "words"; pieces: string[]; style: SpeechStyle } | { type: "pause" | "boundary"; pauseMs: number };

const plain: SpeechStyle = { rate: 1, pitch: 1, volumeDb: 0, voiceId: undefined };

/** Makes an empty list. */
export function createPartList(): PartList {
  const drafts: Draft[] = [];

  const endSentence = (): void => {
    const last = drafts.at(-1);
    if (last?.type !== "words") return;
    // Only the last piece is looked at: the text before it may be long, and this comes after each sentence.
    while (last.pieces.at(-1)?.trim() === "") last.pieces.pop();
    const end = last.pieces.at(-1)?.trimEnd() ?? "";
    last.pieces.push(/[.!?;:,]/.test(end[end.length - 1] ?? "") ? " " : ". ");
  };

  return {
    plain,
    words(text, style) {
      const last = drafts.at(-1);
      if (last?.type === "words" && sameStyle(last.style, style)) last.pieces.push(text);
      else if (text.trim() !== "") drafts.push({ type: "words", pieces: [text], style });
    },
    pause(pauseMs) {
      const last = drafts.at(-1);
      if (pauseMs > 0) drafts.push({ type: "pause", pauseMs });
      else if (last?.type === "words") last.pieces.push(" ");
    },
    boundary(pauseMs) {
      endSentence();
      const last = drafts.at(-1);
      if (pauseMs === 0 || last === undefined) return;
      if (last.type === "boundary") last.pauseMs = Math.max(last.pauseMs, pauseMs);
      else drafts.push({ type: "boundary", pauseMs });
    },
    finish() {
      if (drafts.at(-1)?.type === "boundary") drafts.pop();
      const parts = drafts.flatMap((draft): SpeechPart[] => {
        if (draft.type !== "words") return [{ type: "pause", pauseMs: draft.pauseMs }];
        const text = toSpeakableAscii(draft.pieces.join(""));
        return hasWords(text) ? [{ type: "words", text, ...draft.style }] : [];
      });
      if (!parts.some(({ type }) => type === "words")) refuseWordless(drafts);
      return parts;
    },
  };
}

/** Rejects words that cannot be spoken instead of skipping them silently. A text of signs alone, or none, is silence with Amazon Polly too. */
function refuseWordless(drafts: readonly Draft[]): void {
  const text = drafts.flatMap((draft) => (draft.type === "words" ? draft.pieces : [])).join("");
  const scripts = foreignScripts(text);
  if (scripts.every((script) => script === "emoji")) return;
  throw new AppError(
    "SPEECH_UNSPEAKABLE",
    `nothing of this text can be said: it has ${scripts.join(", ")} only, and the voices of Flite say English in Latin letters. ` +
      "Write it so, or play a recording of it with PlayAudio; no other voices can be installed yet",
  );
}

function sameStyle(one: SpeechStyle, other: SpeechStyle): boolean {
  return (
    one.rate === other.rate &&
    one.pitch === other.pitch &&
    one.volumeDb === other.volumeDb &&
    one.voiceId === other.voiceId
  );
}
