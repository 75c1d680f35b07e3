/** HMAC-SHA1 of one key (RFC 2104, FIPS 180-4) without an object for each message: in `node:crypto` each takes a new one, which costs more than the
 * few blocks of a packet. The blocks that depend on the key only are done once. SHA-1 has no table and no branch that the key decides. */
export class HmacSha1 {
  readonly #inner: Int32Array;
  readonly #outer: Int32Array;

  constructor(key: Uint8Array) {
    if (key.length > BLOCK_BYTES) throw new RangeError("a key longer than a block would have to be hashed first");
    this.#inner = stateAfter(key, 0x36);
    this.#outer = stateAfter(key, 0x5c);
  }

  /** Computes it of the first `length` bytes. @returns 20 bytes, overwritten by the next call of any */
  compute(bytes: Uint8Array, length: number): Uint8Array {
    state.set(this.#inner);
    let at = 0;
    for (; at + BLOCK_BYTES <= length; at += BLOCK_BYTES) takeBlock(bytes, at);
    finish(bytes, at, length, BLOCK_BYTES + length);
    writeState(result);
    state.set(this.#outer);
    finish(result, 0, DIGEST_BYTES, BLOCK_BYTES + DIGEST_BYTES);
    writeState(result);
    return result;
  }
}

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 20;
const INITIAL = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];

/* Of the message that is being hashed: nothing of it is needed afterwards. */
const state = new Int32Array(5);
const words = new Int32Array(80);
const last = new Uint8Array(BLOCK_BYTES);
const result = new Uint8Array(DIGEST_BYTES);

/** The state behind the block that a key makes. */
function stateAfter(key: Uint8Array, filling: number): Int32Array {
  const block = new Uint8Array(BLOCK_BYTES).fill(filling);
  for (let index = 0; index < key.length; index++) block[index] = filling ^ (key[index] ?? 0);
  for (let index = 0; index < state.length; index++) state[index] = INITIAL[index] ?? 0;
  takeBlock(block, 0);
  return state.slice();
}

/** Takes what is left of a message, less than a block, and its end. */
function finish(bytes: Uint8Array, from: number, to: number, wholeBytes: number): void {
  const left = to - from;
  for (let index = 0; index < left; index++) last[index] = bytes[from + index] ?? 0;
  last[left] = 0x80;
  last.fill(0, left + 1);
  if (left + 9 > BLOCK_BYTES) {
    takeBlock(last, 0);
    last.fill(0);
  }
  const bits = wholeBytes * 8;
  last[60] = bits >>> 24;
  last[61] = bits >>> 16;
  last[62] = bits >>> 8;
  last[63] = bits;
  takeBlock(last, 0);
}

function writeState(output: Uint8Array): void {
  for (let index = 0; index < 5; index++) {
    const word = state[index] ?? 0;
    output[index * 4] = word >>> 24;
    output[index * 4 + 1] = word >>> 16;
    output[index * 4 + 2] = word >>> 8;
    output[index * 4 + 3] = word;
  }
}

/** One loop for each kind of round: asked in one, which kind it is would cost as much as the round. */
function takeBlock(bytes: Uint8Array, from: number): void {
  const w = words;
  for (let index = 0, at = from; index < 16; index++, at += 4) {
    w[index] =
      ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  }
  for (let index = 16; index < 80; index++) {
    const word = (w[index - 3] ?? 0) ^ (w[index - 8] ?? 0) ^ (w[index - 14] ?? 0) ^ (w[index - 16] ?? 0);
    w[index] = (word << 1) | (word >>> 31);
  }
  const a0 = state[0] ?? 0;
  const b0 = state[1] ?? 0;
  const c0 = state[2] ?? 0;
  const d0 = state[3] ?? 0;
  const e0 = state[4] ?? 0;
  let a = a0;
  let b = b0;
  let c = c0;
  let d = d0;
  let e = e0;
  let round = 0;
  for (; round < 20; round++) {
    const next = (((a << 5) | (a >>> 27)) + ((b & c) | (~b & d)) + e + (w[round] ?? 0) + 0x5a827999) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (; round < 40; round++) {
    const next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + (w[round] ?? 0) + 0x6ed9eba1) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (; round < 60; round++) {
    const next = (((a << 5) | (a >>> 27)) + ((b & c) | (b & d) | (c & d)) + e + (w[round] ?? 0) - 0x70e44324) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (; round < 80; round++) {
    const next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + (w[round] ?? 0) - 0x359d3e2a) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  state[0] = a0 + a;
  state[1] = b0 + b;
  state[2] = c0 + c;
  state[3] = d0 + d;
  state[4] = e0 + e;
}
