import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { amplified, speechBounds, spokenGain, spokenLevelDbfs } from "./level.ts";

/** Silence, a tone of 440 Hz, silence; lengths in milliseconds at 8,000 Hz. */
function toneBetween(beforeMs: number, toneMs: number, afterMs: number, amplitude: number): Float32Array {
  const [first, last] = [8 * beforeMs, 8 * (beforeMs + toneMs)];
  return Float32Array.from({ length: last + 8 * afterMs }, (_, index) =>
    index >= first && index < last ? amplitude * Math.sin((2 * Math.PI * 440 * index) / 8_000) : 0,
  );
}

function leveled(samples: Float32Array, volumeDb: number): { levelDbfs: number; peak: number } {
  const out = amplified(samples, spokenGain(samples, volumeDb));
  const power = out.reduce((sum, sample) => sum + (sample / 32_768) ** 2, 0) / out.length;
  return { levelDbfs: 10 * Math.log10(power), peak: Math.max(...out) };
}

describe("level of speech", () => {
  it("is the same for loud and soft sources", () => {
    for (const amplitude of [50, 1_000, 30_000]) {
      const { levelDbfs } = leveled(toneBetween(0, 500, 0, amplitude), 0);
      assert.ok(Math.abs(levelDbfs - spokenLevelDbfs) < 0.2, `${levelDbfs} dBFS`);
    }
  });

  it("counts only what is spoken, not the silence between", () => {
    const gap = leveled(toneBetween(0, 500, 500, 1_000), 0);

    assert.ok(Math.abs(gap.levelDbfs - (spokenLevelDbfs - 3)) < 0.3);
  });

  it("follows the volume asked for, and never clips", () => {
    assert.ok(Math.abs(leveled(toneBetween(0, 500, 0, 1_000), -12).levelDbfs - (spokenLevelDbfs - 12)) < 0.2);
    assert.ok(leveled(toneBetween(0, 500, 0, 1_000), 40).peak <= 32_767);
  });

  it("leaves silence silent", () => {
    assert.equal(leveled(new Float32Array(800), 0).peak, 0);
  });

  it("loses the silence around speech but not its edges", () => {
    const { first, end } = speechBounds(toneBetween(300, 200, 400, 5_000), 60) ?? assert.fail();

    assert.ok(end - first >= 8 * 200 && end - first <= 8 * (200 + 10 + 60 + 10), `${end - first}`);
    assert.equal(speechBounds(new Float32Array(4_000), 60), undefined);
  });
});
