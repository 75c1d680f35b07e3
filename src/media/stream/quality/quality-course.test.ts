import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createQualityCourse, mostSamples } from "./quality-course.ts";

/** A course whose packets the test counts. */
function openCourse() {
  const counts = { packetsReceived: 0, packetsLost: 0, jitterTicks: 0 };
  const reception = {
    totals: () => ({ ...counts, packetsLate: 0, packetsDuplicated: 0, burstRatio: 1, worstJitterTicks: 0 }),
    jitter: {
      get ticks() {
        return counts.jitterTicks;
      },
    },
  };
  return { counts, course: createQualityCourse(reception, { wallStartMs: 1_000_000, ptimeMs: () => 20 }) };
}

describe("the course of quality", () => {
  it("has of each piece of time what was lost in it, and how that would be judged", () => {
    const { counts, course } = openCourse();
    Object.assign(counts, { packetsReceived: 250, jitterTicks: 16 });
    course.mark(5_000, undefined);
    Object.assign(counts, { packetsReceived: 450, packetsLost: 50, jitterTicks: 80 });
    course.mark(10_000, undefined);
    Object.assign(counts, { packetsReceived: 700, jitterTicks: 8 });
    course.mark(15_000, undefined);

    const [good, bad, better] = course.samples();
    assert.deepEqual({ ...good, mos: 0 }, { at: 1_005_000, packetsReceived: 250, packetsLost: 0, jitterMs: 2, mos: 0 });
    assert.deepEqual([bad?.packetsReceived, bad?.packetsLost, bad?.jitterMs], [200, 50, 10]);
    assert.equal(better?.packetsLost, 0);
    assert.ok((good?.mos ?? 0) > 4.3 && (bad?.mos ?? 5) < 2.8 && (better?.mos ?? 0) > 4.3);
  });

  it("has no judgement of a time in which nothing came, and no negative loss where missing packets came late", () => {
    const { counts, course } = openCourse();
    Object.assign(counts, { packetsReceived: 100, packetsLost: 3 });
    course.mark(5_000, undefined);
    Object.assign(counts, { packetsReceived: 103, packetsLost: 0 });
    course.mark(10_000, undefined);
    course.mark(15_000, undefined);
    const [, late, nothing] = course.samples();
    assert.equal(late?.packetsLost, 0);
    assert.deepEqual(nothing, { at: 1_015_000, packetsReceived: 0, packetsLost: 0, jitterMs: 0 });
  });

  it("keeps a bounded number of pieces of a call of a day, none of its losses gone, and its worst moment in them", () => {
    const { counts, course } = openCourse();
    const marks = 17_280;
    for (let mark = 1; mark <= marks; mark += 1) {
      counts.packetsReceived += 250;
      if (mark === 5_000) counts.packetsLost += 100;
      counts.jitterTicks = mark === 5_000 ? 400 : 8;
      course.mark(mark * 5_000, { reports: mark, implausible: 0, packetsLost: Math.floor(mark / 100) } as never);
    }
    const samples = course.samples();
    assert.ok(samples.length < mostSamples && samples.length >= mostSamples / 2 - 1, `${samples.length} pieces`);
    const sum = (name: "packetsLost" | "packetsReceived" | "remotePacketsLost") =>
      samples.reduce((all, sample) => all + (sample[name] ?? 0), 0);
    assert.equal(sum("packetsLost"), 100);
    assert.ok(sum("packetsReceived") > 250 * marks * 0.95);
    assert.ok(sum("remotePacketsLost") >= 165);
    assert.ok(
      samples.some(({ mos }) => mos !== undefined && mos < 4.3),
      "the worst moment can be seen",
    );
    assert.ok(samples.every(({ at }, index) => index === 0 || at > (samples[index - 1]?.at ?? 0)));
  });
});
