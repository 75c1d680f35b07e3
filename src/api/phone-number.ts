/** Numbers named in a refusal. */
const numbersNamed = 10;

/** A sentence that tells which numbers the inventory has. */
export function listNumbers(numbers: readonly string[]): string {
  if (numbers.length === 0) return "The inventory is empty: add numbers in the configuration.";
  const more = numbers.length > numbersNamed ? ` and ${numbers.length - numbersNamed} more` : "";
  return `The inventory has: ${numbers.slice(0, numbersNamed).join(", ")}${more}.`;
}
