import { randomBytes } from "node:crypto";
import type { AskedMediaKey, CryptoSuite, MediaSecurity } from "../sdp/index.ts";

/** Gives the key that an answer of ours has: that of before while the far end has its own of before, else a new one, since a new key of the far end
 * means that it has forgotten where ours was, or is another. RFC 4568 §7.1.4 */
export function keyForAnswer(agreed: MediaSecurity | undefined): (asked: AskedMediaKey) => Uint8Array {
  return ({ suite, bytes, theirs }) =>
    agreed !== undefined && agreed.suite === suite && isSame(agreed.received, theirs) ? agreed.sent : newKey(bytes);
}

/** Gives the keys of one offer of ours, the same whenever it is asked for again: by whoever reads the answer. Each is new, but that of the suite
 * that is spoken with the same far end: what is sent before its answer can be read then, and the numbers of packets go on. RFC 4568 §7.1.4
 * @param agreed with the far end that gets the offer; undefined: nothing, or it may be another one */
export function keysForOffer(agreed?: MediaSecurity): (asked: AskedMediaKey) => Uint8Array {
  const keys = new Map<CryptoSuite, Uint8Array>(agreed === undefined ? [] : [[agreed.suite, agreed.sent]]);
  return ({ suite, bytes }) => {
    const key = keys.get(suite) ?? newKey(bytes);
    keys.set(suite, key);
    return key;
  };
}

/** Key and salt are random. RFC 4568 §6.1 */
function newKey(bytes: number): Uint8Array {
  return new Uint8Array(randomBytes(bytes));
}

function isSame(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return other !== undefined && Buffer.compare(one, other) === 0;
}
