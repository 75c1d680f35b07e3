import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { isBlank, startConduct, stepConduct, type Conduct, type ConductInput } from "./conduct-machine.ts";

const bounds = { requestsPerSecond: 10, banMs: 600_000 };

/** Takes inputs, each at its second, and gives what was done about them. */
function play(inputs: readonly (readonly [second: number, input: ConductInput])[], of = bounds) {
  let conduct: Conduct = startConduct(of, 0);
  const done = inputs.flatMap(([second, input]) => {
    const [next, effects] = stepConduct(conduct, input, second * 1_000, of);
    conduct = next;
    return effects.map((effect) => effect.do);
  });
  return { conduct, done };
}
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const request = { type: "request" } as const;
const offence = (points: number) => ({ type: "offence", points }) as const;

/** State x input -> what is done. */
const states: Readonly<Record<string, Conduct>> = {
  fresh: startConduct(bounds, 0),
  "without tokens": { type: "free", tokens: 0, points: 0, atMs: 0 },
  "one point before a ban": { type: "free", tokens: 50, points: 30, atMs: 0 },
  banned: { type: "banned", untilMs: 1_000 },
};
const outcomes: Readonly<Record<keyof typeof states, Readonly<Record<ConductInput["type"], readonly string[]>>>> = {
  fresh: { request: [], offence: [], absolved: [] },
  "without tokens": { request: ["limit"], offence: [], absolved: [] },
  "one point before a ban": { request: [], offence: ["ban"], absolved: [] },
  banned: { request: ["drop"], offence: [], absolved: [] },
};
for (const [name, row] of Object.entries(outcomes))
  for (const [type, expected] of Object.entries(row))
    test(`a source that is ${name}, ${type}: ${expected.join() || "nothing is done"}`, () => {
      const input = (type === "offence" ? offence(1) : { type }) as ConductInput;
      const [, effects] = stepConduct(states[name] as Conduct, input, 0, bounds);
      assert.deepEqual(
        effects.map((effect) => effect.do),
        expected,
      );
    });

describe("a source", () => {
  it("may send five seconds' worth of requests at once, then as many as there are in a second", () => {
    assert.equal(play(times(60, [0, request])).done.length, 10);
    assert.equal(play([...times(50, [0, request] as const), ...times(30, [2, request] as const)]).done.length, 10);
  });

  it("may send what it likes where there is no limit", () => {
    assert.deepEqual(play(times(1_000, [0, request]), { ...bounds, requestsPerSecond: 0 }).done, []);
  });

  it("is banned for more than 30 points in a minute, and free again after that", () => {
    assert.deepEqual(play(times(30, [0, offence(1)])).done, []);
    const { done, conduct } = play(times(31, [0, offence(1)]));
    assert.deepEqual(done, ["ban"]);
    const [before] = stepConduct(conduct, request, 599_999, bounds);
    const [after, effects] = stepConduct(before, request, 600_000, bounds);
    assert.deepEqual([before.type, after.type, effects], ["banned", "free", []]);
  });

  it("that offends slowly is not banned: a point is forgotten every two seconds", () => {
    const slow = Array.from({ length: 500 }, (_, index) => [index * 2, offence(1)] as const);
    assert.deepEqual(play(slow).done, []);
  });

  it("that has proved who it is begins anew", () => {
    assert.deepEqual(
      play([...times(30, [0, offence(1)] as const), [0, { type: "absolved" }], [0, offence(1)]]).done,
      [],
    );
  });

  it("is not banned where nobody is", () => {
    assert.deepEqual(play(times(500, [0, offence(100)]), { ...bounds, banMs: 0 }).done, []);
  });

  it("is forgotten once nothing is to be remembered of it", () => {
    const { conduct } = play([
      [0, request],
      [0, offence(1)],
    ]);
    assert.equal(isBlank(conduct, 1_000, bounds), false);
    assert.equal(isBlank(conduct, 2_000, bounds), true);
    assert.equal(isBlank({ type: "banned", untilMs: 5_000 }, 4_999, bounds), false);
    assert.equal(isBlank({ type: "banned", untilMs: 5_000 }, 5_000, bounds), true);
  });
});
