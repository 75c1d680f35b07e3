import { readBoolean } from "./written-values.ts";
import { refuse, type Shape } from "./shape.ts";
import { askNearest, describeFound, listChoices } from "./wording.ts";

/** One of a few words. `anyCase`: upper and lower case count as equal, and events show the word as it is here.
 * Contract: leniency-case-of-words, leniency-words-exact */
export function keyword<const Word extends string>(words: readonly Word[], { anyCase = false } = {}): Shape<Word> {
  const find = (sent: unknown) =>
    words.find((one) => one === sent || (anyCase && typeof sent === "string" && one === sent.toLowerCase()));
  return {
    redaction: "none",
    read(sent, scope) {
      const value = find(sent);
      if (value !== undefined) return { value, echo: value };
      const question = typeof sent === "string" ? askNearest(sent, words) : undefined;
      const allowed = listChoices(words) + (question === undefined ? "" : `; ${question}`);
      return refuse(scope, sent, { found: describeFound(sent), allowed });
    },
    schema: ({ form }) =>
      form !== "sent" || !anyCase
        ? { enum: words }
        : { anyOf: [{ enum: words }, { type: "string", pattern: `^(${words.map(inAnyCase).join("|")})$` }] },
    type: () => words.map((one) => JSON.stringify(one)).join(" | "),
  };
}

function inAnyCase(letters: string): string {
  return [...letters].map((letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`).join("");
}

/** A truth value; also as the word true or false. Contract: leniency-truth-as-words */
export function truth(): Shape<boolean> {
  return {
    redaction: "none",
    read(sent, scope) {
      const value = readBoolean(sent);
      return value === undefined ? refuse(scope, sent, { allowed: "true or false" }) : { value, echo: value };
    },
    schema: ({ form }) =>
      form !== "sent" ? { type: "boolean" } : { enum: [true, false, "true", "True", "false", "False"] },
    type: ({ form }) => (form !== "sent" ? "boolean" : 'boolean | "true" | "True" | "false" | "False"'),
  };
}
