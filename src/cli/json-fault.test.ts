import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findJsonFault } from "./json-fault.ts";

const position = (text: string) => {
  const fault = findJsonFault(text);
  return fault === undefined
    ? "JSON"
    : `${fault.line}:${fault.column} expected ${fault.expected}, found ${fault.found}`;
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("where a text stops being JSON (RFC 8259)", () => {
  for (const [text, expected] of [
    ["", "1:1 expected a value, found the end"],
    ['{\n  "a": 1,\n}', '3:1 expected a name in double quotes, found "}"'],
    ['{\n  "a": [1, 2,]\n}', '2:14 expected a value, found "]"'],
    ['{ "a" 1 }', '1:7 expected a colon, found "1 }"'],
    ['{ "a": 1', "1:9 expected a comma, ] or }, found the end"],
    ["[1 2]", '1:4 expected a comma, ] or }, found "2]"'],
    ["[1}", '1:3 expected a comma, ] or }, found "}"'],
    ["{ 'a': 1 }", `1:3 expected a name in double quotes, or }, found "'a': 1 }"`],
    ["{} x", '1:4 expected nothing more, found "x"'],
    ['["a\tb"]', '1:2 expected a value or ], found "\\"a\\tb\\"]"'],
    ["[01]", '1:2 expected a value or ], found "01]"'],
    ["[undefined]", '1:2 expected a value or ], found "undefined]"'],
  ] as const) {
    it(`${JSON.stringify(text)}: ${expected}`, () => {
      assert.equal(position(text), expected);
    });
  }

  it("agrees with JSON.parse about texts that were cut or changed at random", (context) => {
    const seed = Date.now() % 100_000;
    context.diagnostic(`seed ${seed}`);
    let state = seed;
    const random = (below: number) => (state = (state * 48_271 + 11) % 2_147_483_647) % below;
    const whole = JSON.stringify(
      { a: [1, -2.5e3, 'x\\"\u00e9', { b: null, c: [] }, true], "": { d: {} } },
      undefined,
      1,
    );
    const signs = '{}[]",:\\ \n019.-+eEtfnux';

    for (let round = 0; round < 3_000; round += 1) {
      const at = random(whole.length);
      const sign = signs.charAt(random(signs.length));
      const changed = whole.slice(0, at) + sign + whole.slice(at + random(3));
      const text = random(4) === 0 ? changed.slice(0, random(changed.length + 1)) : changed;

      assert.equal(findJsonFault(text) === undefined, isJson(text), `seed ${seed}: ${text}`);
    }
  });
});
