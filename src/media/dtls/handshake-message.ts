import { ByteReader } from "./byte-reader.ts";

/** One whole message of a handshake. */
export interface HandshakeMessage {
  /** One of `handshakeType`, or any other number. */
  readonly type: number;
  /** Counts the messages of its sender. */
  readonly sequence: number;
  readonly body: Buffer;
}

/** A piece of a message. RFC 6347 §4.2.2 */
export interface HandshakeFragment {
  readonly type: number;
  readonly sequence: number;
  /** Bytes of the whole message. */
  readonly length: number;
  readonly offset: number;
  /** A view of its record. */
  readonly body: Buffer;
}

/** Bytes before the body of a message or of a piece. */
export const MESSAGE_HEADER_BYTES = 12;

/** The pieces that one record holds; undefined when the record is no row of such pieces. */
export function readFragments(content: Buffer): readonly HandshakeFragment[] | undefined {
  const fragments: HandshakeFragment[] = [];
  const reader = new ByteReader(content);
  while (reader.left > 0) {
    const type = reader.uint8();
    const length = reader.uint24();
    const sequence = reader.uint16();
    const offset = reader.uint24();
    const body = reader.vector(3);
    if (!reader.isWithin || offset + body.length > length) return undefined;
    fragments.push({ type, sequence, length, offset, body });
  }
  return fragments.length > 0 ? fragments : undefined;
}

/** A message in one piece, as it is sent where there is room, and as both sides hash it. RFC 6347 §4.2.6 */
export function printMessage({ type, sequence, body }: HandshakeMessage): Buffer {
  return printFragment({ type, sequence, length: body.length, offset: 0, body });
}

/** A piece of a message. */
export function printFragment({ type, sequence, length, offset, body }: HandshakeFragment): Buffer {
  const piece = Buffer.allocUnsafe(MESSAGE_HEADER_BYTES + body.length);
  piece.writeUInt8(type, 0);
  piece.writeUIntBE(length, 1, 3);
  piece.writeUInt16BE(sequence, 4);
  piece.writeUIntBE(offset, 6, 3);
  piece.writeUIntBE(body.length, 9, 3);
  piece.set(body, MESSAGE_HEADER_BYTES);
  return piece;
}
