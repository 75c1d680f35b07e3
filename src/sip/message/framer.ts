/** Cuts a byte stream into messages. RFC 3261 §18.3 */
export interface Framer {
  /** Takes what arrived and tells what is complete, in order. After `broken` the stream cannot be trusted any more. */
  push(bytes: Buffer): Frame[];
}

/** `ping`: a double CRLF between messages, a CRLF is due (RFC 5626 §3.5.1). `broken` holds what was read of the message. */
export type Frame =
  | { readonly type: "message"; readonly bytes: Buffer }
  | { readonly type: "ping" }
  | { readonly type: "broken"; readonly bytes: Buffer; readonly why: string };

const longestHeadBytes = 65_536;
const longestBodyBytes = 262_144;
const lengthPattern = /(?:^|\n)(?:content-length|l)[ \t]*:[ \t]*([^\r\n]*)/i;

/** Makes a framer with an empty buffer. Bytes are copied only when a message is split over reads. */
export function createFramer(): Framer {
  let pending: Buffer = Buffer.alloc(0);
  /** Total length of the message at the start of `pending`, once its head was read. */
  let expected = 0;
  /** Where to go on looking for the end of the head. */
  let searched = 0;
  let isBroken = false;

  const breakStream = (why: string): Frame => {
    isBroken = true;
    return { type: "broken", bytes: pending, why };
  };

  const next = (): Frame | undefined => {
    const skipped = countLineEnds(pending);
    if (skipped > 0 && expected === 0) {
      pending = pending.subarray(skipped);
      searched = 0;
      if (skipped >= 4) return { type: "ping" };
    }
    if (expected === 0) {
      const headEnd = pending.indexOf("\r\n\r\n", Math.max(0, searched - 3), "latin1");
      if (headEnd > longestHeadBytes || (headEnd < 0 && pending.length > longestHeadBytes)) {
        return breakStream("header fields too long");
      }
      searched = pending.length;
      if (headEnd < 0) return undefined;
      const length = readLength(pending.toString("latin1", 0, headEnd));
      if (typeof length === "string") return breakStream(length);
      expected = headEnd + 4 + length;
    }
    if (pending.length < expected) return undefined;
    const bytes = pending.subarray(0, expected);
    pending = pending.subarray(expected);
    expected = 0;
    searched = 0;
    return { type: "message", bytes };
  };

  return {
    push(bytes) {
      if (isBroken) return [];
      pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
      const frames: Frame[] = [];
      for (let frame = next(); frame !== undefined; frame = next()) {
        frames.push(frame);
        if (frame.type === "broken") break;
      }
      return frames;
    },
  };
}

function countLineEnds(bytes: Buffer): number {
  let count = 0;
  while (count < bytes.length && (bytes[count] === 0x0d || bytes[count] === 0x0a)) count++;
  return count;
}

/** Content-Length is a must on streams: without it the next message cannot be found. RFC 3261 §20.14 */
function readLength(head: string): number | string {
  const value = lengthPattern.exec(head)?.[1]?.trim();
  if (value === undefined) return "no Content-Length on a stream";
  if (!/^\d{1,9}$/.test(value)) return "malformed Content-Length";
  const length = Number(value);
  return length > longestBodyBytes ? "body too long" : length;
}
