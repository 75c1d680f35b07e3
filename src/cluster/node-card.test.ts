import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isSucceededBy } from "./node-card.ts";

describe("a node that another one succeeds", () => {
  const former = { name: "a:8443", place: "boot net:[1]", sip: ["sip:192.0.2.1:5060", "sips:192.0.2.1:5061"] };

  it("has ended, since its successor listens at each of its addresses in the same network of the same machine", () => {
    assert.ok(isSucceededBy(former, { ...former }));
    assert.ok(isSucceededBy(former, { ...former, sip: [...former.sip, "sip:192.0.2.1:5080"] }));
  });

  it("may live where the other one is elsewhere, though its name and addresses are the same by mistake", () => {
    assert.ok(!isSucceededBy(former, { ...former, place: "boot net:[2]" }));
    assert.ok(!isSucceededBy(former, { ...former, place: "another net:[1]" }));
    assert.ok(!isSucceededBy(former, { ...former, name: "b:8443" }));
  });

  it("may live where the other one listens elsewhere, or nowhere", () => {
    assert.ok(!isSucceededBy(former, { ...former, sip: ["sip:192.0.2.1:5060"] }));
    assert.ok(!isSucceededBy(former, { ...former, sip: [] }));
    assert.ok(!isSucceededBy({ ...former, sip: [] }, { ...former, sip: [] }));
  });

  it("may live where nothing tells in which network it listens", () => {
    const { name, sip } = former;
    assert.ok(!isSucceededBy({ name, sip }, { name, sip }));
    assert.ok(!isSucceededBy({ name, sip }, former));
    assert.ok(!isSucceededBy(former, { name, sip }));
  });
});
