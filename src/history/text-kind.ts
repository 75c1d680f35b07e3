import type { LeafRedaction } from "../contract/index.ts";
import { e164Pattern, isAnonymousUser } from "../sip-syntax/index.ts";

/** Runs of digits in a file's name that may be a telephone number or an account. */
export const longNumbers = /\+?\d{4,}/g;

/** The parts of a regular expression: one with a group that took part is digits that are looked for as they stand, or a class that never
 * ends; classes, counts and escapes are not. */
export const patternParts = /\\[^]|\[(?:\\[^]|[^\]\\])*(?:\]|(\\?))|\{\d{0,9}(?:,\d{0,9})?\}|(\d{2,})/g;

/** Common words without private content, which functions may compare with. */
const plainWords: ReadonlySet<string> = new Set(["LEG-A", "LEG-B", "true", "false"]);

/** Whether a JSON number is a counter, and no secret. */
export function isCounter(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < 100;
}

/** What kind of value a text is; a stand-in is of the same kind. */
export type TextKind = "plain" | "number" | "digits" | "uri" | "text";

/** The kind of a text at a place for data. */
export function kindOf(text: string): TextKind {
  if (plainWords.has(text) || isAnonymousUser(text)) return "plain";
  if (text.startsWith("+") && e164Pattern.test(text)) return "number";
  if (/^[\d*#,A-D]{1,128}$/.test(text) && /[\d*#,]/.test(text)) return "digits";
  return /^sip:./i.test(text) ? "uri" : "text";
}

/** Whether the author chose it, so that it stays. */
export function isChosen(redaction: LeafRedaction): boolean {
  return redaction === "none" || redaction === "terminators";
}
