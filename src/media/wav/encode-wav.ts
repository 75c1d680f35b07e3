import { WAV_HEADER_BYTES, wavHeader } from "./wav-header.ts";
import type { Pcm } from "../types.ts";

/** A WAV file of 16 bit, 8,000 Hz, mono. */
export function encodeWav(pcm: Pcm): Uint8Array {
  const dataBytes = pcm.samples.length * 2;
  const file = Buffer.alloc(WAV_HEADER_BYTES + dataBytes);
  file.set(wavHeader(1, dataBytes));
  for (let index = 0; index < pcm.samples.length; index++) {
    file.writeInt16LE(pcm.samples[index] ?? 0, WAV_HEADER_BYTES + index * 2);
  }
  return file;
}
