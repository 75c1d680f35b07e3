import assert from "node:assert/strict";
import { test } from "node:test";
import { makeSdkClient } from "./make-sdk-client.ts";

const name = "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED";

test("the SDK is asked not to warn of the Node version while a client is made, and no function sees that", (context) => {
  const before = process.env[name];
  context.after(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
  delete process.env[name];

  assert.equal(
    makeSdkClient(() => process.env[name]),
    "true",
  );
  assert.equal(process.env[name], undefined);
  assert.throws(() => makeSdkClient(() => assert.fail("no client")), /no client/);
  assert.equal(process.env[name], undefined);
});

test("who has set the variable decides", (context) => {
  const before = process.env[name];
  context.after(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
  process.env[name] = "false";

  assert.equal(
    makeSdkClient(() => process.env[name]),
    "false",
  );
  assert.equal(process.env[name], "false");
});
