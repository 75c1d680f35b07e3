import { SAMPLE_RATE_HZ, SAMPLES_PER_MS } from "../../pcm.ts";

/** The pauses of a recording. Positions are samples since it began. */
export interface Mutes {
  /** Begins a pause, unless one lasts. */
  begin(at: number): void;
  /** Ends the pause that lasts. */
  end(at: number): void;
  /** Replaces samples within pauses by silence, with a tone at the beginning and the end of each pause.
   * @param samples interleaved, the first of them at `at`; each piece is given once, in order */
  apply(samples: Int16Array, channels: number, at: number): void;
}

/** How long each tone is. */
const PAUSE_TONE_MS = 200;
/** Frequency of both tones. */
const PAUSE_TONE_HZ = 1400;
const TONE_SAMPLES = PAUSE_TONE_MS * SAMPLES_PER_MS;
/** -12 dBFS. */
const PEAK = 8230;
const STEP = (2 * Math.PI * PAUSE_TONE_HZ) / SAMPLE_RATE_HZ;

/** Makes an empty list. */
export function createMutes(): Mutes {
  let mutes: { readonly from: number; to: number }[] = [];

  return {
    begin(at) {
      if (mutes.at(-1)?.to !== Infinity) mutes.push({ from: at, to: Infinity });
    },
    end(at) {
      const last = mutes.at(-1);
      if (last?.to === Infinity) last.to = at;
    },
    apply(samples, channels, at) {
      if (mutes.length === 0) return;
      const endAt = at + samples.length / channels;
      for (const { from, to } of mutes) {
        for (let position = Math.max(at, from); position < Math.min(endAt, to); position++) {
          const isTone = position - from < TONE_SAMPLES || to - position <= TONE_SAMPLES;
          const sample = isTone ? Math.round(PEAK * Math.sin(STEP * (position - from))) : 0;
          samples.fill(sample, (position - at) * channels, (position - at + 1) * channels);
        }
      }
      mutes = mutes.filter(({ to }) => to > endAt);
    },
  };
}
