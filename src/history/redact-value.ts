import { redactionOfLeaf, redactionOfMember, type LeafRedaction, type Redaction } from "../contract/index.ts";
import { kindOf, longNumbers, patternParts, isChosen, isCounter } from "./text-kind.ts";
import type { StandIns } from "./stand-ins.ts";

/** Puts stand-ins in place of what is secret in a value. */
export interface ValueRedactor {
  /** A copy with stand-ins; names of members stay, but for long numbers in them. */
  value(value: unknown, redaction: Redaction): unknown;
  /** A text that is data. */
  text(text: string): string;
}

/** Makes the redactor of one file.
 * @param isPublic texts that stay, such as the ids of legs */
export function createValueRedactor(standIns: StandIns, isPublic: (text: string) => boolean): ValueRedactor {
  const text = (original: string): string => {
    if (isPublic(original)) return original;
    switch (kindOf(original)) {
      case "plain":
        return original;
      case "number":
        return standIns.number(original);
      case "digits":
        return standIns.digits(original);
      case "uri":
        return `${original.slice(0, 4)}${standIns.text(original.slice(4))}`;
      default:
        return standIns.text(original);
    }
  };

  const longNumber = (run: string) => (run.startsWith("+") ? standIns.number(run) : standIns.digits(run));
  const string = (original: string, redaction: LeafRedaction): string => {
    switch (redaction) {
      case "none":
      case "terminators":
        return original;
      case "name":
        return isPublic(original) ? original : original.replace(longNumbers, longNumber);
      case "pattern":
        return original.replace(patternParts, (part: string, endless?: string, digits?: string) =>
          (endless ?? digits) === undefined ? part : standIns.digits(part),
        );
      case "number":
        // No number begins with 0; what does is refused, and stays so.
        return original.startsWith("0") ? `0${text(original.slice(1))}` : text(original);
      case "text":
        return text(original);
      default:
        return redaction satisfies never;
    }
  };

  const number = (original: number): number => {
    if (isCounter(original)) return original;
    const standIn = Number(standIns.digits(String(original)));
    return Number.isFinite(standIn) ? standIn : 0;
  };

  const value = (original: unknown, redaction: Redaction): unknown => {
    if (typeof original === "string") return string(original, redactionOfLeaf(redaction));
    if (typeof original === "number") return isChosen(redactionOfLeaf(redaction)) ? original : number(original);
    if (Array.isArray(original)) return (original as unknown[]).map((entry) => value(entry, redaction));
    if (typeof original !== "object" || original === null) return original;
    return Object.fromEntries(
      Object.entries(original).map(([member, inner]) => [
        // Numbers as names are data too; other names are the author's.
        member.replace(longNumbers, longNumber),
        value(inner, redactionOfMember(redaction, original, member)),
      ]),
    );
  };

  return { value, text };
}
