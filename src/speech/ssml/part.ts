/** One piece of a text after its markup was understood: words with a style of speaking, or silence. */
export type SpeechPart =
  | {
      readonly type: "words";
      /** Plain ASCII words and punctuation, never empty. */
      readonly text: string;
      /** 1 is normal, 2 twice as fast. */
      readonly rate: number;
      /** 1 is normal; factor on the voice's mean pitch. */
      readonly pitch: number;
      /** Decibels against the normal level. */
      readonly volumeDb: number;
      /** A Polly voice id that the markup asked for, instead of the request's. */
      readonly voiceId: string | undefined;
    }
  | { readonly type: "pause"; readonly pauseMs: number };
