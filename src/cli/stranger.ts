import type { Config } from "../app/index.ts";

/** One of the numbers that stand for nobody, 555-0100 to 555-0199, that is none of the server's, nor of the console's page.
 * @param last where the search begins; it goes down */
export function strangerTo({ numbers, softphone }: Pick<Config, "numbers" | "softphone">, last = 199): string {
  const taken = [...numbers, ...softphone.numbers];
  for (let digits = last; digits > 100; digits -= 1)
    if (!taken.includes(`+12065550${digits}`)) return `+12065550${digits}`;
  return "+12065550100";
}
