import type { LeafRedaction } from "./redaction.ts";
import { refuse, type ReadContext, type Refusal, type Shape } from "./shape.ts";
import { readText } from "./written-values.ts";

/** The rules for a text. */
export interface TextRules {
  /** With `allowed`: what it asks for, in words. */
  readonly pattern?: RegExp;
  readonly allowed?: string;
  /** A rule that a pattern cannot express. */
  readonly check?: (text: string, context: ReadContext) => Refusal | undefined;
  readonly maxLength?: number;
}

/** A text; a number counts as its digits. Contract: leniency-texts-as-numbers */
export function text(
  redaction: LeafRedaction,
  { pattern, allowed = "text", check, maxLength }: TextRules = {},
): Shape<string> {
  return {
    redaction,
    read(sent, scope) {
      const value = readText(sent);
      if (value === undefined || pattern?.test(value) === false) return refuse(scope, sent, { allowed });
      const refusal = check?.(value, scope.context);
      return refusal === undefined ? { value, echo: value } : refuse(scope, sent, refusal);
    },
    schema({ form }) {
      const schema = {
        type: "string",
        ...(pattern === undefined ? {} : { pattern: pattern.source }),
        ...(form === "sent" && pattern === undefined ? { minLength: 1 } : {}),
        ...(maxLength === undefined ? {} : { maxLength }),
      };
      return form === "sent" ? { anyOf: [schema, { type: "number" }] } : schema;
    },
    type: () => "string",
  };
}
