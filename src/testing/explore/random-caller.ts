import type { ScriptedCall } from "../scene/index.ts";
import type { WrittenStep } from "../script/index.ts";

/** What a random far end does next. */
export interface RandomCaller {
  next(call: ScriptedCall): readonly WrittenStep[];
}

const allKeys = "0123456789*#";

/** Makes callers and called parties that do what random numbers say: press keys that are asked for, or others, wait, ring, answer, are busy, leave. */
export function createRandomCaller(random: () => number): RandomCaller {
  const below = (most: number) => Math.floor(random() * most);
  const one = <T>(all: readonly T[]): T => all[below(all.length)] as T;
  let named = 0;

  const anyKeys = (length: number) => Array.from({ length }, () => allKeys[below(allKeys.length)]).join("");

  /** Keys that fit what is asked for, when some are found. */
  function keysFor({ actions }: ScriptedCall): string {
    const {
      InputDigitsRegex,
      MinNumberOfDigits = 1,
      MaxNumberOfDigits = 4,
      TerminatorDigits,
    } = (actions.at(-1)?.parameters ?? {}) as Readonly<Record<string, unknown>>;
    const [least, most] = [Number(MinNumberOfDigits) || 1, Number(MaxNumberOfDigits) || 1];
    const pattern = patternOf(InputDigitsRegex);
    const length = () => Math.min(20, least + below(Math.max(1, most - least + 1)));
    const tries = Array.from({ length: 60 }, () => anyDigits(length()));
    const good = pattern === undefined ? undefined : tries.find((keys) => pattern.test(keys));
    const end = Array.isArray(TerminatorDigits) && random() < 0.5 ? String(TerminatorDigits[0] ?? "") : "";
    return `${good ?? anyKeys(1 + below(3))}${end}`;
  }
  const anyDigits = (length: number) => Array.from({ length }, () => String(below(10))).join("");

  return {
    next(call) {
      const { called } = call;
      const isNew = called.length > named;
      if (isNew) {
        named += 1;
        const who = `party${named}`;
        const number = called[named - 1] ?? "";
        const does = one<readonly WrittenStep[]>([
          [{ who, rings: true }],
          [{ who, answers: true }],
          [{ who, isBusy: true }],
          [{ who, rings: true }, { waits: 1_000 }, { who, answers: true }],
          [],
        ]);
        return [{ dials: number, as: who }, ...does];
      }
      const who = named > 0 ? { who: `party${1 + below(named)}` } : {};
      const choices: (() => readonly WrittenStep[])[] = [
        () => [{ presses: keysFor(call) }],
        () => [{ presses: keysFor(call), lateMs: below(4_000) }],
        () => [{ presses: anyKeys(1 + below(2)) }],
        () => [{ waits: 500 + below(20_000) }],
        () => [{ speaks: 500 + below(8_000) }, { waits: 1_000 }],
        () => [{ ...who, hangsUp: true }],
        () => (named > 0 ? [{ ...who, answers: true }] : []),
        () => (named > 0 ? [{ ...who, presses: anyKeys(2) }] : []),
        () => [{ updates: { note: String(below(3)) } }],
        () => [{ vanishes: true }],
        () => [{ hangsUp: true }],
      ];
      const weights = [8, 3, 2, 5, 1, 2, 2, 1, 0.5, 0.2, 1];
      let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
      const at = weights.findIndex((weight) => (left -= weight) < 0);
      return choices[at]?.() ?? [];
    },
  };
}

function patternOf(written: unknown): RegExp | undefined {
  if (typeof written !== "string" || written.length > 200) return undefined;
  try {
    return new RegExp(written);
  } catch {
    return undefined;
  }
}
