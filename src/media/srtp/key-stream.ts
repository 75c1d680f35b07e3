import { createCipheriv, type Cipher } from "node:crypto";

/** Packets whose key stream is made at once: a call of `node:crypto` costs as much as the cipher needs for many blocks. */
const GROUP_PACKETS = 8;
/** Longer packets are no audio, and get a key stream of their own. */
const MOST_GROUPED_BLOCKS = 32;
const BLOCK_BYTES = 16;

/** AES in counter mode without an object for each packet. RFC 3711 §4.1.1, RFC 6188 §2 */
export function createBlockCipher(cipherKey: Uint8Array): Cipher {
  return createCipheriv(`aes-${cipherKey.length * 8}-ecb`, cipherKey, null).setAutoPadding(false);
}

/** The key stream of one stream of packets. That of packets whose numbers follow each other is made together, ahead of the later ones. */
export class KeyStream {
  readonly #cipher: Cipher;
  readonly #first: Uint8Array;
  readonly #groupPackets: number;
  /** Each block of the group before it is enciphered; what does not depend on the packet's number is written once. */
  #counters = new Uint8Array(0);
  #stream: Uint8Array = this.#counters;
  /** Of the group that is there: the number of its first packet, how many it has, and the blocks of each. */
  #groupStart = 0;
  #groupCount = 0;
  #blocks = 0;

  /** @param cipher of `createBlockCipher`, which several streams may share
   * @param groupPackets how many packets' key streams are made together */
  constructor(cipher: Cipher, salt: Uint8Array, ssrc: number, groupPackets = GROUP_PACKETS) {
    this.#cipher = cipher;
    this.#groupPackets = groupPackets;
    this.#first = new Uint8Array(BLOCK_BYTES);
    this.#first.set(salt);
    for (let index = 0; index < 4; index++)
      this.#first[4 + index] = (salt[4 + index] ?? 0) ^ (ssrc >>> (24 - 8 * index));
  }

  /** Enciphers, or deciphers, the bytes from `start` to before `end` of the packet with this number. */
  apply(memory: Uint8Array, start: number, end: number, index: number): void {
    const bytes = end - start;
    if (bytes <= 0) return;
    const blocks = Math.ceil(bytes / BLOCK_BYTES);
    const isThere = index >= this.#groupStart && index < this.#groupStart + this.#groupCount && blocks <= this.#blocks;
    if (!isThere) this.#make(index, blocks);
    const stream = this.#stream;
    const from = (index - this.#groupStart) * this.#blocks * BLOCK_BYTES - start;
    for (let at = start; at < end; at++) memory[at] = (memory[at] ?? 0) ^ (stream[from + at] ?? 0);
  }

  #make(index: number, blocks: number): void {
    const isGrouped = blocks <= MOST_GROUPED_BLOCKS && this.#groupPackets > 1;
    const count = isGrouped ? this.#groupPackets : 1;
    const each = isGrouped && this.#groupCount === count ? Math.max(blocks, this.#blocks) : blocks;
    if (count !== this.#groupCount || each !== this.#blocks) this.#layOut(count, each);
    this.#groupStart = index - (index % count);
    const upper = Math.floor(this.#groupStart / 0x1_0000);
    for (let packet = 0, at = 0; packet < count; packet++) {
      // A group does not reach over the end of 16 bits: their number is a multiple of it.
      const lower = (this.#groupStart % 0x1_0000) + packet;
      for (let block = 0; block < each; block++, at += BLOCK_BYTES) this.#number(at, upper, lower);
    }
    this.#stream = this.#cipher.update(this.#counters);
  }

  /** Writes all that is the same for each packet: the salt, the SSRC, and the number of each block. */
  #layOut(count: number, blocks: number): void {
    this.#groupCount = count;
    this.#blocks = blocks;
    this.#counters = new Uint8Array(count * blocks * BLOCK_BYTES);
    for (let at = 0, block = 0; at < this.#counters.length; at += BLOCK_BYTES, block = (block + 1) % blocks) {
      this.#counters.set(this.#first, at);
      this.#counters[at + 14] = block >>> 8;
      this.#counters[at + 15] = block;
    }
  }

  /** Writes the number of a packet, 48 bits, into the block at `at`. */
  #number(at: number, upper: number, lower: number): void {
    const [counters, first] = [this.#counters, this.#first];
    counters[at + 8] = (first[8] ?? 0) ^ (upper >>> 24);
    counters[at + 9] = (first[9] ?? 0) ^ (upper >>> 16);
    counters[at + 10] = (first[10] ?? 0) ^ (upper >>> 8);
    counters[at + 11] = (first[11] ?? 0) ^ upper;
    counters[at + 12] = (first[12] ?? 0) ^ (lower >>> 8);
    counters[at + 13] = (first[13] ?? 0) ^ lower;
  }
}
