import { createHash } from "node:crypto";

/** SHA-256, 64 hexadecimal digits. In a file of its own, so that who needs no more loads no signer. */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
