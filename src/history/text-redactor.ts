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
  const { text } = createValueRedactor(createStandIns(), () => false);
  const names = new Map<string, string>();
  return {
    text,
    party(user) {
      if (kindOf(user) !== "text") return text(user);
      const standIn = names.get(user) ?? `name-${names.size + 1}`;
      names.set(user, standIn);
      return standIn;
    },
  };
}
