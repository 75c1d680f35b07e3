/** One piece for a voice of an engine: words, or silence. */
export type SpokenPart<Voice> =
  | {
      readonly type: "words";
      readonly text: string;
      readonly voice: Voice;
      /** 1 is normal, 2 twice as fast. */
      readonly rate: number;
      /** 1 is normal; factor on the voice's mean pitch. */
      readonly pitch: number;
      /** Decibels against the normal level. */
      readonly volumeDb: number;
      /** Whether other words follow at once. */
      readonly goesOn?: boolean;
    }
  | { readonly type: "pause"; readonly pauseMs: number };

/** Words for a voice. */
export type SpokenWords<Voice> = Extract<SpokenPart<Voice>, { type: "words" }>;
