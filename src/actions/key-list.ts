import { isAbsent } from "./numbers.ts";
import { readText } from "./text.ts";

/** Keys as functions list them, each `0` to `9`, `#` or `*`; `fallback` when the list was not sent, undefined when it is wrong. */
export function readKeys(value: unknown, fallback: readonly string[]): readonly string[] | undefined {
  if (isAbsent(value)) return fallback;
  if (!Array.isArray(value)) return undefined;
  const keys = (value as unknown[]).map((key) => readText(key) ?? "");
  return keys.every((key) => /^[0-9#*]$/.test(key)) ? keys : undefined;
}
