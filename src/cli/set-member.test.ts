import assert from "node:assert/strict";
import { test } from "node:test";
import { readOverride, setMember } from "./set-member.ts";

const set = (value: unknown, written: string) => setMember(value, readOverride(written) ?? assert.fail(written));

test("an override sets a member of objects and lists, and leaves the rest and the first value as they are", () => {
  const event = { a: { b: 1, c: 2 }, list: [{ d: 1 }, { d: 2 }] };

  assert.deepEqual(set(event, "a.b=x"), { ...event, a: { b: "x", c: 2 } });
  assert.deepEqual(set(event, "list[1].d=x"), { ...event, list: [{ d: 1 }, { d: "x" }] });
  assert.deepEqual(set(event, "new.way[0]=x"), { ...event, new: { way: ["x"] } });
  assert.deepEqual(event.a, { b: 1, c: 2 });
});

test("keys and numbers are texts, JSON is taken as such", () => {
  assert.deepEqual(set({}, "a=2"), { a: "2" });
  assert.deepEqual(set({}, "a=+12065550100"), { a: "+12065550100" });
  assert.deepEqual(set({}, 'a={"b":2}'), { a: { b: 2 } });
  assert.deepEqual(set({}, "a=true"), { a: true });
  assert.deepEqual(set({}, "a=b=c"), { a: "b=c" });
  assert.deepEqual(Object.keys(set({}, "__proto__.x=1") as object), ["__proto__"]);
});

test("what is no path and value is none", () => {
  for (const written of ["", "=", "=x", "a", "..=x"]) assert.equal(readOverride(written), undefined, written);
});
