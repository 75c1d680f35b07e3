import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createChanges } from "./changes.ts";

describe("changes that other nodes made", () => {
  it("are new once for each, whatever the order of the nodes", () => {
    const { areNew } = createChanges();
    const [a, b] = [1, 4].map((changes, index) => ({ id: `n${index}`, changes })) as [
      { id: string; changes: number },
      { id: string; changes: number },
    ];
    assert.deepEqual([areNew([a, b]), areNew([b, a]), areNew([a, { ...b, changes: 5 }])], [true, false, true]);
  });

  it("may have been made by one that comes or goes, and by one of an older version that does not count them", () => {
    const { areNew } = createChanges();
    areNew([]);
    const old = { id: "old", changes: undefined };
    assert.deepEqual([areNew([old]), areNew([old]), areNew([]), areNew([])], [true, false, true, false]);
  });

  it("are new again where they could not be read", () => {
    const { areNew, forget } = createChanges();
    areNew([]);
    forget();
    assert.equal(areNew([]), true);
  });

  it("of this node are counted for the others", () => {
    const changes = createChanges();
    changes.note();
    changes.note();
    assert.equal(changes.count(), 2);
  });
});
