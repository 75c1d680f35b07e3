import { nearestWord } from "../kernel/index.ts";

const longestShown = 80;

/** A value for a message: a string in quotes and at most 80 characters of it, lists and objects as such. */
export function describeFound(found: unknown): string {
  if (typeof found === "string") {
    return JSON.stringify(shorten(found));
  }
  if (Array.isArray(found)) return `a list of ${found.length}`;
  return typeof found === "object" && found !== null ? "an object" : String(found);
}

/** A text, or its beginning when it has more characters. */
export function shorten(text: string, most = longestShown): string {
  return text.length > most ? `${text.slice(0, most - 3)}...` : text;
}

/** `did you mean Repeat?`, or undefined when none of the allowed words is near. */
export function askNearest(word: string, allowed: readonly string[]): string | undefined {
  const nearest = word.length > longestShown ? undefined : nearestWord(word, allowed);
  return nearest === undefined ? undefined : `did you mean ${nearest}?`;
}

/** `a`, `a or b`, `a, b or c`. */
export function listChoices(choices: readonly (string | number)[]): string {
  const last = choices.at(-1) ?? "";
  return choices.length < 2 ? String(last) : `${choices.slice(0, -1).join(", ")} or ${last}`;
}

/** The name of the kind of a JSON value: `an array`, `a number`. */
export function nameOfKind(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "a string (return the object, not its JSON text)" : `a ${typeof value}`;
}
