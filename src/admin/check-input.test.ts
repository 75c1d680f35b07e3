import assert from "node:assert/strict";
import { it } from "node:test";
import { createInputCheck } from "./check-input.ts";
import { listCalls } from "./operations/calls.ts";

const check = createInputCheck();
const noBody = () => undefined;

it("an input is read from texts, with defaults", () => {
  assert.deepEqual(check(listCalls, { limit: "5", number: "+1" }, noBody), { limit: 5, number: "+1", state: "live" });
});

const wrong: readonly [texts: object, says: RegExp][] = [
  [{ limit: "0" }, /limit must be a whole number from 1 to 1000/],
  [{ limit: ["1", "2"] }, /limit must be a whole number/],
  [{ limit: "1.5" }, /limit must be a whole number/],
  [{ state: "lively" }, /state must be one of live, ended, refused/],
  [{ numer: "1" }, /There is no parameter "numer".*Did you mean "number"\?/],
  [{ number: ["1", "2"] }, /number must be given once/],
  [{ number: "\u0000" }, /number must be given once, a text that fits/],
  [{ id: "a\nb" }, /id must be given once/],
  [{ cause: "x".repeat(129) }, /cause must be given once, a text of up to 128 characters/],
  [{ __proto__x: "1" }, /There is no parameter/],
];
for (const [texts, says] of wrong) {
  it(`an input ${JSON.stringify(texts).slice(0, 60)} is refused in words that say what would be right`, () => {
    assert.throws(() => check(listCalls, texts as Record<string, unknown>, noBody), {
      code: "API_BAD_REQUEST",
      message: says,
    });
  });
}
