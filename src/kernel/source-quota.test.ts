import assert from "node:assert/strict";
import { test } from "node:test";
import { SourceQuota, SourceTotals, sourceOf } from "./source-quota.ts";

test("knows whether a source, and all together, have room", () => {
  const kept = new SourceQuota<string>({ perSource: 10, inAll: 15 });
  kept.add("a", "192.0.2.1", 8);

  assert.equal(kept.hasRoom("192.0.2.1", 2), true);
  assert.equal(kept.hasRoom("192.0.2.1", 3), false);
  assert.equal(kept.hasRoom("192.0.2.2", 7), true);
  assert.equal(kept.hasRoom("192.0.2.2", 8), false);
  kept.remove("a");
  kept.remove("a");
  assert.equal(kept.hasRoom("192.0.2.2", 10), true);
});

test("names the oldest piece of a source that has too much, else the oldest of all", () => {
  const kept = new SourceQuota<string>({ perSource: 10, inAll: 15 });
  kept.add("a", "192.0.2.1", 8);
  kept.add("b", "192.0.2.2", 6);
  assert.equal(kept.excess("192.0.2.2"), undefined);
  kept.add("c", "192.0.2.2", 6);
  assert.equal(kept.excess("192.0.2.2"), "b");
  kept.remove("b");
  assert.equal(kept.excess("192.0.2.2"), undefined);
  kept.add("d", "192.0.2.3", 2);
  assert.equal(kept.excess("192.0.2.3"), "a");
});

test("totals know whether there is room, and who has too much, without the pieces", () => {
  const totals = new SourceTotals({ perSource: 10, inAll: 15 });
  totals.add("192.0.2.1", 8);
  totals.add("192.0.2.2", 6);
  assert.deepEqual([totals.hasRoom("192.0.2.1", 1), totals.hasRoom("192.0.2.1", 2)], [true, false]);
  assert.equal(totals.excess("192.0.2.1"), undefined);
  totals.add("192.0.2.1", 4);
  assert.deepEqual([totals.excess("192.0.2.1"), totals.excess("192.0.2.2")], ["source", "any"]);
  totals.remove("192.0.2.1", 8);
  totals.remove("192.0.2.1", 4);
  assert.equal(totals.excess("192.0.2.2"), undefined);
  assert.deepEqual([totals.hasRoom("192.0.2.1", 9), totals.hasRoom("192.0.2.1", 10)], [true, false]);
});

test("a piece that is added again counts once", () => {
  const kept = new SourceQuota<string>({ perSource: 10, inAll: 10 });
  kept.add("a", "192.0.2.1", 8);
  kept.add("a", "192.0.2.1", 9);

  assert.equal(kept.hasRoom("192.0.2.1", 1), true);
  assert.equal(kept.hasRoom("192.0.2.1", 2), false);
});

test("the addresses of one IPv6 network are one source", () => {
  assert.equal(sourceOf("2001:db8:1:2:a:b:c:d"), sourceOf("2001:db8:1:2::1"));
  assert.equal(sourceOf("2001:db8::1"), sourceOf("2001:db8::ffff"));
  assert.notEqual(sourceOf("2001:db8:1::1"), sourceOf("2001:db8:2::1"));
  assert.equal(sourceOf("::1"), "0:0:0:0");
  assert.notEqual(sourceOf("192.0.2.1"), sourceOf("192.0.2.2"));
});
