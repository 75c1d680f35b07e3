/** Reads numbers and vectors of the presentation language of TLS (RFC 5246 §4) one after the other. Whoever reads past the end gets zeros and
 * nothing, and `isWhole` says so: a message is read to its end and asked once. What it gives are views of the bytes. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;
  #isWithin = true;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Whether everything asked for was there. */
  get isWithin(): boolean {
    return this.#isWithin;
  }

  /** Whether everything asked for was there, and nothing is left. */
  get isWhole(): boolean {
    return this.#isWithin && this.left === 0;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** How many bytes were read so far. */
  get position(): number {
    return this.#at;
  }

  uint8(): number {
    return this.#number(1);
  }

  uint16(): number {
    return this.#number(2);
  }

  uint24(): number {
    return this.#number(3);
  }

  uint48(): number {
    return this.#number(6);
  }

  bytes(length: number): Buffer {
    if (!this.#has(length)) return Buffer.alloc(0);
    const from = this.#at;
    this.#at += length;
    return this.#bytes.subarray(from, this.#at);
  }

  /** A vector whose length is a number of `lengthBytes` before it. */
  vector(lengthBytes: 1 | 2 | 3): Buffer {
    return this.bytes(this.#number(lengthBytes));
  }

  /** A vector of 16-bit numbers. */
  uint16s(lengthBytes: 1 | 2): readonly number[] {
    const vector = this.vector(lengthBytes);
    if (vector.length % 2 !== 0) this.#isWithin = false;
    const count = Math.floor(vector.length / 2);
    return Array.from({ length: count }, (_, index) => vector.readUInt16BE(index * 2));
  }

  #number(length: number): number {
    if (!this.#has(length)) return 0;
    this.#at += length;
    return this.#bytes.readUIntBE(this.#at - length, length);
  }

  #has(length: number): boolean {
    if (length <= this.left) return true;
    this.#isWithin = false;
    this.#at = this.#bytes.length;
    return false;
  }
}
