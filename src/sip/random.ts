import { randomFillSync } from "node:crypto";

/** Random bytes are drawn in blocks: one system call serves a few hundred tags. */
const pool = { bytes: Buffer.alloc(4_096), used: 4_096 };

function randomHex(sizeBytes: number): string {
  if (pool.used + sizeBytes > pool.bytes.length) {
    randomFillSync(pool.bytes);
    pool.used = 0;
  }
  const text = pool.bytes.toString("hex", pool.used, pool.used + sizeBytes);
  pool.used += sizeBytes;
  return text;
}

/** A From or To tag: 64 random bits. RFC 3261 §19.3 asks for 32 */
export function newTag(): string {
  return randomHex(8);
}

/** A Via branch with the magic cookie and 96 random bits. RFC 3261 §8.1.1.7 */
export function newBranch(): string {
  return `z9hG4bK${randomHex(12)}`;
}

/** A Call-ID: 128 random bits, no host name. RFC 3261 §8.1.1.4 */
export function newSipCallId(): string {
  return randomHex(16);
}

/** A number from 0 up to, not including, 1; for the waits of RFC 3261 §14.1. */
export function randomFraction(): number {
  return Number.parseInt(randomHex(4), 16) / 2 ** 32;
}

/** Our part of a digest: 64 random bits. RFC 7616 §3.4 */
export function newCnonce(): string {
  return randomHex(8);
}
