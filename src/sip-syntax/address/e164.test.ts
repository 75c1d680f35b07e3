import assert from "node:assert/strict";
import { test } from "node:test";
import { fullNumber, showNumber, toE164 } from "./e164.ts";

for (const [user, number] of [
  ["+12065550100", "+12065550100"],
  ["12065550100", "+12065550100"],
  ["+1 (206) 555-0100", "+12065550100"],
  ["1.206.555.0100", "+12065550100"],
  ["alice", undefined],
  ["0123", undefined],
  ["+1234567890123456", undefined],
  ["", undefined],
] as const) {
  test(`the user part "${user}" is ${number === undefined ? "no number" : `the number ${number}`}`, () => {
    assert.equal(toE164(user), number);
  });
}

for (const [user, shown] of [
  ["15105550101", "+15105550101"],
  ["+15105550101", "+15105550101"],
  ["101", "101"],
  ["anonymous", "anonymous"],
  ["5105550101", "5105550101"],
] as const) {
  test(`a caller "${user}" is shown as "${shown}"`, () => {
    assert.equal(showNumber(user), shown);
  });
}

for (const [user, full] of [
  ["+12065550100", "+12065550100"],
  ["12065550100", "+12065550100"],
  ["+6834001", "+6834001"],
  ["6834001", undefined],
  ["+911", undefined],
  ["1001", undefined],
  ["x".repeat(100_000), undefined],
] as const) {
  test(`"${user.slice(0, 20)}" is ${full === undefined ? "no full number" : `the full number ${full}`}`, () => {
    assert.equal(fullNumber(user), full);
  });
}
