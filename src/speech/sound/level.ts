/** Level of the spoken parts by `spokenGain`, root mean square against full scale. */
export const spokenLevelDbfs = -20;

const frame = 40; // samples: 5 ms at 8,000 Hz
/** A frame this far below the loudest one is silence. */
const silenceDb = -38;
/** Silence left around speech so that no sound is clipped, milliseconds; `within`: after words that others follow without a sign. */
export const keptSilenceMs = { before: 10, after: 60, within: 20 } as const;
const samplesPerMs = 8;
/** Above this share of full scale, peaks are bent instead of cut. */
const knee = 0.75;

/** Where in some samples speech begins and ends, with `keptSilenceMs` around it. All silence: undefined.
 * @param afterMs how much to leave after it */
export function speechBounds(
  samples: Float32Array,
  afterMs: number,
): { readonly first: number; readonly end: number } | undefined {
  const levels = frameLevels(samples);
  const loudest = levels.reduce((most, level) => Math.max(most, level), 0);
  const threshold = loudest * 10 ** (silenceDb / 10);
  const isLoud = (level: number): boolean => level > 0 && level >= threshold;
  const first = levels.findIndex(isLoud);
  if (first === -1) return undefined;
  const last = levels.findLastIndex(isLoud);
  return {
    first: Math.max(0, first * frame - keptSilenceMs.before * samplesPerMs),
    end: Math.min(samples.length, (last + 1) * frame + afterMs * samplesPerMs),
  };
}

/** By which factor what is spoken (frames within 30 dB of the loudest) comes to `spokenLevelDbfs` plus `volumeDb`. */
export function spokenGain(samples: Float32Array, volumeDb: number): number {
  const levels = frameLevels(samples);
  const loudest = levels.reduce((most, level) => Math.max(most, level), 0);
  const spoken = levels.filter((level) => level >= loudest / 1000);
  const power = spoken.reduce((sum, level) => sum + level, 0) / Math.max(1, spoken.length);
  return power === 0 ? 0 : 10 ** ((spokenLevelDbfs + volumeDb) / 20) / Math.sqrt(power);
}

/** Samples by a factor. Peaks near full scale are bent smoothly, so nothing clips hard. */
export function amplified(samples: Float32Array, gain: number): Int16Array {
  return Int16Array.from(samples, (sample) => Math.round(bend((sample / 32_768) * gain) * 32_767));
}

function bend(value: number): number {
  const size = Math.abs(value);
  if (size <= knee) return value;
  return Math.sign(value) * (knee + (1 - knee) * Math.tanh((size - knee) / (1 - knee)));
}

/** Mean square of each frame, samples being of 16 bit scale and the result of unit scale. */
function frameLevels(samples: Float32Array): number[] {
  const levels: number[] = [];
  for (let from = 0; from < samples.length; from += frame) {
    const to = Math.min(samples.length, from + frame);
    let sum = 0;
    for (let index = from; index < to; index++) sum += ((samples[index] ?? 0) / 32_768) ** 2;
    levels.push(sum / (to - from));
  }
  return levels;
}
