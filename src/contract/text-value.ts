/** A text as functions send it: a string, or a number where they forgot the quotes; undefined when it is neither. Contract: leniency-texts-as-numbers */
export function readText(value: unknown): string | undefined {
  return typeof value === "number" ? String(value) : typeof value === "string" ? value : undefined;
}
