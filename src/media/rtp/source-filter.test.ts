import assert from "node:assert/strict";
import { test } from "node:test";
import { createSourceFilter, TAKEOVER_SILENCE_MS } from "./source-filter.ts";

const signalled = { address: "192.0.2.1", port: 4000 };

test("believes the signalled address at once", () => {
  const filter = createSourceFilter(signalled);

  assert.equal(filter.latched(), undefined);
  assert.equal(filter.accepts("192.0.2.1", 4000, 1, 9, 0), true);
  assert.deepEqual(filter.latched(), signalled);
});

test("latches to another source after two packets in sequence from one SSRC (RFC 3550 appendix A.1)", () => {
  const filter = createSourceFilter(signalled);

  assert.equal(filter.accepts("198.51.100.1", 9, 1, 65_535, 0), false);
  assert.equal(filter.accepts("198.51.100.1", 9, 2, 0, 20), false);
  assert.equal(filter.accepts("198.51.100.1", 9, 2, 5, 40), false);
  assert.equal(filter.accepts("198.51.100.1", 9, 2, 6, 60), true);
  assert.deepEqual(filter.latched(), { address: "198.51.100.1", port: 9 });
});

test("a stranger cannot take an established stream while it is alive, and can after its silence", () => {
  const filter = createSourceFilter(signalled);
  filter.accepts("192.0.2.1", 4000, 1, 1, 0);

  for (let sequence = 1; sequence < 50; sequence++) {
    assert.equal(filter.accepts("203.0.113.9", 1, 3, sequence, sequence * 20), false);
  }
  assert.deepEqual(filter.latched(), signalled);

  assert.equal(filter.accepts("203.0.113.9", 1, 3, 50, TAKEOVER_SILENCE_MS), false);
  assert.equal(filter.accepts("203.0.113.9", 1, 3, 51, TAKEOVER_SILENCE_MS + 20), true);
  assert.equal(filter.latched()?.address, "203.0.113.9");
});

test("the signalled address displaces a stranger that came first", () => {
  const filter = createSourceFilter(signalled);
  filter.accepts("203.0.113.9", 1, 3, 1, 0);
  filter.accepts("203.0.113.9", 1, 3, 2, 20);

  assert.equal(filter.accepts("192.0.2.1", 4000, 1, 1, 40), true);
  assert.equal(filter.accepts("203.0.113.9", 1, 3, 3, 60), false);
  assert.deepEqual(filter.latched(), signalled);
});
