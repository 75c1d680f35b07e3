import { createValueRedactor } from "./redact-value.ts";
import { createStandIns } from "./stand-ins.ts";
import { kindOf } from "./text-kind.ts";

/** Puts stand-ins in place of the texts of one call: the same for the same. */
export interface TextRedactor {
  /** Of any text, by the rules of redacted histories: of the same kind and length. Contract: records-histories-redacted */
  text(text: string): string;
  /** Of who calls or is called: as texts, but where it has a name in place of a number, which is counted for those who read it. */
  party(user: string): string;
}

/** Makes it. */
export function createTextRedactor(): TextRedactor {
  return new CallTextRedactor();
}

const nothingIsPublic = (): boolean => false;

/** A class, since each call has one. */
class CallTextRedactor implements TextRedactor {
  readonly #values = createValueRedactor(createStandIns(), nothingIsPublic);
  #names: Map<string, string> | undefined;

  text(text: string): string {
    return this.#values.text(text);
  }

  party(user: string): string {
    if (kindOf(user) !== "text") return this.text(user);
    this.#names ??= new Map();
    const standIn = this.#names.get(user) ?? `name-${this.#names.size + 1}`;
    this.#names.set(user, standIn);
    return standIn;
  }
}
