import assert from "node:assert/strict";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { after, before, describe, it, type TestContext } from "node:test";
import { openTestPhone } from "../../src/testing/index.ts";
import { freePort } from "../interop/ports.ts";
import { startServeProcess } from "./serve-process.ts";

const noFullDevice = process.platform === "linux" ? false : "there is no /dev/full on this system";
/** Prints more than a pipe holds in each invocation. */
const talkative = `export const handler = async ({ InvocationEventType: type }) => {
  for (let line = 0; line < 300; line++) console.log("x".repeat(1_000));
  const actions = type === "NEW_INBOUND_CALL" ? [{ Type: "Hangup", Parameters: { SipResponseCode: "486" } }] : [];
  return { SchemaVersion: "1.0", Actions: actions };
};`;

for (const command of [["serve"], ["dev", "--no-call"]])
  describe(`offhook ${command[0]} whose output`, () => {
    let phone: Awaited<ReturnType<typeof openTestPhone>>;
    before(async () => {
      phone = await openTestPhone();
    });
    after(() => phone.close());

    /** Calls are answered one after the other, and SIGTERM ends the server. */
    async function callsAndStops(test: TestContext, stdout: "pipe" | number, then: "stalls" | "leaves" | "is full") {
      const server = await startServeProcess(test, {
        files: { "app.mjs": talkative },
        stdio: ["ignore", stdout, "ignore"],
        command,
      });
      await server.answers();
      if (then === "leaves") server.child.stdout?.destroy();
      for (let call = 0; call < 3; call++) {
        const { end } = await phone.dial(server.uri).ended;
        assert.equal(end.type === "rejected" && end.status, 486, JSON.stringify(end));
      }
      assert.equal(await server.stop(), 0);
    }

    // Contract: records-log-never-waits
    it("has no room on its disk takes calls and ends at SIGTERM", { skip: noFullDevice }, async (test) => {
      const full = openSync("/dev/full", "w");
      try {
        await callsAndStops(test, full, "is full");
      } finally {
        closeSync(full);
      }
    });

    // Contract: records-log-never-waits
    it("goes to a reader that stalls takes calls and ends at SIGTERM", (test) => callsAndStops(test, "pipe", "stalls"));

    it("goes to a reader that leaves takes calls and ends at SIGTERM", (test) => callsAndStops(test, "pipe", "leaves"));
  });

it("offhook serve says that the API takes any signature without keys, and nothing of the kind with keys", async (test) => {
  const saysSo = async (api: Readonly<Record<string, unknown>>) => {
    const listen = `http://127.0.0.1:${await freePort()}`;
    const server = await startServeProcess(test, {
      files: { "app.mjs": talkative },
      config: { api: { listen, ...api } },
    });
    let log = "";
    server.child.stdout?.on("data", (text: Buffer) => (log += text.toString()));
    while (!log.includes('"msg":"ready"')) await once(server.child.stdout ?? assert.fail("no log"), "data");
    assert.equal(await server.stop(), 0);
    return log.split("\n").filter((line) => /not authenticated|any signature/.test(line)).length;
  };
  const keys = [{ id: "OPERATIONS", secret: "0123456789abcdef0123456789abcdef" }];
  assert.deepEqual([await saysSo({}), await saysSo({ keys })], [1, 0]);
});
