import { refuse } from "../refuse.ts";

/** Longest value of one header, characters. */
const longestValue = 2_048;

const token = /^[A-Za-z0-9\-.!%*_+`'~]+$/;
const allowed = /^(x-.+|user-to-user|diversion)$/i;
const reserved = /^x-(amzn|vine|vc|canary|voice)/i;

/** Refuses headers that a caller may not send, or that would not fit one header line.
 * Source: `reference/sip-and-media.md` section 3.1 */
export function checkSipHeaders(headers: Readonly<Record<string, string>>): void {
  const names = Object.keys(headers);
  const wrong = names.filter((name) => !token.test(name) || !allowed.test(name) || reserved.test(name));
  if (wrong.length > 0) throw badHeaders(wrong);
  for (const [name, value] of Object.entries(headers)) {
    if (value.length > longestValue) {
      throw refuse(
        "API_BAD_REQUEST",
        `SipHeaders["${name}"] has ${value.length} characters; a header value must have at most ${longestValue}.`,
      );
    }
    if (hasControlCharacter(value)) {
      throw refuse("API_BAD_REQUEST", `SipHeaders["${name}"] has a line break or another control character.`);
    }
  }
}

/** The refusal for header names that are reserved or not allowed. */
export function badHeaders(names: readonly string[]): Error {
  const shown = names.map((name) => (token.test(name) ? name : JSON.stringify(name))).join(", ");
  return refuse(
    "API_BAD_REQUEST",
    `Invalid SIP header(s) provided: ${shown}. Allowed are x-*, User-to-User and Diversion; names that begin with x-amzn, x-vine, x-vc, x-canary or x-voice are reserved.`,
  );
}

function hasControlCharacter(value: string): boolean {
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true;
  }
  return false;
}
