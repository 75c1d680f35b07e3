import { splitKeyAndSalt } from "../srtp/profile.ts";
import type { MediaSecurity } from "../../sdp/index.ts";
import { PacketKeys, type PacketBuffers } from "./packet-keys.ts";

/** The keys of a link by what its descriptions agreed on last. A key that stays goes on with all that is known of its packets; one that is new
 * begins. RFC 4568 §7.1.4 */
export class AgreedKeys {
  readonly #buffers: PacketBuffers;
  #agreed: MediaSecurity | undefined;
  #keys: PacketKeys | undefined;

  constructor(buffers: PacketBuffers) {
    this.#buffers = buffers;
  }

  /** undefined: packets go in the clear. */
  get current(): PacketKeys | undefined {
    return this.#keys;
  }

  configure(security: MediaSecurity | undefined): void {
    const before = this.#agreed;
    this.#agreed = security;
    if (security === undefined) {
      this.#keys = undefined;
      return;
    }
    const { suite, sent, received, identifier } = security;
    const theirs = { ...splitKeyAndSalt(suite, received), identifier };
    if (this.#keys === undefined || before === undefined) {
      this.#keys = new PacketKeys(this.#buffers, splitKeyAndSalt(suite, sent), theirs);
      return;
    }
    const isSameSuite = before.suite === suite;
    if (!isSameSuite || !isSame(before.sent, sent)) this.#keys.setSent(splitKeyAndSalt(suite, sent));
    const isSameKey = isSameSuite && isSame(before.received, received) && isSame(before.identifier, identifier);
    if (!isSameKey) this.#keys.setReceived(theirs);
  }
}

function isSame(one: Uint8Array = NOTHING, other: Uint8Array = NOTHING): boolean {
  return Buffer.compare(one, other) === 0;
}

const NOTHING = new Uint8Array(0);
