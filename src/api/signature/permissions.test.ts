import assert from "node:assert/strict";
import { test } from "node:test";
import { checkPermission, matches } from "./permissions.ts";

const role = (operations: readonly string[], resources: readonly string[]) => ({ name: "r", operations, resources });

/** Whether a key with these roles may do it. */
function mayDo(roles: readonly ReturnType<typeof role>[] | undefined, operation: string, input: object): boolean {
  const key = { id: "KEY1", secrets: () => ["x"], roles, requestsPerSecond: 1 };
  try {
    checkPermission(key, { operation, input, region: "us-east-1", accountId: "000000000000" });
    return true;
  } catch (error) {
    assert.match(String(error), /KEY1 may not use chime:\w+ on (?:arn:|\*)/);
    return false;
  }
}

// Contract: api-roles
test("a key may do what one of its roles allows on what the request names; without roles everything, with none nothing", () => {
  const one = { SipMediaApplicationId: "abc" };
  const onOne = role(["CreateSipMediaApplicationCall", "chime:Get*"], ["arn:aws:chime:*:*:sma/abc"]);
  const numbers = role(["*"], ["arn:aws:chime:us-east-1:000000000000:phone-number/+1206*"]);

  assert.equal(mayDo(undefined, "DeleteSipRule", { SipRuleId: "x" }), true);
  assert.equal(mayDo([], "GetSipRule", { SipRuleId: "x" }), false);
  assert.equal(mayDo([onOne], "CreateSipMediaApplicationCall", one), true);
  assert.equal(mayDo([onOne], "GetSipMediaApplication", one), true);
  assert.equal(mayDo([onOne], "DeleteSipMediaApplication", one), false);
  assert.equal(mayDo([onOne], "GetSipMediaApplication", { SipMediaApplicationId: "abcd" }), false);
  assert.equal(mayDo([onOne], "GetGlobalSettings", {}), false);
  assert.equal(mayDo([role(["Get*"], ["*"])], "GetGlobalSettings", {}), true);
  assert.equal(mayDo([numbers], "GetPhoneNumber", { PhoneNumberId: "%2B12065550100" }), true);
  assert.equal(mayDo([numbers], "GetPhoneNumber", { PhoneNumberId: "14155550100" }), false);
  assert.equal(mayDo([onOne, numbers], "TagResource", { ResourceARN: "arn:aws:chime:us-east-1:0:sma/abc" }), false);
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
