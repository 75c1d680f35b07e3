import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConsole } from "./load-console.ts";

interface Span {
  readonly from: number;
  readonly to: number;
}

const { readSearch } = await loadConsole<{ readSearch: (typed: string) => object }>("calls/search.ts");
const { mergeCalls } = await loadConsole<{
  mergeCalls: (a: readonly object[], b: readonly object[]) => readonly { id: string }[];
}>("calls/call-list.ts");
const lanes = await loadConsole<{
  ticksOf: (span: Span, beginAt: number, most: number) => readonly number[];
  zoom: (span: Span, whole: Span, factor: number, around: number) => Span;
  pan: (span: Span, whole: Span, byMs: number) => Span;
}>("call/score-lanes.ts");

test("the search tells numbers, ids and words apart", () => {
  for (const [typed, search] of [
    ["", {}],
    ["+1 (206) 555-0100", { number: "+12065550100" }],
    ["0100", { number: "0100" }],
    ["8857fd10", { id: "8857fd10" }],
    ["8857FD10-a306", { id: "8857fd10-a306" }],
    ["busy", { text: "busy" }],
    ["voice mail ", { text: "voice mail" }],
  ] as const)
    assert.deepEqual(readSearch(typed), search, typed);
});

test("pages of calls make one list without a call twice, the latest first", () => {
  const call = (id: string, second: number) => ({
    id,
    startedAt: new Date(1_800_000_000_000 + second * 1_000).toISOString(),
  });
  const merged = mergeCalls([call("c", 3), call("b", 2)], [call("b", 2), call("a", 1), call("d", 4)]);

  assert.deepEqual(
    merged.map(({ id }) => id),
    ["d", "c", "b", "a"],
  );
});

test("the time axis has round words, and zooming stays within the call and at the place of the pointer", () => {
  assert.deepEqual(
    lanes.ticksOf({ from: 1_000, to: 7_000 }, 1_000, 7),
    [1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000],
  );
  assert.ok(lanes.ticksOf({ from: 0, to: 3_600_000 }, 0, 10).length <= 13);
  const whole = { from: 0, to: 10_000 };
  const near = lanes.zoom(whole, whole, 0.5, 2_000);
  assert.deepEqual(near, { from: 1_000, to: 6_000 });
  assert.deepEqual(lanes.zoom(near, whole, 100, 2_000), whole);
  assert.deepEqual(lanes.pan(near, whole, 90_000), { from: 5_000, to: 10_000 });
});
