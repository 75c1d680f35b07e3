import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { describe, it } from "node:test";
import { createManualClock } from "../../testing/index.ts";
import type { AccessKey } from "./access-keys.ts";
import { createBasicCheck } from "./basic-credentials.ts";
import { checkOwnPermission } from "./permissions.ts";

const key: AccessKey = { id: "OPS", secrets: () => ["old:one", "new"], roles: undefined, requestsPerSecond: 4 };

function requestWith(authorization: string | undefined, remoteAddress = "127.0.0.1") {
  return { headers: { authorization }, socket: { remoteAddress } } as unknown as IncomingMessage;
}
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("credentials by Basic authentication", () => {
  const outcome = (authorization: string | undefined, from?: string) => {
    try {
      return createBasicCheck([key], createManualClock())(requestWith(authorization, from))?.id ?? "none";
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  const cases: readonly [name: string, authorization: string | undefined, from: string | undefined, is: string][] = [
    ["a key with its secret", basic("OPS:new"), undefined, "OPS"],
    ["a key with its older secret, which has a colon", basic("OPS:old:one"), "::1", "OPS"],
    ["one of this machine over a socket for both families", basic("OPS:new"), "::ffff:127.0.0.1", "OPS"],
    ["the scheme in lower case", basic("OPS:new").replace("Basic", "basic"), undefined, "OPS"],
    ["a wrong secret", basic("OPS:old"), undefined, "API_WRONG_SIGNATURE"],
    ["no secret", basic("OPS"), undefined, "API_WRONG_SIGNATURE"],
    ["another key", basic("NOBODY:new"), undefined, "API_UNKNOWN_KEY"],
    ["what is no base64", "Basic %%%%", undefined, "API_UNKNOWN_KEY"],
    ["what is too long", basic(`OPS:${"x".repeat(2_000)}`), undefined, "API_UNKNOWN_KEY"],
    ["a secret in the clear from another machine", basic("OPS:new"), "192.0.2.1", "API_FORBIDDEN"],
    ["a signature", "AWS4-HMAC-SHA256 Credential=x", "192.0.2.1", "none"],
    ["nothing", undefined, "192.0.2.1", "none"],
  ];
  for (const [name, authorization, from, is] of cases)
    it(`${name}: ${is}`, () => assert.equal(outcome(authorization, from), is));

  it("have the rate of their key", () => {
    const check = createBasicCheck([key], createManualClock());
    for (let count = 0; count < 4; count += 1) check(requestWith(basic("OPS:new")));
    assert.throws(() => check(requestWith(basic("OPS:new"))), { code: "API_THROTTLED" });
  });
});

describe("the roles of a key", () => {
  const may = (...operations: readonly string[]) => {
    const role = { name: "r", operations, resources: ["*"] };
    try {
      checkOwnPermission({ ...key, roles: [role] }, "GetCall");
      return true;
    } catch {
      return false;
    }
  };
  it("allow an own operation by its name with the prefix, a pattern of such, or everything; names of the service never do", () => {
    assert.deepEqual(
      [may("offhook:GetCall"), may("offhook:Get*"), may("*"), may("offhook:ListCalls", "offhook:*")],
      [true, true, true, true],
    );
    assert.deepEqual(
      [may("Get*"), may("GetCall"), may("chime:*"), may("*Call"), may("offhook:Drain")],
      [...[false, false, false, false, false]],
    );
  });

  it("that are on some resources only allow none of them, which are on no resource", () => {
    const role = { name: "r", operations: ["*"], resources: ["arn:aws:chime:*:*:sma/*"] };
    assert.throws(() => checkOwnPermission({ ...key, roles: [role] }, "GetCall"), { code: "API_ACCESS_DENIED" });
    assert.doesNotThrow(() => checkOwnPermission(key, "GetCall"));
  });
});
