import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clientKind } from "./former-namespace.ts";

// Contract: meetings-old-namespace
describe("the kind of a client of meetings", () => {
  const kinds = {
    "aws-sdk-js/3.1142.0 ua/2.1 os/linux lang/js md/nodejs#20 api/chime-sdk-meetings#3.1142.0": "today",
    "aws-cli/2.17.0 md/command#chime-sdk-meetings.create-meeting Botocore/2.0": "today",
    "curl/8.5.0": "today",
    "": "today",
    "aws-sdk-js/3.699.0 ua/2.1 os/linux lang/js md/nodejs#20 api/chime#3.699.0": "former",
    "aws-sdk-nodejs/2.1693.0 linux/v20.20.2 promise": "unsure",
    "Boto3/1.34.46 md/Botocore#1.34.46 ua/2.0 os/linux lang/python#3.12": "unsure",
    "aws-sdk-java/1.12.700 Linux OpenJDK": "unsure",
  } as const;
  for (const [userAgent, kind] of Object.entries(kinds)) {
    it(`is ${kind}: ${userAgent === "" ? "without a user agent" : userAgent}`, () => {
      assert.equal(clientKind(userAgent), kind);
    });
  }
});
