import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { boundReply, isWithinBounds, replyBounds, type ReplyBounds } from "../../call/index.ts";
import { driveCall } from "../../testing/internal/call-driver.ts";
import { createRandom } from "../../testing/internal/random.ts";
import { readPayload } from "./function-reply.ts";

const bounds = replyBounds(driveCall());
const few: ReplyBounds = { ...bounds, attributeBytes: 10 };

/** What is read of a reply where each part of it is held against the bounds. */
function readByParts(text: string, by: ReplyBounds) {
  const { value, cuts } = boundReply(JSON.parse(text), by);
  return { type: "response", value, ...(cuts.length === 0 ? {} : { cuts }) };
}

const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
const list = (entries: number) => `[${Array(entries).fill("1").join(",")}]`;
const attributes = (length: number) => JSON.stringify({ TransactionAttributes: { a: "x".repeat(length) } });

// Contract: leniency-reply-long
describe("a reply that is read without looking at its parts", () => {
  const edges: readonly (readonly [string, string, ReplyBounds, boolean])[] = [
    ["of 64 levels", nested(64), bounds, true],
    ["of 65 levels", nested(65), bounds, false],
    ["of 66 levels", nested(66), bounds, false],
    ["of 999 entries", list(999), bounds, true],
    ["of 1,001 entries", list(1_001), bounds, false],
    ["with brackets in a text", JSON.stringify({ SchemaVersion: "[".repeat(70) }), bounds, false],
    ["with a member __proto__", '{"__proto__":{"a":1},"SchemaVersion":"1.0"}', bounds, true],
    ["with attributes of a length that may be stored", attributes(1_500), bounds, true],
    ["with attributes of four times that length", attributes(40), few, false],
    ["with attributes of more than four times that length", attributes(41), few, false],
  ];
  for (const [what, text, by, isQuick] of edges) {
    it(`${what}: ${isQuick ? "it is as it was sent" : "its parts are looked at"}, and the same comes of both`, () => {
      assert.equal(isWithinBounds(text, by), isQuick);
      assert.deepEqual(readPayload(text, by), readByParts(text, by));
    });
  }

  it("is the same as by its parts, whatever it says: 2,000 random ones", () => {
    const random = createRandom(7);
    const pick = (count: number) => Math.floor(random() * count);
    const value = (depth: number): unknown => {
      const kind = pick(depth > 66 ? 3 : 6);
      if (kind < 2) return pick(1_000_000);
      if (kind === 2) return "x[{".repeat(pick(12));
      if (kind < 5) return Array.from({ length: pick(4) }, () => value(depth + 1));
      const names = ["SchemaVersion", "Actions", "TransactionAttributes", "Type", "1", "b", "__proto__"];
      return Object.fromEntries(Array.from({ length: pick(4) }, () => [names[pick(7)], value(depth + 1)]));
    };
    for (let round = 0; round < 2_000; round++) {
      const text = JSON.stringify(value(0));
      assert.deepEqual(readPayload(text, bounds), readByParts(text, bounds), text);
      assert.deepEqual(readPayload(text, few), readByParts(text, few), text);
    }
  });
});
