/** Cuts a byte stream into messages. RFC 3261 §18.3 */
export interface Framer {
  /** Takes the bytes that arrived and returns the complete messages, in order. After `broken` the stream cannot be read further. */
  push(bytes: Buffer): Frame[];
  /** Gives up a message that has begun and is not complete; the stream cannot be read further. undefined: there is none. */
  giveUp(): Frame | undefined;
  /** Bytes of a message that has begun and is not complete. */
  pendingBytes(): number;
}

/** `blank`: line ends between messages, which keep a connection alive (RFC 5626 §3.5.1). `broken`: the part that was read of a message whose end
 * cannot be found, and the status for its sender. */
export type Frame =
  | { readonly type: "message"; readonly bytes: Buffer }
  | { readonly type: "blank"; readonly sizeBytes: number }
  | { readonly type: "broken"; readonly bytes: Buffer; readonly why: string; readonly status: number };

const longestHeadBytes = 65_536;
const longestBodyBytes = 262_144;
/** With the lines that it is folded into. RFC 3261 §7.3.1 */
const lengthPattern = /(?:^|\n)(?:content-length|l)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)/gi;

/** Makes a framer with an empty buffer. Bytes are copied only when a message is split over reads, and each is examined once. */
export function createFramer(): Framer {
  const pending = new PendingBytes();
  /** Total length of the message at the start of `pending`, once its head was read. */
  let expected = 0;
  /** Where the search for the end of the head continues. */
  let searched = 0;
  let isBroken = false;

  const breakStream = (why: string, status: number): Frame => {
    isBroken = true;
    return { type: "broken", bytes: pending.take(pending.length), why, status };
  };

  /** Reads the head, if it is there in full, and with it how long the message is. */
  const readHead = (): Frame | undefined => {
    const bytes = pending.view();
    const headEnd = bytes.indexOf("\r\n\r\n", Math.max(0, searched - 3), "latin1");
    searched = bytes.length;
    if (headEnd > longestHeadBytes || (headEnd < 0 && bytes.length > longestHeadBytes)) {
      return breakStream(`header fields of more than ${longestHeadBytes} bytes`, 513);
    }
    if (headEnd < 0) return undefined;
    const length = readLength(bytes.toString("latin1", 0, headEnd));
    if (typeof length === "string") return breakStream(length, 400);
    if (length > longestBodyBytes) return breakStream(`a body of more than ${longestBodyBytes} bytes`, 413);
    expected = headEnd + 4 + length;
    return undefined;
  };

  const next = (): Frame | undefined => {
    if (expected === 0) {
      const skipped = searched === 0 ? countLineEnds(pending.view()) : 0;
      pending.take(skipped);
      if (skipped > 0) return { type: "blank", sizeBytes: skipped };
      if (pending.length === 0) return undefined;
      const broken = readHead();
      if (broken !== undefined || expected === 0) return broken;
    }
    if (pending.length < expected) return undefined;
    const bytes = pending.take(expected);
    expected = 0;
    searched = 0;
    return { type: "message", bytes };
  };

  return {
    push(bytes) {
      if (isBroken) return [];
      pending.append(bytes);
      const frames: Frame[] = [];
      for (let frame = next(); frame !== undefined; frame = next()) {
        frames.push(frame);
        if (frame.type === "broken") break;
      }
      return frames;
    },
    giveUp() {
      if (isBroken || pending.length === 0) return undefined;
      const isHeadRead = expected > 0;
      return breakStream(
        isHeadRead ? "body shorter than Content-Length" : "no empty line (CRLF CRLF) after the header fields",
        400,
      );
    },
    pendingBytes: () => (isBroken ? 0 : pending.length),
  };
}

/** Bytes that arrived and were not taken yet. Taking returns a view. The buffer grows by doubling, so that each byte is copied a few times at
 * most, however small the pieces are. */
class PendingBytes {
  #buffer: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  /** Whether we may write to the buffer behind `#end`. */
  #isOwn = false;

  get length(): number {
    return this.#end - this.#start;
  }

  view(): Buffer {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  take(count: number): Buffer {
    const taken = this.#buffer.subarray(this.#start, this.#start + count);
    this.#start += count;
    return taken;
  }

  append(bytes: Buffer): void {
    if (this.length === 0) {
      this.#buffer = bytes;
      this.#start = 0;
      this.#end = bytes.length;
      this.#isOwn = false;
      return;
    }
    if (!this.#isOwn || this.#end + bytes.length > this.#buffer.length) this.#grow(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  #grow(moreBytes: number): void {
    const kept = this.view();
    this.#buffer = Buffer.allocUnsafe(2 * (kept.length + moreBytes));
    this.#buffer.set(kept);
    this.#start = 0;
    this.#end = kept.length;
    this.#isOwn = true;
  }
}

function countLineEnds(bytes: Buffer): number {
  let count = 0;
  while (count < bytes.length && (bytes[count] === 0x0d || bytes[count] === 0x0a)) count++;
  return count;
}

/** Content-Length is required on streams: without it the next message cannot be found. RFC 3261 §20.14 */
function readLength(head: string): number | string {
  const [value, ...others] = Array.from(head.matchAll(lengthPattern), ([, text = ""]) => text.trim());
  if (value === undefined) return "no Content-Length on a stream";
  if (others.some((other) => other !== value)) return "two values of Content-Length";
  return /^\d{1,9}$/.test(value) ? Number(value) : "malformed Content-Length";
}
