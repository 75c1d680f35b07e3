import type { SpeechStyle } from "./part.ts";

type Attributes = Readonly<Record<string, string>>;
type Fail = (message: string) => never;

/** Longest pause that Polly makes for one break. */
const longestBreakMs = 10_000;
const silentDb = -120;
/** However elements are nested: an engine takes as long for a word as the word does. */
const bounds = { rate: [0.2, 2], pitch: [0.5, 2], volumeDb: [silentDb, 12] } as const;
const rates: Record<string, number> = { "x-slow": 0.5, slow: 0.75, medium: 1, default: 1, fast: 1.3, "x-fast": 1.7 };
const pitches: Record<string, number> = { "x-low": 0.7, low: 0.85, medium: 1, default: 1, high: 1.15, "x-high": 1.35 };
const volumes: Record<string, number> = {
  silent: silentDb,
  "x-soft": -12,
  soft: -6,
  medium: 0,
  default: 0,
  loud: 4,
  "x-loud": 8,
};
const strengths: Record<string, number> = {
  none: 0,
  "x-weak": 0,
  weak: 200,
  medium: 250,
  strong: 450,
  "x-strong": 800,
};
const levels: Record<string, { rate: number; volumeDb: number }> = {
  strong: { rate: 0.85, volumeDb: 3 },
  moderate: { rate: 0.92, volumeDb: 1.5 },
  none: { rate: 1, volumeDb: 0 },
  reduced: { rate: 1.1, volumeDb: -2 },
};

/** Milliseconds of a `break`: its time, else its strength, else medium. */
export function breakMs({ time, strength }: Attributes, fail: Fail): number {
  if (time !== undefined) {
    const found = /^\+?(\d+(?:\.\d*)?|\.\d+)(ms|s)$/.exec(time.trim());
    if (found === null) return fail(`a break's time is like "500ms" or "1.5s", not "${time}"`);
    return Math.min(longestBreakMs, Number(found[1]) * (found[2] === "s" ? 1000 : 1));
  }
  return oneOf(strengths, strength ?? "medium", "a break's strength", "", fail);
}

/** The style inside a `prosody`. Percentages and decibels add to what is outside, words replace it. */
export function withProsody(outer: SpeechStyle, { rate, pitch, volume }: Attributes, fail: Fail): SpeechStyle {
  return {
    ...outer,
    rate: rate === undefined ? outer.rate : bounded("rate", factor(outer.rate, rate, rates, "rate", fail)),
    pitch: pitch === undefined ? outer.pitch : bounded("pitch", factor(outer.pitch, pitch, pitches, "pitch", fail)),
    volumeDb: volume === undefined ? outer.volumeDb : bounded("volumeDb", decibels(outer.volumeDb, volume, fail)),
  };
}

/** The style inside an `emphasis`; its level is moderate unless given. */
export function emphasized(outer: SpeechStyle, level: string | undefined, fail: Fail): SpeechStyle {
  const change = oneOf(levels, level ?? "moderate", "an emphasis level", "", fail);
  return {
    ...outer,
    rate: bounded("rate", outer.rate * change.rate),
    volumeDb: bounded("volumeDb", outer.volumeDb + change.volumeDb),
  };
}

/** `120%` is that share of the outer value, `+20%` and `-20%` a change of it, `+2st` semitones. */
function factor(outer: number, value: string, words: Record<string, number>, what: string, fail: Fail): number {
  const percent = /^([+-]?)(\d+(?:\.\d+)?)%$/.exec(value.trim());
  if (percent !== null) {
    const share = Number(percent[2]) / 100;
    if (percent[1] === "") return outer * share;
    return outer * (percent[1] === "+" ? 1 + share : 1 - share);
  }
  const semitones = /^([+-]\d+(?:\.\d+)?)st$/.exec(value.trim());
  if (semitones !== null && what === "pitch") return outer * 2 ** (Number(semitones[1]) / 12);
  return oneOf(words, value, `a prosody ${what}`, ', or a share such as "80%" or "+20%"', fail);
}

function decibels(outer: number, value: string, fail: Fail): number {
  const found = /^([+-]?\d+(?:\.\d+)?)dB$/i.exec(value.trim());
  return found === null
    ? oneOf(volumes, value, "a prosody volume", ', or a change such as "+6dB"', fail)
    : outer + Number(found[1]);
}

function oneOf<Meaning>(
  words: Record<string, Meaning>,
  value: string,
  what: string,
  others: string,
  fail: Fail,
): Meaning {
  const found = Object.hasOwn(words, value.trim()) ? words[value.trim()] : undefined;
  return found ?? fail(`${what} cannot be "${value}"; it is one of ${Object.keys(words).join(", ")}${others}`);
}

function bounded(what: keyof typeof bounds, value: number): number {
  const [least, most] = bounds[what];
  return Math.min(most, Math.max(least, value));
}
