import assert from "node:assert/strict";
import { test } from "node:test";
import { estimateMos, g711Impairment } from "./e-model.ts";

const good = { lossRatio: 0, burstRatio: 1, delayMs: 0, codec: g711Impairment };

/** The rating that gives a MOS, found by bisection: what tables of the ITU are about. */
function ratingOf(mos: number): number {
  let [low, high] = [6.52, 100];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    const of = 1 + 0.035 * middle + middle * (middle - 60) * (100 - middle) * 7e-6;
    if (of < mos) low = middle;
    else high = middle;
  }
  return low;
}

test("a call with all defaults is rated 93.2, which is a MOS of 4.41 (ITU-T G.107 §7.7)", () => {
  const mos = estimateMos(good);

  assert.equal(mos.toFixed(2), "4.41");
  assert.equal(ratingOf(mos).toFixed(1), "93.2");
});

test("delay costs what the simplified curve of Cole and Rosenbluth says, within three points of 100", () => {
  for (const delayMs of [25, 50, 100, 150, 177, 200, 250, 300]) {
    const simplified = 93.2 - 0.024 * delayMs - 0.11 * Math.max(0, delayMs - 177.3);
    const rating = ratingOf(estimateMos({ ...good, delayMs }));
    assert.ok(Math.abs(rating - simplified) < 3, `${delayMs} ms: ${rating} and ${simplified}`);
  }
});

const losses: readonly (readonly [lossPercent: number, burstRatio: number, robustness: number, points: number])[] = [
  // Ie,eff = 95 * Ppl / (Ppl / BurstR + Bpl). ITU-T G.107 §7.5
  [1, 1, 25.1, 95 / 26.1],
  [2, 1, 25.1, 190 / 27.1],
  [5, 1, 25.1, 475 / 30.1],
  [5, 2, 25.1, 475 / 27.6],
  [10, 1, 25.1, 950 / 35.1],
  [2, 1, 4.3, 190 / 6.3],
];
for (const [lossPercent, burstRatio, lossRobustness, points] of losses) {
  test(`${lossPercent} % loss with a burst ratio of ${burstRatio} and Bpl ${lossRobustness} takes ${points.toFixed(1)} points`, () => {
    const codec = { impairment: 0, lossRobustness };
    const rating = ratingOf(estimateMos({ ...good, lossRatio: lossPercent / 100, burstRatio, codec }));

    assert.ok(Math.abs(93.2062 - points - rating) < 0.01, String(rating));
  });
}

test("a codec that impairs speech takes its points without any loss", () => {
  const rating = ratingOf(estimateMos({ ...good, codec: { impairment: 11, lossRobustness: 19 } }));

  assert.ok(Math.abs(93.2062 - 11 - rating) < 0.01, String(rating));
});

test("more loss or delay never makes a call better, and whatever is measured, the MOS is from 1 to 4.5", () => {
  const steps = [0, 0.001, 0.01, 0.1, 0.5, 1, 2];
  for (const lossRatio of steps) {
    let before = 4.5;
    for (const delayMs of [-5, 0, 1, 10, 100, 1000, 1e6]) {
      const mos = estimateMos({ ...good, lossRatio, delayMs, burstRatio: 1 + lossRatio });
      assert.ok(mos >= 1 && mos <= before + 1e-9, `${lossRatio} ${delayMs} ${mos}`);
      before = mos;
    }
  }
  assert.equal(estimateMos({ ...good, lossRatio: 1, delayMs: 2000 }), 1);
});
