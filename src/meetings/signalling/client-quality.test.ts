import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createClientQuality } from "./client-quality.ts";

describe("what a client measures of its audio", () => {
  it("is kept as mean, least and most of each measure, wherever the report has it", () => {
    const quality = createClientQuality();
    quality.add({
      globalMetrics: [{ type: 14, value: 50 }],
      streamMetricFrames: [{ metrics: [{ type: 13, value: 20.04 }] }],
    });
    quality.add({ globalMetrics: [{ type: 14, value: 40 }] });

    assert.deepEqual(quality.figures(), {
      reports: 2,
      spkPacketsPerSecond: { mean: 45, least: 40, most: 50 },
      roundTripMs: { mean: 20, least: 20, most: 20 },
    });
  });

  it("leaves out what is no number, and measures that say nothing of audio", () => {
    const quality = createClientQuality();
    quality.add({
      globalMetrics: [{ type: 10, value: Number.NaN }, { type: 10 }, { value: 3 }, { type: 26, value: 30 }],
    });

    assert.deepEqual(quality.figures(), { reports: 1 });
  });

  it("is nothing before the first report", () => {
    assert.equal(createClientQuality().figures(), undefined);
  });
});
