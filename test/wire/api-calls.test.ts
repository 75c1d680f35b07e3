import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as sdk from "@aws-sdk/client-chime-sdk-voice";
import { withApi, type ApiHarness } from "./api-harness.ts";

const request: sdk.CreateSipMediaApplicationCallRequest = {
  FromPhoneNumber: "+12065550100",
  ToPhoneNumber: "+12065550199",
  SipMediaApplicationId: "app-1",
};

function call({ client }: ApiHarness, changes: object = {}) {
  return client.send(new sdk.CreateSipMediaApplicationCallCommand({ ...request, ...changes }));
}

/** The error of a request that must fail, as a user of the client sees it. */
async function errorOf(sent: Promise<unknown>): Promise<sdk.ChimeSDKVoiceServiceException> {
  const error: unknown = await sent.then(
    () => assert.fail("the request succeeded"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof sdk.ChimeSDKVoiceServiceException, String(error));
  return error;
}

describe("CreateSipMediaApplicationCall", () => {
  // Contract: api-call-arguments
  it(
    "answers 201 with the transaction, and hands over numbers with plus, headers and arguments",
    withApi(async (harness) => {
      const answer = await call(harness, {
        FromPhoneNumber: "12065550100",
        SipHeaders: { "x-order": "42", "User-to-User": "61;encoding=hex", diversion: "<sip:a@b>" },
        ArgumentsMap: { name: "Ada", ["__proto__"]: "kept" },
      });

      assert.equal(answer.$metadata.httpStatusCode, 201);
      assert.match(answer.SipMediaApplicationCall?.TransactionId ?? "", /^[0-9a-f-]{36}$/);
      const [created] = harness.calls.created;
      assert.equal(created?.from, "+12065550100");
      assert.equal(created.to, "+12065550199");
      assert.equal(created.applicationId, "app-1");
      assert.deepEqual(Object.entries(created.sipHeaders), [
        ["x-order", "42"],
        ["User-to-User", "61;encoding=hex"],
        ["diversion", "<sip:a@b>"],
      ]);
      assert.equal(created.arguments?.["name"], "Ada");
    }),
  );

  // Contract: api-create-call-status
  for (const [title, status] of [
    ["createCallStatus 201: the status of the client's model", 201],
    ["createCallStatus 202: the status of the guide, which official clients take too", 202],
  ] as const) {
    it(
      title,
      withApi(
        async (harness) => {
          assert.equal((await call(harness, {})).$metadata.httpStatusCode, status);
        },
        { createCallStatus: status },
      ),
    );
  }

  // Contract: api-call-arguments, api-absent-members
  it(
    "tells an absent ArgumentsMap (as old clients send) from an empty one, and takes null for absent",
    withApi(async (harness) => {
      await call(harness);
      await call(harness, { ArgumentsMap: {} });
      await fetch(`${harness.api.url}/sip-media-applications/app-1/calls`, {
        method: "POST",
        body: JSON.stringify({ ...request, ArgumentsMap: null, SipHeaders: null }),
        headers: { "content-type": "application/json" },
      });

      assert.deepEqual(
        harness.calls.created.map((created) => created.arguments),
        [undefined, {}, undefined],
      );
    }),
  );

  // Contract: api-call-headers
  it(
    "refuses reserved and foreign header names, long values and line breaks, with the reason for each",
    withApi(async (harness) => {
      const refusals: [Record<string, string>, RegExp][] = [
        [
          { "X-AMZN": "1" },
          /^Invalid SIP header\(s\) provided: X-AMZN\. "X-AMZN": names that begin with x-amzn are reserved\.$/,
        ],
        [{ "x-Voice-id": "1", Subject: "1", "x-fine": "1" }, /provided: x-Voice-id, Subject\. /],
        [{ "x-a b": "1", "x-a:": "1" }, /provided: x-a b, x-a:\. /],
        [{ "x-": "1" }, /provided: x-\. /],
        [{ "x-a": "1".repeat(2_049) }, /"x-a": its value has 2049 characters, at most 2048/],
        [{ "x-a": "1\r\nVia: 2" }, /"x-a": its value has a line break/],
        [Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`x-${at}`, ""])), /^SipHeaders has 21 entries/],
      ];
      for (const [SipHeaders, message] of refusals) {
        const error = await errorOf(call(harness, { SipHeaders }));
        assert.ok(error instanceof sdk.BadRequestException);
        assert.match(error.message, message);
      }
      assert.equal(harness.calls.created.length, 0);
      await call(harness, { SipHeaders: { "x-a": "1".repeat(2_048), "x-empty": "" } });
      assert.equal(harness.calls.created.length, 1);
    }),
  );

  it(
    "checks numbers",
    withApi(async (harness) => {
      for (const number of ["", "+0123", "0123", "+1", "+1234567890123456", "sip:a@b", "+1206\n"]) {
        const error = await errorOf(call(harness, { ToPhoneNumber: number }));
        assert.match(error.message, /^ToPhoneNumber is .*E\.164/, number);
      }
    }),
  );

  // Contract: api-call-unknown-application, api-call-limits, api-call-from-inventory, api-call-to, api-error-codes
  it(
    "translates each outcome of the engine",
    withApi(async (harness) => {
      const outcomes = [
        [{ type: "no-application" }, sdk.NotFoundException, /no SIP media application with the id "app-1"/],
        [{ type: "not-owned" }, sdk.BadRequestException, /\+12065550100, which is not in the number inventory/],
        [{ type: "no-route", why: "no trunk" }, sdk.BadRequestException, /\+12065550199: no trunk\.$/],
        [
          { type: "bad-headers", headers: [{ name: "x-bad", why: "no reason" }] },
          sdk.BadRequestException,
          /^Invalid SIP header\(s\) provided: x-bad\. "x-bad": no reason/,
        ],
        [
          { type: "refused", closed: { cause: "calls-full", why: "10 calls", retryAfterS: 5 } },
          sdk.ResourceLimitExceededException,
          /not started: 10 calls\.$/,
        ],
      ] as const;
      for (const [outcome, error, message] of outcomes) {
        harness.calls.decide = () => outcome;
        const thrown = await errorOf(call(harness));
        assert.ok(thrown instanceof error, outcome.type);
        assert.match(thrown.message, message);
        assert.equal(thrown.$metadata.attempts, 1);
      }
    }),
  );

  for (const [cause, status, name] of [
    ["overloaded", 429, "ThrottledClientException"],
    ["no-descriptors", 429, "ThrottledClientException"],
    ["draining", 503, "ServiceUnavailableException"],
    ["starting", 503, "ServiceUnavailableException"],
  ] as const) {
    it(
      `answers ${status} with Retry-After when the server is ${cause}`,
      withApi(async (harness) => {
        harness.calls.decide = () => ({ type: "refused", closed: { cause, why: "reason", retryAfterS: 5 } });

        const response = await fetch(`${harness.api.url}/sip-media-applications/app-1/calls`, {
          method: "POST",
          body: JSON.stringify(request),
          headers: { "content-type": "application/json" },
        });

        assert.equal(response.status, status);
        assert.equal(response.headers.get("retry-after"), "5");
        assert.equal(response.headers.get("x-amzn-errortype"), name);
      }),
    );
  }

  // Contract: api-call-retries
  it(
    "dials once when a client tries again after a lost answer",
    withApi(async (harness) => {
      const send = () =>
        fetch(`${harness.api.url}/sip-media-applications/app-1/calls`, {
          method: "POST",
          body: JSON.stringify(request),
          headers: { "content-type": "application/json", "amz-sdk-invocation-id": "one" },
        }).then((response) => response.json());

      const [first, second] = await Promise.all([send(), send()]);
      const third = await send();

      assert.deepEqual([second, third], [first, first]);
      assert.equal(harness.calls.created.length, 1);
    }),
  );

  it(
    "hides what went wrong inside, lets the client retry, and dials again since nothing was made",
    withApi(async (harness) => {
      let failures = 2;
      harness.calls.decide = () => {
        failures -= 1;
        if (failures >= 0) throw new Error("secret inside");
        return { type: "refused", closed: { cause: "calls-full", why: "done", retryAfterS: 5 } };
      };

      const error = await errorOf(call(harness));

      assert.ok(error instanceof sdk.ResourceLimitExceededException);
      assert.equal(error.$metadata.attempts, 3);
      failures = 3;
      const failed = await errorOf(call(harness));
      assert.ok(failed instanceof sdk.ServiceFailureException);
      assert.doesNotMatch(failed.message, /secret/);
      assert.ok(failed.message.includes(failed.$metadata.requestId ?? "none"));
    }),
  );
});

