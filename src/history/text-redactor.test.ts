import assert from "node:assert/strict";
import { test } from "node:test";
import { createTextRedactor } from "./text-redactor.ts";

test("a caller who is not to be known stays anonymous in what is kept of a call, as words that say so do in any text", () => {
  const redactor = createTextRedactor();
  for (const nobody of ["anonymous", "Anonymous", "unknown", "restricted", "unavailable", ""])
    assert.deepEqual([redactor.party(nobody), redactor.text(nobody)], [nobody, nobody]);
});

test("a far end that has a name is told as one: the same for the same, and of no length", () => {
  const redactor = createTextRedactor();
  assert.deepEqual(
    ["offhook", "al", "offhook", "someone.with.a.long.name"].map((name) => redactor.party(name)),
    [...["name-1", "name-2", "name-1", "name-3"]],
  );
});

test("numbers and extensions of far ends, and all other texts, have stand-ins of the same kind and length", () => {
  const redactor = createTextRedactor();
  assert.equal(redactor.party("+15105550123"), "+99900000001");
  assert.match(redactor.party("1001"), /^\d{4}$/);
  assert.match(redactor.text("recordings/a.wav"), /^text-1\.{10}$/);
});
