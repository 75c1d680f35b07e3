import { isIPv4, isIPv6 } from "node:net";

/** The bytes of an IP address in network order, 4 or 16; a zone is left out. None for text that is no address. RFC 4291 §2.2 */
export function addressBytes(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split("."), Number);
  const plain = address.split("%", 1)[0] ?? "";
  if (!isIPv6(plain)) return new Uint8Array(0);
  const [front = "", back = ""] = plain.split("::", 2);
  const [first, last] = [bytesOfGroups(front), bytesOfGroups(back)];
  const missing = Array.from({ length: 16 - first.length - last.length }, () => 0);
  return Uint8Array.from([...first, ...missing, ...last]);
}

function bytesOfGroups(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (isIPv4(group)) return group.split(".").map(Number);
    const value = Number.parseInt(group, 16);
    return [value >>> 8, value & 0xff];
  });
}