describe("UpdateSipMediaApplicationCall", () => {
  // Contract: api-update-live-calls
  it(
    "answers 202 with the transaction while the call lives, 404 before, after and for another application",
    withApi(async (harness) => {
      const { client, calls } = harness;
      const { SipMediaApplicationCall } = await call(harness);
      const TransactionId = SipMediaApplicationCall?.TransactionId ?? "";
      const update = (changes: object = {}) =>
        client.send(
          new sdk.UpdateSipMediaApplicationCallCommand({
            SipMediaApplicationId: "app-1",
            TransactionId,
            Arguments: { digit: "1" },
            ...changes,
          }),
        );

      const answer = await update();

      assert.equal(answer.$metadata.httpStatusCode, 202);
      assert.deepEqual(answer.SipMediaApplicationCall, { TransactionId });
      await update({ Arguments: {} });
      assert.deepEqual(
        calls.updates.map((entry) => entry.arguments),
        [{ digit: "1" }, {}],
      );
      const missing = await errorOf(update({ Arguments: undefined }));
      assert.match(missing.message, /^Arguments is missing; it must be an object of at most 20 strings\.$/);
      assert.ok((await errorOf(update({ SipMediaApplicationId: "app-2" }))) instanceof sdk.NotFoundException);
      calls.end(TransactionId);
      const ended = await errorOf(update());
      assert.ok(ended instanceof sdk.NotFoundException);
      assert.match(ended.message, new RegExp(`no live call with the transaction id "${TransactionId}"`));
    }),
  );
});
