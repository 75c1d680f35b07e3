import type { ActionShape } from "./action-shapes.ts";
import { eventSchema, responseSchema, type PrintedLimits } from "./print-schemas.ts";
import { printBuilders } from "./print-builders.ts";
import { printPython } from "./print-python.ts";
import { printTypes } from "./print-types.ts";

/** The files that tell authors of functions what they get and may send: text by file name. */
export function printContract(
  actions: readonly ActionShape[],
  limits: PrintedLimits,
): Readonly<Record<"event.schema.json" | "response.schema.json" | "types.d.ts" | "types.js" | "types.py", string>> {
  return {
    "event.schema.json": printJson(eventSchema(actions, limits)),
    "response.schema.json": printJson(responseSchema(actions, limits)),
    "types.d.ts": printTypes(actions, limits),
    "types.js": printBuilders(actions),
    "types.py": printPython(actions, limits),
  };
}

function printJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
