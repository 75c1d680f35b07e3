/** Throws for what begins with "SIP" only. */
export function readPlanted(bytes: Buffer): void {
  if (bytes[0] !== 0x53) return;
  if (bytes[1] !== 0x49) return;
  if (bytes[2] === 0x50) throw new Error("the planted fault");
}
