import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { choice } from "./choice.ts";
import { optional } from "./field.ts";
import { integer } from "./integer.ts";
import { keyList, list, textMap } from "./list.ts";
import { object } from "./object.ts";
import { redactionOfLeaf, redactionOfMember, type Redaction } from "./redaction.ts";
import { text } from "./text.ts";
import { keyword } from "./keyword.ts";

const facts = { description: "One." };
const kinds = {
  Person: object({ Kind: optional(keyword(["Person"]), facts), Name: optional(text("text"), facts) }),
  File: object({ Kind: optional(keyword(["File"]), facts), Name: optional(text("name"), facts) }),
};
const shape = object({
  Count: optional(integer({ min: 0 }), { ...facts, aliases: ["count"] }),
  Caller: optional(text("number"), facts),
  Stops: optional(keyList(), facts),
  Headers: optional(textMap(), facts),
  Things: optional(list(choice<unknown>("Kind", kinds)), facts),
});

/** What is declared for the value at these members of what was sent. */
function at(sent: unknown, ...path: readonly string[]) {
  let redaction: Redaction = shape.redaction;
  let value = sent;
  for (const member of path) {
    redaction = redactionOfMember(redaction, value, member);
    const inner = (value as Readonly<Record<string, unknown>> | undefined)?.[member];
    value = Array.isArray(inner) ? (inner[0] as unknown) : inner;
  }
  return redactionOfLeaf(redaction);
}

describe("what a parameter can tell of people", () => {
  it("is said where it is declared, by every name that it has", () => {
    assert.deepEqual(
      ["Count", "count", "Caller", "Stops"].map((name) => at({}, name)),
      ["none", "none", "number", "terminators"],
    );
  });

  it("follows the variant that was sent; of one that does not exist all but its word is text", () => {
    const thing = (Kind: unknown) => ({ Things: [{ Kind, Name: "x" }] });

    assert.deepEqual(
      ["Person", "File", "Else", undefined, "toString"].map((Kind) => at(thing(Kind), "Things", "Name")),
      ["text", "name", "text", "text", "text"],
    );
    assert.equal(at(thing("Else"), "Things", "Kind"), "none");
  });

  it("is text for what nobody declared, beside and within what is", () => {
    const sent = { Else: "x", Count: { a: "x" }, Headers: { Count: "x" }, constructor: "x" };

    for (const path of [["Else"], ["Count", "a"], ["Headers", "Count"], ["Things"], ["constructor"]]) {
      assert.equal(at(sent, ...path), "text", path.join("."));
    }
  });

  it("cannot be left out of a declaration", () => {
    // @ts-expect-error -- what the text can tell of people is missing
    assert.equal(text().redaction, undefined);
  });
});
