import assert from "node:assert/strict";
import { test } from "node:test";
import { ChimeSDKVoiceClient, ListSipRulesCommand, ThrottledClientException } from "@aws-sdk/client-chime-sdk-voice";
import { silentLogger } from "../../src/kernel/index.ts";
import { startApi, withApi } from "./api-harness.ts";

// Contract: api-request-rates
test(
  "a request over the limit gets ThrottledClientException, held back so that a client in a loop waits",
  withApi(
    async ({ api, clock }) => {
      const credentials = { accessKeyId: "any", secretAccessKey: "any" };
      const client = new ChimeSDKVoiceClient({ region: "us-east-1", endpoint: api.url, credentials, maxAttempts: 1 });
      const list = () => client.send(new ListSipRulesCommand({}));
      await Promise.all([list(), list()]);

      let isSettled = false;
      const third = list().finally(() => (isSettled = true));
      third.catch(() => undefined);
      while (clock.pendingTimers() === 0) await new Promise(setImmediate);
      assert.equal(isSettled, false);
      clock.advance(250);
      await assert.rejects(third, (error) => {
        assert.ok(error instanceof ThrottledClientException);
        assert.equal(error.Code, "Throttled");
        assert.match(error.message, /^Service received too many requests: at most 2 a second .*api\.requestsPerSecond/);
        return true;
      });

      const before = clock.pendingTimers();
      const raw = fetch(`${api.url}/sip-media-applications`, { method: "POST", body: "x".repeat(100_000) });
      while (clock.pendingTimers() === before) await new Promise(setImmediate);
      clock.advance(250);
      const refused = await raw;
      assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "1"]);
      clock.advance(500);
      await list();
      client.destroy();
    },
    { rates: { requestsPerSecond: 2 } },
  ),
);

// Contract: api-request-rates
test("requests that are not signed cost those that are none of the rate, and no signature stands in the log", async () => {
  const told: string[] = [];
  const tell = (facts: object) => void told.push(JSON.stringify(facts));
  const key = { id: "A", secrets: () => ["b"], roles: undefined, requestsPerSecond: 100 };
  const settings = { rates: { requestsPerSecond: 1 }, accessKeys: [key], startAt: Date.now() };
  const harness = await startApi({ ...settings, log: { ...silentLogger, info: tell } });
  const { url } = harness.api;
  for (let count = 0; count < 5; count += 1) assert.equal((await fetch(`${url}/sip-rules`)).status, 403);
  assert.equal((await fetch(`${url}/sip-rules?x=1&X-Amz-Signature=abcdef&X-Amz-Date=1`)).status, 400);

  const credentials = { accessKeyId: "A", secretAccessKey: "b" };
  const client = new ChimeSDKVoiceClient({ region: "us-east-1", endpoint: url, credentials, maxAttempts: 1 });
  await client.send(new ListSipRulesCommand({}));
  client.destroy();
  await harness.close();
  assert.match(told.join("\n"), /X-Amz-Signature=\.\.\.&X-Amz-Date=1/);
  assert.doesNotMatch(told.join("\n"), /abcdef/);
});
