/** How words are spoken. */
export interface SpeechStyle {
  /** 1 is normal, 2 twice as fast. */
  readonly rate: number;
  /** 1 is normal; factor on the voice's mean pitch. */
  readonly pitch: number;
  /** Decibels against the normal level. */
  readonly volumeDb: number;
  /** A Polly voice id that the markup asked for, instead of the request's. */
  readonly voiceId: string | undefined;
  /** A language that the markup asked for, instead of the voice's, as it stands there. */
  readonly language: string | undefined;
}

/** One piece of a document, in whatever language it is. */
export type SsmlPart =
  /** Text as written; a word may go on in the next part. */
  | { readonly type: "words"; readonly text: string; readonly style: SpeechStyle }
  /** Text that is of a kind, such as a date; how it is read depends on the language. */
  | {
      readonly type: "say-as";
      readonly text: string;
      readonly kind: string;
      readonly format: string | undefined;
      readonly style: SpeechStyle;
    }
  /** A pause that was asked for; one of no time still parts words. */
  | { readonly type: "pause"; readonly pauseMs: number }
  /** The end of a sentence or paragraph; nothing is heard of it at the start or end of the whole. */
  | { readonly type: "boundary"; readonly pauseMs: number };

/** One piece of a text as it is read aloud: words of one style, or silence. */
export type SpeechPart =
  | ({ readonly type: "words"; /** One line that can be said, never empty. */ readonly text: string } & SpeechStyle)
  | { readonly type: "pause"; readonly pauseMs: number };

/** Words without markup. */
export const plainStyle: SpeechStyle = { rate: 1, pitch: 1, volumeDb: 0, voiceId: undefined, language: undefined };
