import { toE164 } from "./e164.ts";

/** How a telephone number is written: +12065550100, 12065550100, with the digits that calls abroad begin with (0012065550100), or, in its own
 * country, as people there dial it (2065550100), others with the digits for calls abroad. */
export type NumberForm = "e164" | "digits" | "international" | "national";

/** How numbers are dialled in a country. */
export interface Dialling {
  /** Its country code without plus; undefined: of no country. */
  readonly country: string | undefined;
  /** What national numbers begin with, such as 0; "" where nothing does. */
  readonly nationalPrefix: string;
  /** What international numbers begin with in place of the plus, such as 00; "" where nothing does. */
  readonly internationalPrefix: string;
}

/** The shortest number without a prefix that counts as one with its country code. */
const shortestWithCountry = 10;
/** The shortest national number, area code included. */
const shortestNational = 6;

/** The E.164 form of a number as it is dialled in a country; undefined: it is none, or one that only this country's own exchange knows.
 * @param user without separators and parameters */
export function readNational(user: string, { country, ...prefixes }: Dialling): string | undefined {
  if (country === undefined || !/^\d{1,25}$/.test(user)) return undefined;
  const { nationalPrefix, internationalPrefix } = prefixes;
  if (internationalPrefix !== "" && user.startsWith(internationalPrefix))
    return whole(user.slice(internationalPrefix.length));
  const national = (digits: string) => (digits.length < shortestNational ? undefined : whole(`${country}${digits}`));
  // In North America numbers have ten digits, and people leave the 1 out.
  if (country === "1" && /^[2-9]\d{9}$/.test(user)) return national(user);
  if (nationalPrefix !== "" && user.startsWith(nationalPrefix)) return national(user.slice(nationalPrefix.length));
  if (user.startsWith(country) && user.length >= shortestWithCountry) return whole(user);
  return nationalPrefix === "" ? national(user) : undefined;
}

function whole(digits: string): string | undefined {
  return digits.length < shortestNational + 1 ? undefined : toE164(`+${digits}`);
}

/** A number in one of the forms; what has no plus stays as it is. */
export function writeNumber(number: string, form: NumberForm, dialling: Dialling): string {
  if (!number.startsWith("+") || form === "e164") return number;
  const digits = number.slice(1);
  if (form === "digits") return digits;
  const { country, nationalPrefix, internationalPrefix } = dialling;
  const isOfCountry = form === "national" && country !== undefined && digits.startsWith(country);
  return isOfCountry ? `${nationalPrefix}${digits.slice(country.length)}` : `${internationalPrefix}${digits}`;
}
