import assert from "node:assert/strict";
import { test } from "node:test";
import { splitUserInfo } from "./user-info.ts";

for (const [text, user, rest] of [
  ["alice@example.com", "alice", "example.com"],
  ["alice:secret@example.com;x=1", "alice", "example.com;x=1"],
  ["a;day=tuesday?b@c@example.com?to=x@y", "a;day=tuesday?b@c", "example.com?to=x@y"],
  ["example.com", undefined, "example.com"],
  ["@example.com", "", "example.com"],
  [":p@example.com", "", "example.com"],
] as const) {
  test(`the user of ${text} is ${user} (RFC 3261 section 19.1.1)`, () => {
    assert.deepEqual(splitUserInfo(text), { user, rest });
  });
}
