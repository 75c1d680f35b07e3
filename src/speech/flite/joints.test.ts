import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadFlite, type FlitePart } from "./flite-speaker.ts";
import { toPieces } from "../threads/speech-pieces.ts";
import { ownPauseMs, type FliteVoice } from "./flite-voices.ts";

const { speak } = await loadFlite();
const frame = 40; // 5 ms
const clause = "Thank you for calling the office of the north,";
const rest = "all of our people are in conversation at this moment";

function powers(samples: Int16Array): number[] {
  const frames = Array.from({ length: Math.ceil(samples.length / frame) }, (_, index) =>
    samples.subarray(index * frame, (index + 1) * frame),
  );
  return frames.map((each) => each.reduce((sum, sample) => sum + sample ** 2, 0) / each.length);
}

/** Milliseconds of silence around the sample at `at`: frames 38 dB below the loudest. */
function silenceAround(samples: Int16Array, at: number): number {
  const all = powers(samples);
  const isSilent = (index: number) => (all[index] ?? Infinity) < Math.max(...all) * 10 ** -3.8;
  let [from, to] = [Math.floor(at / frame), Math.floor(at / frame)];
  while (isSilent(from - 1)) from--;
  while (isSilent(to)) to++;
  return (to - from) * 5;
}

/** Level of what is spoken, dB. */
function levelDb(samples: Int16Array): number {
  const all = powers(samples);
  const spoken = all.filter((power) => power > Math.max(...all) / 1_000);
  return 10 * Math.log10(spoken.reduce((sum, power) => sum + power, 0) / spoken.length);
}

function words(text: string, name: FliteVoice["name"]): FlitePart {
  return { type: "words", text, voice: { name, pitchHz: undefined }, rate: 1, pitch: 1, volumeDb: 0 };
}

describe("the joint of two pieces", () => {
  // Silence at the comma when the voice says both in one go; measured here for each.
  for (const [name, from, to] of [
    ["slt", 1_900, 2_500],
    ["rms", 2_200, 2_900],
    ["awb", 2_000, 2_800],
    ["kal16", 1_900, 2_600],
  ] as const) {
    it(`of ${name} sounds as the voice itself would make it`, () => {
      const whole = speak([words(`${clause} ${rest}.`, name)]).samples;
      const silences = Array.from({ length: (to - from) / 5 }, (_, index) =>
        silenceAround(whole, 8 * (from + 5 * index)),
      );
      const own = Math.max(...silences);
      const [first = new Int16Array(0), second = new Int16Array(0)] = toPieces(
        [words(clause, name), words(`${rest}.`, name)],
        () => ownPauseMs[name],
      ).map((piece) => speak(piece).samples);
      const joined = Int16Array.from([...first, ...second]);

      const silence = silenceAround(joined, first.length - 8 * 15);
      assert.ok(Math.abs(silence - own) <= 10, `${silence} ms, alone ${own} ms`);
      const steps = Array.from(
        { length: 9 },
        (_, index) => (joined[first.length - 4 + index] ?? 0) - (joined[first.length - 5 + index] ?? 0),
      );
      assert.ok(
        steps.every((step) => Math.abs(step) < 200),
        "no click",
      );
      const change = levelDb(first) - levelDb(second);
      assert.ok(Math.abs(change) < 1, `the level jumps by ${change} dB`);
    });
  }

  it("without a sign has no rest but that of a closed mouth", () => {
    const [first = new Int16Array(0), second = new Int16Array(0)] = toPieces(
      [words("please hold the line until the next person", "slt"), words("takes your call", "slt")],
      () => ownPauseMs.slt,
    ).map((piece) => speak(piece).samples);

    assert.ok(silenceAround(Int16Array.from([...first, ...second]), first.length - 8 * 15) <= 60);
  });
});
