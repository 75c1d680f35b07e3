import { createHash } from "node:crypto";

/** An id that is always the same for the same kind and name: a UUID of version 8 over SHA-256. RFC 9562 §5.8 */
export function idFromName(kind: string, name: string): string {
  const hex = createHash("sha256").update(`offhook:${kind}:${name}`).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join("-");
}

/** Stands for the Call-ID of a dialog, which may name a host: the same for the same. */
export function nameOfDialog(sipCallId: string): string {
  return idFromName("dialog", sipCallId);
}
