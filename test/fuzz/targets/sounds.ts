import assert from "node:assert/strict";
import { decodeWavBytes } from "../../../src/media/wav/decode-wav.ts";
import { encodeWav, pcmFromSamples } from "../../../src/testing/index.ts";
import type { FuzzTarget } from "../target.ts";

const plain = Buffer.from(encodeWav(pcmFromSamples(new Int16Array(80).fill(5_000))));
/** Another form of the same: what stands where in its "fmt " chunk. */
function formOf(changes: readonly (readonly [at: number, value: number])[]): Buffer {
  const bytes = Buffer.from(plain);
  for (const [at, value] of changes) bytes.writeUInt16LE(value, at);
  return bytes;
}
const [tagAt, channelsAt, rateAt, frameAt, bitsAt] = [20, 22, 24, 32, 34];

export const sounds: readonly FuzzTarget[] = [
  {
    name: "wav",
    seeds: [
      plain,
      formOf([
        [tagAt, 7],
        [bitsAt, 8],
        [frameAt, 1],
      ]),
      formOf([
        [channelsAt, 2],
        [frameAt, 4],
      ]),
      formOf([
        [rateAt, 11_025],
        [bitsAt, 24],
        [frameAt, 3],
      ]),
      formOf([
        [tagAt, 3],
        [bitsAt, 32],
        [frameAt, 4],
        [rateAt, 44_100],
      ]),
      formOf([
        [tagAt, 0xfffe],
        [rateAt, 16_000],
      ]),
      Buffer.concat([plain.subarray(0, 12), Buffer.from("LIST\x04\0\0\0abcd", "latin1"), plain.subarray(12)]),
    ],
    words: [
      "RIFF",
      "WAVE",
      "fmt ",
      "data",
      "LIST",
      "RF64",
      "ds64",
      "\xff\xff\xff\xff",
      "\x01\x00",
      "\x03\x00",
      "\xfe\xff",
      "ID3",
    ],
    take(bytes) {
      const outcome = decodeWavBytes(bytes);
      if (outcome.type === "unsupported") assert.notEqual(outcome.found, "");
      // No rate is lower than 4,000 Hz, of one channel and a byte for each sample.
      else assert.ok(outcome.sound.samples.length <= 2 * bytes.length + 2);
    },
  },
];
