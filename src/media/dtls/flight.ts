import { AEAD_OVERHEAD_BYTES } from "./aead.ts";
import { MESSAGE_HEADER_BYTES, printFragment, type HandshakeMessage } from "./handshake-message.ts";
import { contentType } from "./protocol.ts";
import { RECORD_HEADER_BYTES } from "./record.ts";

/** A part of a flight: a message of the handshake, or the change of the cipher after which messages are of epoch 1. */
export type FlightPart =
  | { readonly type: "message"; readonly epoch: 0 | 1; readonly message: HandshakeMessage }
  | { readonly type: "change-cipher-spec" };

/** Bytes of a piece for which no new piece of a message is begun at the end of a datagram. */
const LEAST_PIECE_BYTES = 32;

/** Puts the parts of a flight into as few datagrams as their order allows, and cuts messages that are too long. RFC 6347 §4.2.3
 * @param mostBytes of one datagram
 * @param seal makes the next record */
export function packFlight(
  parts: readonly FlightPart[],
  mostBytes: number,
  seal: (type: number, epoch: 0 | 1, fragment: Uint8Array) => Buffer,
): readonly Buffer[] {
  const datagrams: Buffer[][] = [[]];
  let room = mostBytes;
  const add = (record: Buffer) => {
    datagrams.at(-1)?.push(record);
    room -= record.length;
  };
  const beginUnlessFits = (bytes: number) => {
    if (room >= bytes || room === mostBytes) return;
    datagrams.push([]);
    room = mostBytes;
  };
  const addMessage = ({ type, sequence, body }: HandshakeMessage, epoch: 0 | 1) => {
    const overhead = RECORD_HEADER_BYTES + MESSAGE_HEADER_BYTES + (epoch === 0 ? 0 : AEAD_OVERHEAD_BYTES);
    let offset = 0;
    do {
      beginUnlessFits(overhead + Math.min(LEAST_PIECE_BYTES, body.length - offset));
      const piece = body.subarray(offset, offset + Math.max(LEAST_PIECE_BYTES, room - overhead));
      const fragment = printFragment({ type, sequence, length: body.length, offset, body: piece });
      add(seal(contentType.handshake, epoch, fragment));
      offset += piece.length;
    } while (offset < body.length);
  };
  for (const part of parts) {
    if (part.type === "message") {
      addMessage(part.message, part.epoch);
    } else {
      beginUnlessFits(RECORD_HEADER_BYTES + 1);
      add(seal(contentType.changeCipherSpec, 0, Uint8Array.of(1)));
    }
  }
  return datagrams.map((records) => Buffer.concat(records));
}
