/** A truth value as functions send it: a JSON boolean or one of the words true and false; undefined when it is neither.
 * Contract: leniency-truth-as-words */
export function readBoolean(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "True") return true;
  return value === "false" || value === "False" ? false : undefined;
}
