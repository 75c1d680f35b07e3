import assert from "node:assert/strict";
import { it } from "node:test";
import { createGauss, createRandom } from "../../../testing/internal/noises.ts";
import { createGroupTones, HIGH_HZ, LOW_HZ, STEP_SAMPLES } from "./group-tones.ts";
import { LEAST_POWER, pairHeard } from "./key-pair.ts";
import { screenedKey } from "./key-screen.ts";

/** Pairs of tones near each limit: length, level, difference of levels, frequency, and noise. */
function pairsAtLimits(seed: number): Int16Array {
  const random = createRandom(seed);
  const gauss = createGauss(seed);
  const samples = new Int16Array(40_000);
  let at = 0;
  while (at < samples.length) {
    const off = () => 1 + (random() - 0.5) * 0.06;
    const low = (LOW_HZ[Math.floor(random() * 4)] ?? 0) * off();
    const high = (HIGH_HZ[Math.floor(random() * 4)] ?? 0) * off();
    const lowPeak = 32_768 * 10 ** (-(6 + random() * 34) / 20);
    const highPeak = lowPeak * 10 ** ((random() - 0.6) / 1.5);
    const noise = lowPeak * 0.4 * random();
    const end = at + 100 + random() * 800;
    const pause = end + random() * 400;
    for (; at < pause; at++) {
      const tones = lowPeak * Math.sin((low * Math.PI * at) / 4000) + highPeak * Math.sin((high * Math.PI * at) / 4000);
      samples[at] = Math.max(-32_768, Math.min(32_767, (at < end ? tones : 0) + noise * gauss()));
    }
  }
  return samples;
}

it("screens each 20 ms as hearing them with all of the filters does", () => {
  let [keys, others] = [0, 0];
  for (const seed of [1, 2, 3]) {
    const samples = pairsAtLimits(seed);
    const tones = createGroupTones();
    for (let end = STEP_SAMPLES; end <= samples.length; end += STEP_SAMPLES) {
      tones.step(samples, end - STEP_SAMPLES);
      if (end < 4 * STEP_SAMPLES) continue;
      const heard = pairHeard(tones.power, tones.totalPower);
      const power = (tones.power[heard >> 2] ?? 0) + (tones.power[4 + (heard & 3)] ?? 0);
      const expected = power < 2 * LEAST_POWER ? -1 : heard;

      assert.equal(screenedKey(samples, end), expected, `seed ${seed}, ${end}`);
      if (expected < 0) others++;
      else keys++;
    }
  }
  assert.ok(keys > 500 && others > 500, `${keys} windows with a key, ${others} without`);
});
