import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { plainTrunk, type Trunk } from "./types.ts";
import { beginUse, endUse, noUse } from "./use.ts";

const trunk = (limits: Partial<Trunk>): Trunk => ({ ...plainTrunk, name: "carrier", addresses: [], ...limits });

/** Which of the calls that begin at these times are taken; none of them ends. */
function taken(limits: Partial<Trunk>, times: readonly number[]): readonly boolean[] {
  let use = noUse;
  return times.map((atMs) => {
    const begun = beginUse(use, trunk(limits), atMs);
    if (begun.type === "begun") use = begun.use;
    return begun.type === "begun";
  });
}

// Contract: sip-and-media-trunk-limits
describe("the limits of a trunk (Contract: sip-and-media-trunk-limits)", () => {
  it("let no more calls begin in any second than callsPerSecond", () => {
    assert.deepEqual(taken({ callsPerSecond: 2 }, [0, 900, 950, 999, 1_000, 1_500, 1_899, 1_900]), [
      ...[true, true, false, false, true, false, false, true],
    ]);
  });

  it("let no more calls be up than maxCalls, and one more when one has ended", () => {
    assert.deepEqual(taken({ maxCalls: 2 }, [0, 0, 0]), [true, true, false]);
    const full = beginUse({ calls: 2, begunAtMs: [] }, trunk({ maxCalls: 2 }), 0);
    assert.deepEqual(full, {
      ...{ type: "over-limit", setting: "maxCalls", retryAfterS: 5 },
      why: "the trunk carrier has 2 calls, and its limit is 2 (maxCalls)",
    });
    assert.equal(beginUse(endUse({ calls: 2, begunAtMs: [] }), trunk({ maxCalls: 2 }), 0).type, "begun");
  });

  it("are none where none is set, and nothing is kept then", () => {
    const times = Array.from({ length: 5_000 }, () => 0);
    assert.ok(taken({}, times).every(Boolean));
    const begun = beginUse(noUse, trunk({}), 0);
    assert.deepEqual(begun, { type: "begun", use: { calls: 1, begunAtMs: [] } });
    assert.equal(endUse(noUse).calls, 0);
  });
});
