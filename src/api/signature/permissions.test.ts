import assert from "node:assert/strict";
import { test } from "node:test";
import { checkPermission, matches } from "./permissions.ts";

const role = (operations: readonly string[], resources: readonly string[]) => ({ name: "r", operations, resources });

/** Whether a key with these roles may do it. */
function mayDo(roles: readonly ReturnType<typeof role>[] | undefined, operation: string, resource: string): boolean {
  const key = { id: "KEY1", secrets: () => ["x"], roles, requestsPerSecond: 1 };
  try {
    checkPermission(key, { operation, resource });
    return true;
  } catch (error) {
    assert.match(String(error), /KEY1 may not use chime:\w+ on (?:arn:|\*)/);
    return false;
  }
}

// Contract: api-roles
test("a key may do what one of its roles allows on what the request names; without roles everything, with none nothing", () => {
  const arn = (name: string) => `arn:aws:chime:us-east-1:000000000000:${name}`;
  const one = arn("sma/abc");
  const onOne = role(["CreateSipMediaApplicationCall", "chime:Get*"], ["arn:aws:chime:*:*:sma/abc"]);
  const numbers = role(["*"], ["arn:aws:chime:us-east-1:000000000000:phone-number/+1206*"]);

  assert.equal(mayDo(undefined, "DeleteSipRule", arn("sip-rule/x")), true);
  assert.equal(mayDo([], "GetSipRule", arn("sip-rule/x")), false);
  assert.equal(mayDo([onOne], "CreateSipMediaApplicationCall", one), true);
  assert.equal(mayDo([onOne], "GetSipMediaApplication", one), true);
  assert.equal(mayDo([onOne], "DeleteSipMediaApplication", one), false);
  assert.equal(mayDo([onOne], "GetSipMediaApplication", arn("sma/abcd")), false);
  assert.equal(mayDo([onOne], "GetGlobalSettings", "*"), false);
  assert.equal(mayDo([role(["Get*"], ["*"])], "GetGlobalSettings", "*"), true);
  assert.equal(mayDo([numbers], "GetPhoneNumber", arn("phone-number/+12065550100")), true);
  assert.equal(mayDo([numbers], "GetPhoneNumber", arn("phone-number/+14155550100")), false);
  assert.equal(mayDo([onOne, numbers], "TagResource", one), false);
});

test("a star stands for any characters", () => {
  for (const [pattern, text, expected] of [
    ["*", "", true],
    ["a*b*c", "a12b34c", true],
    ["a*b*c", "abc", true],
    ["ab*ba", "aba", false],
    ["a*", "ba", false],
    ["**", "x", true],
    ["a", "a", true],
    ["a", "ab", false],
  ] as const) {
    assert.equal(matches(pattern, text), expected, `${pattern} ${text}`);
  }
});
