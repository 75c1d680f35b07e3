import { deepEqual, equal, match } from "node:assert/strict";
import { test } from "node:test";
import { dropsIn } from "../../bench/drops.ts";
import { percentile, spreadOf } from "../../bench/percentile.ts";
import { printTable, ratiosOf, reaches, type Row } from "../../bench/report.ts";

test("a percentile is a value of the list, whatever their order", () => {
  const values = Array.from({ length: 100 }, (_, index) => 99 - index);
  equal(percentile(values, 0.5), 50);
  equal(percentile(values, 0.99), 99);
  equal(percentile([7], 0.99), 7);
  equal(percentile([], 0.5), Number.NaN);
  deepEqual(spreadOf(values), { p50: 50, p99: 99, worst: 99 });
});

test("ratios are to what was measured beside a row, and to a measure of the machine in the same run", () => {
  const measure: Row = { name: "sha256", what: "hashes", value: 200, unit: "/s" };
  const row: Row = {
    ...{ name: "playing", what: "legs", value: 50, unit: "legs", relativeTo: "sha256", target: { atLeast: 60 } },
    beside: [{ name: "batched loop", value: 100 }],
  };
  deepEqual(ratiosOf(row, [measure, row]), [
    { name: "batched loop", value: 100, ratio: 0.5 },
    { name: "sha256", value: 200, ratio: 0.25 },
  ]);
  equal(reaches(row), false);
  match(printTable([measure, row]), /50 legs .*>= 60: no .*0\.5 x batched loop \(100\), 0\.25 x sha256 \(200\)/);
  // Beside other work nothing is said to be reached, nor to be missed.
  match(printTable([measure, row], true), /50 legs .*>= 60: not judged /);
});

test("packets that found no room are those of the ports asked for", () => {
  const line = (port: string, drops: number) =>
    `  12: 0100007F:${port} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 34 2 0000000000000000 ${drops}`;
  const text = [
    "  sl  local_address rem_address   st ... drops",
    line("1F40", 3),
    line("1F41", 5),
    line("1F42", 7),
  ].join("\n");
  equal(dropsIn(text, new Set([8_000, 8_002])), 10);
});
