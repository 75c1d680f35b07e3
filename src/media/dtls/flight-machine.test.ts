import assert from "node:assert/strict";
import { test } from "node:test";
import { stepFlight, type FlightInput, type FlightState } from "./flight-machine.ts";

const waiting: FlightState = { type: "waiting", sends: 1, delayMs: 200, sentAtMs: 0 };
const last: FlightState = { type: "last", sends: 1, delayMs: 200, sentAtMs: 0 };
const send = (delayMs: number) => [{ type: "send" }, { type: "start-timer", delayMs }];

/** Every pair of state and input, at 100 ms: what follows, and what is done. */
const table: readonly (readonly [FlightState, FlightInput, string, readonly object[]])[] = [
  [{ type: "none" }, { type: "flight", isLast: false }, "waiting", send(200)],
  [{ type: "none" }, { type: "flight", isLast: true }, "last", send(200)],
  [{ type: "none" }, { type: "timer" }, "none", []],
  [{ type: "none" }, { type: "repeated" }, "none", []],
  [{ type: "none" }, { type: "confirmed" }, "none", []],
  [waiting, { type: "flight", isLast: false }, "waiting", send(200)],
  [waiting, { type: "flight", isLast: true }, "last", send(200)],
  [waiting, { type: "timer" }, "waiting", send(400)],
  [waiting, { type: "repeated" }, "waiting", send(200)],
  [waiting, { type: "confirmed" }, "waiting", []],
  [last, { type: "flight", isLast: false }, "waiting", send(200)],
  [last, { type: "flight", isLast: true }, "last", send(200)],
  [last, { type: "timer" }, "last", send(400)],
  [last, { type: "repeated" }, "last", send(200)],
  [last, { type: "confirmed" }, "none", [{ type: "stop-timer" }]],
];

for (const [state, input, type, effects] of table) {
  const what = input.type === "flight" && input.isLast ? "last flight" : input.type;
  test(`flights: ${what} in ${state.type} (RFC 6347 §4.2.4)`, () => {
    const [next, done] = stepFlight(state, input, 100);
    assert.equal(next.type, type);
    assert.deepEqual(done, effects);
  });
}

for (const [isLast, times] of [
  [false, 40],
  [true, 8],
] as const) {
  const which = isLast ? "the last flight" : "a flight";
  test(`${which} is sent ${times} times at most, after twice the time each time, 1 s at most`, () => {
    let [state, effects] = stepFlight({ type: "none" }, { type: "flight", isLast }, 0);
    const delays: number[] = [];
    for (let nowMs = 0; effects.length > 0; nowMs += 2_000) {
      delays.push(...effects.flatMap((effect) => (effect.type === "start-timer" ? [effect.delayMs] : [])));
      [state, effects] = stepFlight(state, { type: "timer" }, nowMs);
    }
    assert.deepEqual(delays.slice(0, 5), [200, 400, 800, 1_000, 1_000]);
    assert.equal(delays.length, times);
  });
}

test("a far end that repeats itself faster than it could be answered is not answered each time", () => {
  const rows = [
    [waiting, 20],
    [last, 40],
    [{ ...last, sends: 3 }, 160],
    [{ ...last, sends: 30 }, 20_480],
  ] as const;
  for (const [state, leastMs] of rows) {
    assert.deepEqual(stepFlight(state, { type: "repeated" }, leastMs - 1), [state, []]);
    assert.equal(stepFlight(state, { type: "repeated" }, leastMs)[1].length > 0, true);
    assert.deepEqual(stepFlight({ ...state, sends: 40 }, { type: "repeated" }, 100_000)[1], []);
  }
});
