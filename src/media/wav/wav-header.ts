import { SAMPLE_RATE_HZ } from "../pcm.ts";

/** Size of the header, bytes. */
export const WAV_HEADER_BYTES = 44;
/** Sizes in the header have 32 bits. Beyond, all bits set says "to the end of the file", as in streams. */
const LARGEST = 0xffff_ffff;

/** The header of a WAV file of 16 bit, 8,000 Hz. */
export function wavHeader(channels: 1 | 2, dataBytes: number): Uint8Array {
  const header = Buffer.alloc(WAV_HEADER_BYTES);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(Math.min(WAV_HEADER_BYTES - 8 + dataBytes, LARGEST), 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16); // size of the format chunk
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(SAMPLE_RATE_HZ, 24);
  header.writeUInt32LE(SAMPLE_RATE_HZ * 2 * channels, 28); // bytes per second
  header.writeUInt16LE(2 * channels, 32); // bytes per frame
  header.writeUInt16LE(16, 34); // bits per sample
  header.write("data", 36, "latin1");
  header.writeUInt32LE(Math.min(dataBytes, LARGEST), 40);
  return header;
}
