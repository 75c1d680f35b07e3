import assert from "node:assert/strict";
import { test } from "node:test";
import { ChimeSDKVoiceClient, ListSipRulesCommand, ThrottledClientException } from "@aws-sdk/client-chime-sdk-voice";
import { withApi } from "./api-harness.ts";

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
