import { createRequire } from "node:module";
import type * as Library from "libphonenumber-js/min";

const require = createRequire(import.meta.url);

/** The country of a number in E.164: ISO 3166-1, two letters; undefined where its digits tell none. A number of the North American plan that no
 * other country there has counts as one of the United States, as those that films use do. */
export function countryOf(e164: string): string | undefined {
  // Loaded at its first use, since few commands ask: it takes 50 ms.
  const { parsePhoneNumberFromString } = require("libphonenumber-js/min") as typeof Library;
  const country = parsePhoneNumberFromString(e164)?.country;
  return country ?? (/^\+1\d{10}$/.test(e164) ? "US" : undefined);
}

/** Whether a number of the North American plan costs its callers nothing. */
export function isTollFree(e164: string): boolean {
  return /^\+18(?:00|33|44|55|66|77|88)\d{7}$/.test(e164);
}
