import { isToken, type SipHeader } from "../sip-syntax/index.ts";

const reservedPrefixes = ["x-amzn", "x-vine", "x-vc", "x-canary", "x-voice"];
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const controlCharacter = /[\u0000-\u0008\u000a-\u001f\u007f]/;

function isCustomName(lowerName: string): boolean {
  return (
    (lowerName.startsWith("x-") && lowerName.length > 2) || lowerName === "user-to-user" || lowerName === "diversion"
  );
}

/** The headers of an INVITE that functions may see, spelled as received; values of a repeated header are joined.
 * undefined when there are none. Contract: sip-and-media-headers-shown, sip-and-media-headers-spelling, sip-and-media-headers-repeated */
export function showHeaders(headers: readonly SipHeader[]): Record<string, string> | undefined {
  const shown = new Map<string, { name: string; value: string }>();
  for (const { name, value } of headers) {
    const lowerName = name.toLowerCase();
    if (!isCustomName(lowerName)) continue;
    const earlier = shown.get(lowerName);
    if (earlier === undefined) shown.set(lowerName, { name, value });
    else earlier.value = `${earlier.value}, ${value}`;
  }
  if (shown.size === 0) return undefined;
  return Object.fromEntries([...shown.values()].map(({ name, value }) => [name, value]));
}

/** A header that an application may not set, and why. */
export interface ForbiddenHeader {
  readonly name: string;
  readonly why: string;
}

/** The headers that an application may not set: not x-*, User-to-User or Diversion, reserved, too long, or with a line break.
 * Contract: sip-and-media-headers-allowed, sip-and-media-header-length, sip-and-media-header-line-breaks
 * @param longest most characters of a value */
export function findForbiddenHeaders(
  headers: Readonly<Record<string, string>>,
  longest: number,
): readonly ForbiddenHeader[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const why = whyForbidden(name, value, longest);
    return why === undefined ? [] : [{ name: shownName(name), why }];
  });
}

/** Most characters of a name, which no sane header comes near. */
const longestName = 256;

function shownName(name: string): string {
  return name.length <= longestName ? name : `${name.slice(0, longestName)}...`;
}

function whyForbidden(name: string, value: string, longest: number): string | undefined {
  if (name.length > longestName) return `its name has ${name.length} characters, at most ${longestName} are allowed`;
  const lowerName = name.toLowerCase();
  if (!isToken(name) || !isCustomName(lowerName)) return "only x-*, User-to-User and Diversion are allowed";
  const reserved = reservedPrefixes.find((prefix) => lowerName.startsWith(prefix));
  if (reserved !== undefined) return `names that begin with ${reserved} are reserved`;
  if (value.length > longest) return `its value has ${value.length} characters, at most ${longest} are allowed`;
  return controlCharacter.test(value) ? "its value has a line break or another control character" : undefined;
}
