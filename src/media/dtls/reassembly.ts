import type { HandshakeFragment, HandshakeMessage } from "./handshake-message.ts";

/** No message that a browser sends comes near it: a ClientHello with a post-quantum key share has 1.8 KB. */
const MOST_MESSAGE_BYTES = 8192;
/** Messages that are put together at once: as many as the longest flight of a client has. */
const MOST_MESSAGES = 4;
/** Pieces of one message with gaps between them. */
const MOST_RANGES = 32;

/** A message of which some pieces have come. */
interface Partial {
  readonly type: number;
  readonly bytes: Buffer;
  /** What has come, in order, without overlaps. */
  ranges: readonly Range[];
}

type Range = readonly [from: number, to: number];

/** Why a piece was not kept. */
export type FragmentRefusal = "replayed" | "beyond-limit" | "malformed";

/** Puts the messages of the far end together from pieces that come in any order, repeated, or cut anew, and gives them in order. What it keeps is
 * bounded: 32 KiB. RFC 6347 §4.2.2, §4.2.3 */
export class Reassembly {
  readonly #partials = new Map<number, Partial>();
  #next = 0;

  /** Number of the message that is due. */
  get next(): number {
    return this.#next;
  }

  /** Keeps a copy of a piece. */
  add({ type, sequence, length, offset, body }: HandshakeFragment): FragmentRefusal | undefined {
    if (sequence < this.#next) return "replayed";
    if (sequence >= this.#next + MOST_MESSAGES || length > MOST_MESSAGE_BYTES) return "beyond-limit";
    const partial = this.#partials.get(sequence) ?? { type, bytes: Buffer.alloc(length), ranges: [] };
    const isEmptyPiece = body.length === 0 && length > 0;
    if (partial.type !== type || partial.bytes.length !== length || isEmptyPiece) return "malformed";
    const ranges = withRange(partial.ranges, [offset, offset + body.length]);
    if (ranges.length > MOST_RANGES) return "beyond-limit";
    body.copy(partial.bytes, offset);
    partial.ranges = ranges;
    this.#partials.set(sequence, partial);
    return undefined;
  }

  /** Takes the message that is due out, if it is whole. */
  takeNext(): HandshakeMessage | undefined {
    const message = this.take(this.#next);
    if (message !== undefined) this.#next++;
    return message;
  }

  /** Takes a message out of turn, if it is whole; pieces of it that come later are those of a new one. */
  take(sequence: number): HandshakeMessage | undefined {
    const partial = this.#partials.get(sequence);
    if (partial === undefined || !isWhole(partial)) return undefined;
    this.#partials.delete(sequence);
    return { type: partial.type, sequence, body: partial.bytes };
  }

  /** Forgets all that was kept; messages before `next` are stale from here on. */
  continueAt(next: number): void {
    this.#partials.clear();
    this.#next = next;
  }
}

function isWhole({ bytes, ranges }: Partial): boolean {
  const [first, ...others] = ranges;
  return first !== undefined && others.length === 0 && first[0] === 0 && first[1] === bytes.length;
}

function withRange(ranges: readonly Range[], [from, to]: Range): readonly Range[] {
  const before = ranges.filter((range) => range[1] < from);
  const after = ranges.filter((range) => range[0] > to);
  const touching = ranges.slice(before.length, ranges.length - after.length);
  const joined: Range = [Math.min(from, touching[0]?.[0] ?? from), Math.max(to, touching.at(-1)?.[1] ?? to)];
  return [...before, joined, ...after];
}
