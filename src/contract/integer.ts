import { readInteger, readNumber } from "./written-values.ts";
import { noteNoEffect, refuse, type JsonSchema, type Shape, type ShapeLimits, type ShapeSwitches } from "./shape.ts";
import { describeFound, listChoices } from "./wording.ts";

/** Inclusive bounds; no `max`: none. */
export interface Bounds {
  readonly min: number;
  readonly max?: number;
}

/** Bounds, or how they follow from the server's limits. */
type BoundsOf = Bounds | ((limits: ShapeLimits) => Bounds);

/** A whole number within bounds; also as text. Contract: leniency-numbers-as-strings */
export function integer(bounds: BoundsOf): Shape<number> {
  return numeric(bounds, { readNumber: readInteger, kind: "integer", asText: "^\\s*-?\\d+(\\.0*)?\\s*$" });
}

/** A number within bounds, with or without a fraction; also as text. Contract: leniency-numbers-as-strings */
export function decimal(bounds: BoundsOf): Shape<number> {
  return numeric(bounds, { readNumber, kind: "number", asText: "^\\s*-?\\d+(\\.\\d*)?\\s*$" });
}

interface Numeric {
  readonly readNumber: (value: unknown) => number | undefined;
  readonly kind: "integer" | "number";
  readonly asText: string;
}

function numeric(boundsOf: BoundsOf, { readNumber: read, kind, asText }: Numeric): Shape<number> {
  const boundsIn = (limits: ShapeLimits) => (typeof boundsOf === "function" ? boundsOf(limits) : boundsOf);
  return {
    redaction: "none",
    read(sent, scope) {
      const { min, max = Infinity } = boundsIn(scope.context.limits);
      const value = read(sent);
      if (value !== undefined && value >= min && value <= max) return { value, echo: value };
      const whole = kind === "integer" && value === undefined ? "a whole number, " : "";
      return refuse(scope, sent, { allowed: `${whole}${max === Infinity ? `${min} or more` : `${min} to ${max}`}` });
    },
    schema({ form, limits }) {
      const { min, max } = boundsIn(limits);
      const number = { type: kind, minimum: min, ...(max === undefined ? {} : { maximum: max }) };
      return form !== "sent" ? number : { anyOf: [number, { type: "string", pattern: asText }] };
    },
    type: typeOfNumber,
  };
}

const typeOfNumber: Shape<number>["type"] = ({ form }) => (form === "sent" ? "number | `${number}`" : "number");

/** One of a few whole numbers; anything else counts as `otherwise`, without an error unless the switches of this server refuse it. */
export function oneOfNumbers(
  numbers: readonly number[],
  otherwise: number,
  refuses: (compatibility: ShapeSwitches) => boolean = () => false,
): Shape<number> {
  return {
    redaction: "none",
    read(sent, scope) {
      const value = readInteger(sent);
      if (value !== undefined && numbers.includes(value)) return { value, echo: value };
      if (refuses(scope.context.compatibility)) return refuse(scope, sent, { allowed: listChoices(numbers) });
      const withoutValue = `allowed is ${listChoices(numbers)}; it counts as ${otherwise}`;
      noteNoEffect(scope, { what: `found ${describeFound(sent)}, ${withoutValue}`, withoutValue });
      return { value: otherwise, echo: otherwise };
    },
    schema: ({ form }): JsonSchema =>
      form !== "sent"
        ? { enum: numbers }
        : {
            anyOf: [{ enum: [...numbers, ...numbers.map(String)] }, { not: { type: "array" } }],
          },
    type: ({ form }) => [...numbers, ...(form === "sent" ? numbers.map((number) => `"${number}"`) : [])].join(" | "),
  };
}
