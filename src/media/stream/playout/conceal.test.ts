import assert from "node:assert/strict";
import { test } from "node:test";
import { tone, toneLevelDbfs } from "../../../testing/tones.ts";
import { pcmFromSamples } from "../../pcm.ts";
import { createConcealer } from "./conceal.ts";

/** Plays samples with a hole. */
function withHole(samples: Int16Array, from: number, to: number): Int16Array {
  const output = Int16Array.from(samples);
  const concealer = createConcealer();
  for (let at = 0; at < output.length; at += 80) {
    if (at >= from && at < to) concealer.conceal(output, at, 80);
    else concealer.heard(output, at, 80);
  }
  return output;
}

function largestJump(samples: Int16Array, from = 0, to = samples.length): number {
  let largest = 0;
  for (let index = from + 1; index < to; index++) {
    largest = Math.max(largest, Math.abs((samples[index] ?? 0) - (samples[index - 1] ?? 0)));
  }
  return largest;
}

const hole = { from: 4000, to: 4160 };

for (const frequencyHz of [100, 170, 350, 440, 1200]) {
  test(`a hole of 20 ms in ${frequencyHz} Hz is filled with the same at nearly the same level, without a click at either end`, () => {
    const { samples } = tone(frequencyHz, 1000, -10);

    const heard = withHole(samples, hole.from, hole.to);

    const level = toneLevelDbfs(pcmFromSamples(heard), frequencyHz, 490, 530);
    assert.ok(Math.abs(level + 10) < 1, `${level} dBFS`);
    const most = largestJump(samples);
    assert.ok(largestJump(heard) <= most * 1.25, `${largestJump(heard)} where the tone has ${most}`);
  });
}

test("what fills a hole gets weaker after 10 ms and is silent after 60 ms (ITU-T G.711 Appendix I)", () => {
  const heard = pcmFromSamples(withHole(tone(200, 1000, -10).samples, 4000, 8000));

  const at = (fromMs: number) => toneLevelDbfs(heard, 200, fromMs, fromMs + 10);
  assert.ok(at(500) > -11, String(at(500)));
  assert.ok(at(520) < -10.5 && at(520) > -14, String(at(520)));
  assert.ok(at(545) < -15 && at(545) > -30, String(at(545)));
  assert.ok(heard.samples.subarray(4480).every((sample) => sample === 0));
});

test("a pause of the far end is silent after 10 ms, and begins without a click", () => {
  const concealer = createConcealer();
  const { samples } = tone(300, 100, -6);
  const output = new Int16Array(1600);
  output.set(samples);
  concealer.heard(output, 0, 800);
  concealer.fade();
  concealer.conceal(output, 800, 800);

  assert.ok(output.subarray(881).every((sample) => sample === 0));
  assert.ok(largestJump(output) <= largestJump(samples) * 1.25);
});

test("audio that is cut out leaves no click", () => {
  const concealer = createConcealer();
  const { samples } = tone(300, 200, -6);
  const before = Int16Array.from(samples.subarray(0, 800));
  // Half a period further on: the loudest click there could be.
  const behind = Int16Array.from(samples.subarray(813, 1493));
  concealer.heard(before, 0, 800);
  concealer.cut();
  concealer.heard(behind, 0, 680);

  assert.ok(largestJump(Int16Array.of(...before, ...behind)) <= largestJump(samples) * 1.5);
});

test("a hole before anything was heard is silent, for as long as it lasts", () => {
  const concealer = createConcealer();
  const output = new Int16Array(80).fill(7);
  for (let step = 0; step < 1000; step++) {
    concealer.conceal(output, 0, 80);
    assert.ok(output.every((sample) => sample === 0));
  }
});
