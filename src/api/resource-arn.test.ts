import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "../store/index.ts";
import { resourceOf } from "./resource-arn.ts";

/** A store with one application and one Voice Connector, both of us-west-2. */
const records = (known: string) => ({
  get: async (id: string) => (id === known ? { region: "us-west-2" } : undefined),
});
const store = { applications: records("app"), connectors: records("vc1") } as unknown as Store;
const arnOf = (input: object) => resourceOf(input, { store, region: "us-east-1", accountId: "111122223333" });

// Contract: api-roles
test("the ARN of what a request is about is the one that the API gives back, with the Region of the record", async () => {
  const west = "arn:aws:chime:us-west-2:111122223333";
  const east = "arn:aws:chime:us-east-1:111122223333";
  for (const [input, expected] of [
    [{ SipMediaApplicationId: "app", TransactionId: "t" }, `${west}:sma/app`],
    [{ SipMediaApplicationId: "none" }, `${east}:sma/none`],
    [{ VoiceConnectorId: "vc1" }, `${west}:vc/vc1`],
    [{ SipRuleId: "app" }, `${east}:sip-rule/app`],
    [{ PhoneNumberId: "%2B12065550100" }, `${east}:phone-number/+12065550100`],
    [{ MaxResults: 5 }, "*"],
  ] as const) {
    assert.equal(await arnOf(input), expected);
  }
});

// Contract: api-roles, api-tags
test("an ARN in a request counts as that of the record, whatever Region, account or service stands in it", async () => {
  for (const [given, expected] of [
    ["arn:aws:chime:eu-west-1:999999999999:sma/app", "arn:aws:chime:us-west-2:111122223333:sma/app"],
    ["arn:aws:voiceconnector:us-west-2:111122223333:vc/vc1", "arn:aws:chime:us-west-2:111122223333:vc/vc1"],
    ["arn:aws:chime:::phone-number/12065550100", "arn:aws:chime:us-east-1:111122223333:phone-number/+12065550100"],
    ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket"],
  ] as const) {
    assert.equal(await arnOf({ ResourceARN: given }), expected);
  }
});
