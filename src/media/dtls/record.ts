import { ByteReader } from "./byte-reader.ts";
import { DTLS_1_2 } from "./protocol.ts";

/** One record of DTLS 1.2. RFC 6347 §4.1 */
export interface DtlsRecord {
  /** One of `contentType`, or any other number. */
  readonly type: number;
  readonly version: number;
  readonly epoch: number;
  /** Of its epoch, 48 bits. */
  readonly sequence: number;
  /** Encrypted where the epoch has keys. A view of the datagram. */
  readonly fragment: Buffer;
}

/** Bytes before the fragment of a record. */
export const RECORD_HEADER_BYTES = 13;
/** What a record may hold beyond the 2^14 of its plaintext. RFC 5246 §6.2.3 */
const MOST_FRAGMENT_BYTES = 2 ** 14 + 2048;

/** The records of a datagram in order, up to the first that is none.
 * @returns also whether all bytes of the datagram were records of some version of DTLS */
export function readRecords(datagram: Buffer): { readonly records: readonly DtlsRecord[]; readonly isWhole: boolean } {
  const records: DtlsRecord[] = [];
  const reader = new ByteReader(datagram);
  while (reader.left > 0) {
    const type = reader.uint8();
    const version = reader.uint16();
    const epoch = reader.uint16();
    const sequence = reader.uint48();
    const fragment = reader.vector(2);
    if (!reader.isWithin || version >> 8 !== 0xfe || fragment.length > MOST_FRAGMENT_BYTES) {
      return { records, isWhole: false };
    }
    records.push({ type, version, epoch, sequence, fragment });
  }
  return { records, isWhole: records.length > 0 };
}

/** A record as it is sent. */
export function printRecord(type: number, epoch: number, sequence: number, fragment: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(RECORD_HEADER_BYTES + fragment.length);
  record.writeUInt8(type, 0);
  record.writeUInt16BE(DTLS_1_2, 1);
  record.writeUInt16BE(epoch, 3);
  record.writeUIntBE(sequence, 5, 6);
  record.writeUInt16BE(fragment.length, 11);
  record.set(fragment, RECORD_HEADER_BYTES);
  return record;
}
