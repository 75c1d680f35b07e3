import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  startAdmission,
  stepAdmission,
  strainOf,
  wouldAdmit,
  type AdmissionInput,
  type AdmissionState,
  type Load,
} from "./admission-machine.ts";

const noLoad: Load = { waitMs: 0, settingUp: 0, settledPerSecond: 0, mainShare: 0, lateMs: 0, mediaShare: 0 };
const limited: AdmissionState = { type: "limited", capacity: 200, rate: 200, tokens: 0.5, refused: 0, calm: 0 };
const measured = (load: Partial<Load>): AdmissionInput => ({
  type: "measured",
  elapsedMs: 50,
  load: { ...noLoad, ...load },
});

/** A server in virtual time that gets `capacity` calls per second done, with `offered` coming; `lateMs` says how late its audio is. */
function simulate(run: {
  readonly offered: (second: number) => number;
  readonly capacity: (second: number) => number;
  readonly seconds: number;
  readonly mainShare?: number;
  readonly lateMs?: (admittedPerSecond: number) => number;
}) {
  let state: AdmissionState = startAdmission;
  const stepMs = 5;
  const waiting: number[] = [];
  const settledAt: number[] = [];
  const waits: { readonly atMs: number; readonly waitMs: number }[] = [];
  const admittedAt: number[] = [];
  const refusedAt: number[] = [];
  const says: string[] = [];
  let [due, done] = [0, 0];
  const feed = (input: AdmissionInput) => {
    const [next, effects] = stepAdmission(state, input);
    state = next;
    says.push(...effects.map((effect) => effect.do));
  };
  for (let atMs = 0; atMs < run.seconds * 1_000; atMs += stepMs) {
    const second = atMs / 1_000;
    due += (run.offered(second) * stepMs) / 1_000;
    for (; due >= 1; due--) {
      const isIn = wouldAdmit(state);
      feed({ type: isIn ? "admitted" : "refused" });
      (isIn ? admittedAt : refusedAt).push(atMs);
      if (isIn) waiting.push(atMs);
    }
    done = waiting.length === 0 ? 0 : done + (run.capacity(second) * stepMs) / 1_000;
    for (; done >= 1 && waiting.length > 0; done--) {
      const since = waiting.shift() ?? atMs;
      waits.push({ atMs, waitMs: atMs - since });
      settledAt.push(atMs);
    }
    if (atMs % 50 !== 0) continue;
    const lastSecond = (times: readonly number[]) => times.filter((time) => time > atMs - 1_000).length;
    feed(
      measured({
        waitMs: (waiting.length / run.capacity(second)) * 1_000,
        settingUp: waiting.length,
        settledPerSecond: lastSecond(settledAt),
        mainShare: run.mainShare ?? 0.9,
        lateMs: run.lateMs?.(lastSecond(admittedAt)) ?? 0,
      }),
    );
  }
  const p99From = (fromMs: number) => {
    const sorted = waits.flatMap(({ atMs, waitMs }) => (atMs < fromMs ? [] : [waitMs])).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length * 0.99)] ?? 0;
  };
  const perSecond = (times: readonly number[]) =>
    Array.from(
      { length: run.seconds },
      (_, second) => times.filter((time) => Math.floor(time / 1_000) === second).length,
    );
  return {
    p99Ms: p99From(0),
    p99LaterMs: p99From(3_000),
    settled: perSecond(settledAt),
    refused: perSecond(refusedAt),
    admitted: perSecond(admittedAt),
    says,
    state,
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe("the admission machine in virtual time", () => {
  it("takes all while the server keeps up", () => {
    const outcome = simulate({ offered: () => 200, capacity: () => 220, seconds: 20 });

    assert.equal(sum(outcome.refused), 0);
  });

  for (const [offered, capacity] of [
    [320, 220],
    [320, 100],
    [1_000, 220],
    [320, 300],
  ] as const) {
    it(`offered ${offered} calls a second with room for ${capacity}: answers stay under 500 ms and the rate near the best`, () => {
      const outcome = simulate({ offered: () => offered, capacity: () => capacity, seconds: 20 });

      assert.ok(outcome.p99Ms < 500, `p99 ${outcome.p99Ms} ms`);
      const settled = sum(outcome.settled.slice(2)) / 18;
      assert.ok(settled > 0.9 * capacity, `${settled} calls per second`);
    });
  }

  it("lets callers wait no longer where few can be set up in a second: once limits are there, 99 % of 50 a second wait less than 250 ms", () => {
    const outcome = simulate({ offered: () => 160, capacity: () => 50, seconds: 20 });

    assert.ok(outcome.p99LaterMs < 250, `p99 ${outcome.p99LaterMs} ms`);
    const settled = sum(outcome.settled.slice(3)) / 17;
    assert.ok(settled > 45, `${settled} calls per second`);
  });

  it("never refuses everything: each second some are taken, and none swings below half of the best", () => {
    const outcome = simulate({ offered: () => 400, capacity: () => 200, seconds: 30 });

    assert.ok(Math.min(...outcome.admitted.slice(2)) > 100, outcome.admitted.join(" "));
  });

  it("follows a server that becomes slower and faster", () => {
    const capacity = (second: number) => (second < 10 || second >= 20 ? 220 : 80);
    const outcome = simulate({ offered: () => 320, capacity, seconds: 30 });

    const slow = sum(outcome.settled.slice(12, 20)) / 8;
    const fast = sum(outcome.settled.slice(26)) / 4;
    assert.ok(slow > 70, `${slow} per second while slow`);
    assert.ok(fast > 180, `${fast} per second when fast again`);
  });

  it("has no limits any more two seconds after the load went", () => {
    const outcome = simulate({ offered: (second) => (second < 5 ? 400 : 20), capacity: () => 200, seconds: 10 });

    assert.deepEqual(outcome.says, ["say-limited", "say-open"]);
    assert.equal(sum(outcome.refused.slice(6)), 0);
  });

  it("begins the limits of a second rush at what the first one showed to be possible, not at the little that came in between", () => {
    const offered = (second: number) => (second < 6 || second >= 12 ? 320 : 10);
    // The processes of the function have to start first, each time.
    const capacity = (second: number) => (second % 12 < 0.4 ? 20 : 200);
    const outcome = simulate({ offered, capacity, seconds: 16 });

    assert.deepEqual(outcome.says, ["say-limited", "say-open", "say-limited"]);
    assert.ok((outcome.settled[13] ?? 0) > 160, outcome.settled.join(" "));
  });

  it("takes fewer calls while audio is late, until it is not", () => {
    const lateMs = (admitted: number) => (admitted > 120 ? 12 : 1);
    const outcome = simulate({ offered: () => 300, capacity: () => 300, seconds: 20, lateMs });

    const late = sum(outcome.admitted.slice(5)) / 15;
    assert.ok(late > 60 && late < 160, `${late} calls per second`);
  });

  for (const atOnce of [1, 3]) {
    it(`refuses nobody at the lowest rate, however strained the server is: 20 calls a second, ${atOnce} at a time`, () => {
      let state: AdmissionState = startAdmission;
      const strained = { waitMs: 3_200, settingUp: 60, settledPerSecond: 7, mainShare: 0.15, mediaShare: 0.77 };
      const refused: number[] = [];
      for (let measure = 0; measure < 400; measure++) {
        [state] = stepAdmission(state, measured(strained));
        for (let call = 0; call < (measure % atOnce === 0 ? atOnce : 0); call++) {
          const isIn = wouldAdmit(state);
          if (!isIn) refused.push(measure);
          [state] = stepAdmission(state, { type: isIn ? "admitted" : "refused" });
        }
      }

      assert.equal(state.type, "limited");
      assert.deepEqual(refused, []);
    });
  }

  it("takes a burst on an idle server that has been measured in no way yet", () => {
    let state: AdmissionState = startAdmission;
    for (let index = 0; index < 200; index++) {
      assert.ok(wouldAdmit(state));
      [state] = stepAdmission(state, { type: "admitted" });
    }
  });
});

describe("strain", () => {
  it("is none with few calls being set up, however long the machine lets them wait", () => {
    assert.equal(strainOf({ ...noLoad, settingUp: 31, waitMs: 5_000, mainShare: 0.9 }), 0);
  });

  it("is that of any caller where calls are limited: a few wait long where few are set up in a second", () => {
    assert.equal(strainOf({ ...noLoad, settingUp: 10, waitMs: 160, mainShare: 0.9 }, 0), 2);
  });

  it("is none while it is others who use the processors: this server's own work is little", () => {
    assert.equal(
      strainOf({ ...noLoad, settingUp: 100, waitMs: 2_000, mainShare: 0.1, lateMs: 50, mediaShare: 0.1 }),
      0,
    );
  });

  it("is that of callers who would wait for seconds, whoever uses the processors", () => {
    assert.equal(strainOf({ ...noLoad, settingUp: 32, waitMs: 4_000, mainShare: 0.1 }), 50);
  });

  it("is none of few new calls when audio is late: they are not what makes it late", () => {
    assert.equal(strainOf({ ...noLoad, lateMs: 90, mainShare: 0.5, settledPerSecond: 29, mediaShare: 0.3 }), 0);
  });

  it("is that of the media when a worker works much itself and is late", () => {
    assert.equal(strainOf({ ...noLoad, lateMs: 8, mediaShare: 0.8 }), 2);
  });
});

describe("the admission machine, every pair of state and input", () => {
  const badly = { settingUp: 100, waitMs: 2_000, mainShare: 1, settledPerSecond: 100 };
  const cases: readonly (readonly [string, AdmissionState, AdmissionInput, string, readonly string[]])[] = [
    ["open, admitted", startAdmission, { type: "admitted" }, "open", []],
    ["open, refused", startAdmission, { type: "refused" }, "open", []],
    ["open, measured calm", startAdmission, measured({}), "open", []],
    ["open, measured strained once", startAdmission, measured({ ...badly, waitMs: 360 }), "open", []],
    ["open, measured badly strained", startAdmission, measured(badly), "limited", ["say-limited"]],
    ["limited, admitted", limited, { type: "admitted" }, "limited", []],
    ["limited, refused", limited, { type: "refused" }, "limited", []],
    ["limited, measured strained", limited, measured(badly), "limited", []],
    ["limited, measured calm long enough", { ...limited, calm: 39 }, measured({}), "open", ["say-open"]],
    ["limited, calm but somebody was refused", { ...limited, calm: 39, refused: 1 }, measured({}), "limited", []],
  ];
  for (const [what, state, input, type, says] of cases) {
    it(what, () => {
      const [next, effects] = stepAdmission(state, input);

      assert.equal(next.type, type);
      assert.deepEqual(
        effects.map((effect) => effect.do),
        says,
      );
    });
  }

  it("counts tokens down and the refused up", () => {
    assert.equal(wouldAdmit({ ...limited, tokens: 1 }), true);
    assert.equal(wouldAdmit(limited), false);
    const [one] = stepAdmission({ ...limited, tokens: 1 }, { type: "admitted" });
    const [two] = stepAdmission(one, { type: "refused" });
    assert.deepEqual(two, { ...limited, tokens: 0, refused: 1 });
  });
});
