import type { Constraint } from "./constraint.ts";
import type { Shape } from "./model.ts";

/** A value as a reader of an error should see it: short, quoted, with its type where that matters. */
export function describeFound(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value);
  if (typeof value === "number") return `the number ${value}`;
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** What a member must be, to follow "it must be". */
export function describeExpected(shape: Shape, constraint: Constraint | undefined): string {
  if (constraint !== undefined) return constraint.rule;
  switch (shape.type) {
    case "string":
      return "a string";
    case "number":
      return "a whole number";
    case "boolean":
      return "true or false";
    case "timestamp":
      return "a time in ISO 8601 form";
    case "list":
      return "a list";
    case "map":
    case "structure":
      return "an object";
    default:
      return shape satisfies never;
  }
}
