import type { Sameness } from "./differences.ts";
import { kindOf, longNumbers, patternParts, isChosen, isCounter } from "./text-kind.ts";

/** Decides whether values of a function now can be those that were replaced by stand-ins. The originals are not known any more, but equal values
 * have equal stand-ins of the same kind and length. So the first pair of a value and a stand-in is accepted, and later ones must agree with it. */
export interface RedactedSameness extends Sameness {
  /** These are stand-ins: the function that gives one of them means just that. Call it with each event before its reply is compared. */
  learn(event: unknown): void;
}

/** Shorter values are too often the same by chance. */
const shortestCompared = 4;

/** Makes the memory of one replay. */
export function createRedactedSameness(): RedactedSameness {
  const standIns = new Map<string, string>();
  const meanings = new Map<string, string>();

  const agree = (recorded: string, now: string): boolean => {
    if (recorded.length !== now.length) return false;
    if (now.length < shortestCompared) return true;
    const standIn = standIns.get(now);
    const meaning = meanings.get(recorded);
    if (standIn !== undefined || meaning !== undefined) return standIn === recorded && meaning === now;
    standIns.set(now, recorded);
    meanings.set(recorded, now);
    return true;
  };
  const learnText = (text: string) => {
    if (text.length < shortestCompared || !looksLikeStandIn(text) || standIns.has(text) || meanings.has(text)) return;
    standIns.set(text, text);
    meanings.set(text, text);
  };

  return {
    isRedacted: true,
    of(recorded, now, redaction) {
      if (isChosen(redaction)) return Object.is(recorded, now);
      if (typeof recorded === "number" && typeof now === "number") {
        if (isCounter(recorded) || isCounter(now)) return recorded === now;
        return agree(String(recorded), String(now));
      }
      if (typeof recorded !== "string" || typeof now !== "string") return Object.is(recorded, now);
      if (redaction === "name") return agreeInParts(recorded, now, longNumbers, agree);
      if (redaction === "pattern") return agreeInParts(recorded, now, patternParts, agree);
      const kind = kindOf(recorded);
      if (kind !== kindOf(now)) return false;
      return kind === "plain" ? recorded === now : agree(recorded, now);
    },
    learn: (event) => eachText(event, learnText),
  };
}

function looksLikeStandIn(text: string): boolean {
  const kind = kindOf(text);
  return kind === "number" || kind === "digits" || /^(sip:)?text-\d/.test(text);
}

/** Parts that were not replaced must be equal, those that were must agree. */
function agreeInParts(
  recorded: string,
  now: string,
  parts: RegExp,
  agree: (recorded: string, now: string) => boolean,
): boolean {
  const [one, other] = [recorded, now].map((text) => {
    const secret: string[] = [];
    const rest = text.replace(parts, (part: string, ...groups: readonly unknown[]) => {
      // A pattern's part is secret only when a group took part; a name's, which has none, always is.
      const own = groups.slice(0, -2);
      const isSecret = own.length === 0 || own.some((group) => group !== undefined);
      if (isSecret) secret.push(part);
      return isSecret ? "\u0000" : part;
    });
    return { secret, rest };
  });
  if (one?.rest !== other?.rest) return false;
  return one?.secret.every((part, index) => agree(part, other?.secret[index] ?? "")) ?? true;
}

function eachText(value: unknown, tell: (text: string) => void): void {
  if (typeof value === "string") tell(value);
  else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) eachText(inner, tell);
}
