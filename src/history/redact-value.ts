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
  return new StandInRedactor(standIns, isPublic);
}

/** A class, since each call has one. */
class StandInRedactor implements ValueRedactor {
  readonly #standIns: StandIns;
  readonly #isPublic: (text: string) => boolean;

  constructor(standIns: StandIns, isPublic: (text: string) => boolean) {
    this.#standIns = standIns;
    this.#isPublic = isPublic;
  }

  text(original: string): string {
    if (this.#isPublic(original)) return original;
    switch (kindOf(original)) {
      case "plain":
        return original;
      case "number":
        return this.#standIns.number(original);
      case "digits":
        return this.#standIns.digits(original);
      case "uri":
        return `${original.slice(0, 4)}${this.#standIns.text(original.slice(4))}`;
      default:
        return this.#standIns.text(original);
    }
  }

  value(original: unknown, redaction: Redaction): unknown {
    if (typeof original === "string") return this.#string(original, redactionOfLeaf(redaction));
    if (typeof original === "number") return isChosen(redactionOfLeaf(redaction)) ? original : this.#number(original);
    if (Array.isArray(original)) return (original as unknown[]).map((entry) => this.value(entry, redaction));
    if (typeof original !== "object" || original === null) return original;
    return Object.fromEntries(
      Object.entries(original).map(([member, inner]) => [
        // Numbers as names are data too; other names are the author's.
        this.#withoutLongNumbers(member),
        this.value(inner, redactionOfMember(redaction, original, member)),
      ]),
    );
  }

  #string(original: string, redaction: LeafRedaction): string {
    switch (redaction) {
      case "none":
      case "terminators":
        return original;
      case "name":
        return this.#isPublic(original) ? original : this.#withoutLongNumbers(original);
      case "pattern":
        return original.replace(patternParts, (part: string, endless?: string, digits?: string) =>
          (endless ?? digits) === undefined ? part : this.#standIns.digits(part),
        );
      case "number":
        // No number begins with 0; what does is refused, and stays so.
        return original.startsWith("0") ? `0${this.text(original.slice(1))}` : this.text(original);
      case "text":
        return this.text(original);
      default:
        return redaction satisfies never;
    }
  }

  #withoutLongNumbers(text: string): string {
    return text.replace(longNumbers, (run) =>
      run.startsWith("+") ? this.#standIns.number(run) : this.#standIns.digits(run),
    );
  }

  #number(original: number): number {
    if (isCounter(original)) return original;
    const standIn = Number(this.#standIns.digits(String(original)));
    return Number.isFinite(standIn) ? standIn : 0;
  }
}
