import type { SipHeader } from "../sip/index.ts";

const reservedPrefixes = ["x-amzn", "x-vine", "x-vc", "x-canary", "x-voice"];
const longestValue = 2_048;

function isCustomName(lowerName: string): boolean {
  return lowerName.startsWith("x-") || lowerName === "user-to-user" || lowerName === "diversion";
}

/** The headers of an INVITE that functions may see, spelled as received; values of a repeated header are joined.
 * undefined when there are none. Contract: events section 10 */
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

/** The names of headers that an application may not set: not x-*, User-to-User or Diversion, reserved, too long, or with a line
 * break. Contract: sip-and-media section 3.1 */
export function findForbiddenHeaders(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers)
    .filter(([name, value]) => {
      const lowerName = name.toLowerCase();
      if (!isCustomName(lowerName) || !/^[a-z0-9.!%*_+`'~-]+$/.test(lowerName)) return true;
      if (reservedPrefixes.some((prefix) => lowerName.startsWith(prefix))) return true;
      return value.length > longestValue || /[\r\n\0]/.test(value);
    })
    .map(([name]) => name);
}
