import assert from "node:assert/strict";
import { concatPcm, silence, slicePcm, toneLevelDbfs, type Pcm } from "../../src/testing/index.ts";

/** Who hears a meeting: a browser or a phone. */
export interface Listener {
  takeHeard(): Promise<Pcm>;
}

export interface ExpectedSound {
  /** Frequencies that are heard, in Hz. */
  readonly tones: readonly number[];
  /** Frequencies that are not, such as the listener's own. */
  readonly not?: readonly number[];
  /** Guards against hanging. */
  readonly limitMs?: number;
}

/** Levels of frequencies in what was heard, dBFS. */
export type Levels = ReadonlyMap<number, number>;

/** A whole number of periods of every even frequency. */
const windowMs = 500;
/** A wanted tone against what is beside it, and an unwanted one against the weakest wanted. */
const leastAboveBesideDb = 20;
const leastBelowWantedDb = 30;
/** What is below counts as silence. */
const silentDbfs = -55;

/** Waits until, for half a second, a listener hears these tones and no other: each wanted one 20 dB above what is beside it, each
 * unwanted one 30 dB below the weakest wanted, or below -55 dBFS where none is wanted.
 * @returns the levels of that time */
export async function hears(listener: Listener, expected: ExpectedSound): Promise<Levels> {
  const { tones, not = [], limitMs = 60_000 } = expected;
  const endMs = performance.now() + limitMs;
  await listener.takeHeard();
  let heard: Pcm = silence(0);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    heard = concatPcm(heard, await listener.takeHeard());
    const lengthMs = heard.samples.length / 8;
    if (lengthMs >= windowMs) {
      heard = slicePcm(heard, lengthMs - windowMs);
      const fault = faultOf(heard, tones, not);
      if (fault === undefined) return levels(heard, [...tones, ...not]);
      if (performance.now() > endMs) assert.fail(`${fault}; heard ${shown(levels(heard, [...tones, ...not]))}`);
    } else if (performance.now() > endMs) assert.fail(`only ${lengthMs} ms were heard within ${limitMs} ms`);
  }
}

/** Why the sound is not what was expected; undefined when it is. */
function faultOf(heard: Pcm, tones: readonly number[], not: readonly number[]): string | undefined {
  const level = (frequencyHz: number) => toneLevelDbfs(heard, frequencyHz);
  for (const frequencyHz of tones) {
    const beside = Math.max(level(frequencyHz - 60), level(frequencyHz + 60), silentDbfs - leastAboveBesideDb);
    if (level(frequencyHz) < beside + leastAboveBesideDb) return `${frequencyHz} Hz is not heard`;
  }
  const most = tones.length === 0 ? silentDbfs : Math.min(...tones.map(level)) - leastBelowWantedDb;
  const loud = not.find((frequencyHz) => level(frequencyHz) > most);
  return loud === undefined ? undefined : `${loud} Hz is heard`;
}

/** Levels of these frequencies in a piece. */
export function levels(heard: Pcm, frequencies: readonly number[]): Levels {
  return new Map(frequencies.map((frequencyHz) => [frequencyHz, toneLevelDbfs(heard, frequencyHz)]));
}

/** For a person to read. */
export function shown(found: Levels): string {
  return [...found].map(([frequencyHz, level]) => `${frequencyHz} Hz at ${level.toFixed(0)} dBFS`).join(", ");
}
