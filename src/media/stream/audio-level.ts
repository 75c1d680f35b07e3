import { findElement } from "./header-extension.ts";
import type { PayloadBounds } from "./packet.ts";

/** How loud a packet is, as its sender says in a header extension: 0 to 127 dB below full scale; -1 when it says nothing. RFC 6464 §3
 * @param id the number that was agreed for it */
export function readAudioLevel(packet: Uint8Array, bounds: PayloadBounds, id: number): number {
  const at = findElement(packet, bounds, id, 1);
  return at < 0 ? -1 : (packet[at] ?? 0) & 0x7f;
}
