/** A whole number as functions send it: a JSON number or a string of digits; undefined when it is neither. Contract: leniency-numbers-as-strings */
export function readInteger(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== "string" || !/^\s*-?\d+(\.0*)?\s*$/.test(value)) return undefined;
  const parsed = Number(value);
  return Number.isSafeInteger(parsed) ? parsed : undefined;
}

/** Whether a parameter counts as not sent: absent, null or an empty string. Contract: leniency-absent-values */
export function isAbsent(value: unknown): value is undefined | null | "" {
  return value === undefined || value === null || value === "";
}

/** A number as functions send it, with or without a fraction; undefined when it is none. Contract: leniency-numbers-as-strings */
export function readNumber(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  return typeof value === "string" && /^\s*-?\d{1,15}(\.\d*)?\s*$/.test(value) ? Number(value) : undefined;
}

/** A text as functions send it: a string, or a number where they forgot the quotes; undefined when it is neither. Contract: leniency-texts-as-numbers */
export function readText(value: unknown): string | undefined {
  return typeof value === "number" ? String(value) : typeof value === "string" ? value : undefined;
}

/** A truth value as functions send it: a JSON boolean or one of the words true and false; undefined when it is neither.
 * Contract: leniency-truth-as-words */
export function readBoolean(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "True") return true;
  return value === "false" || value === "False" ? false : undefined;
}
