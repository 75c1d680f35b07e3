import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createJoinTokens } from "./join-tokens.ts";

const tokens = createJoinTokens(new Uint8Array(32).fill(7));
const id = "5e2b8d41-0c7f-4a96-9d13-8f6a3c2e1b20";

describe("join tokens (Contract: meetings-tokens)", () => {
  it("are the same each time, differ by attendee, and say whose they are", () => {
    const token = tokens.make(id);

    assert.equal(tokens.make(id), token);
    assert.equal(tokens.readAttendeeId(token), id);
    const other = id.replace("5", "6");
    assert.notEqual(tokens.make(other).slice(-40), token.slice(-40));
    assert.equal(tokens.readAttendeeId(tokens.make(other)), other);
  });

  it("of another secret are none of ours", () => {
    assert.equal(createJoinTokens(new Uint8Array(32)).readAttendeeId(tokens.make(id)), undefined);
  });

  it("that are changed anywhere are none of ours", () => {
    const token = tokens.make(id);
    for (let at = 0; at < token.length; at += 1) {
      for (const letter of ["A", "_", "="]) {
        const changed = token.slice(0, at) + letter + token.slice(at + 1);
        if (changed !== token) assert.equal(tokens.readAttendeeId(changed), undefined, changed);
      }
    }
  });

  it("have one spelling: bits that base64 ignores count too", () => {
    const token = tokens.make(id);
    const bytes = (text: string) => Buffer.from(text, "base64url").toString("hex");
    const spellings = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"]
      .map((last) => token.slice(0, -1) + last)
      .filter((spelling) => bytes(spelling) === bytes(token));

    assert.ok(spellings.length > 1);
    assert.deepEqual(
      spellings.filter((spelling) => tokens.readAttendeeId(spelling) !== undefined),
      [token],
    );
  });

  it("are none of ours when they are no tokens at all", () => {
    const texts = ["", "x", id, "é".repeat(98), "A".repeat(98), "A".repeat(1_000_000), `${tokens.make(id)}#content`];
    for (const text of texts) assert.equal(tokens.readAttendeeId(text), undefined);
  });
});
