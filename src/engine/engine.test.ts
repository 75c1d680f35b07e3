import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bedRule, openEngineBed } from "../testing/internal/engine-bed.ts";
import { aRequest } from "../testing/internal/sip-testbed.ts";
import { pingRefusalOf, refusalOf } from "./refuse-call.ts";

describe("the call engine at an INVITE", () => {
  it("does nothing for a caller who gave up while the store was asked: 487, no session, no function, nothing left", async () => {
    const bed = await openEngineBed();
    await bed.send(aRequest({ branch: "one" }));
    await bed.send(aRequest({ method: "CANCEL", branch: "one" }));

    await bed.answerLookups(bedRule);

    assert.equal(bed.peer.count("487"), 1);
    assert.deepEqual(bed.counts, { sessions: 0, invocations: 0, permits: 0, missing: 0 });
    assert.equal(bed.engine.ledger().calls, 0);
  });

  it("lets the place of a refused call be taken again", async () => {
    const bed = await openEngineBed();
    await bed.send(aRequest());
    assert.equal(bed.counts.permits, 1);

    await bed.answerLookups(undefined);

    assert.equal(bed.peer.count("404"), 1);
    assert.equal(bed.counts.permits, 0);
  });

  for (const code of ["EMFILE", "ENFILE"]) {
    it(`refuses with 503, Retry-After and the right cause when the system says ${code}, and tells admission`, async () => {
      const failure = Object.assign(new Error("too many open files"), { code });
      const bed = await openEngineBed({ media: () => Promise.reject(failure) });
      await bed.send(aRequest());

      await bed.answerLookups(bedRule);

      assert.match(bed.peer.last("503"), /\r\nRetry-After: 5\r\n/);
      assert.deepEqual(bed.agent.refusals(), { "no-descriptors": 1 });
      assert.equal(bed.counts.missing, 1);
    });
  }
});

describe("the call engine at an OPTIONS", () => {
  // Contract: sip-and-media-no-rule
  it("gives 404 for a number that no rule takes, 200 for one that a rule takes", async () => {
    const bed = await openEngineBed();

    await bed.send(aRequest({ method: "OPTIONS", branch: "one", callId: "1" }));
    await bed.answerLookups(undefined);
    await bed.send(aRequest({ method: "OPTIONS", branch: "two", callId: "2" }));
    await bed.answerLookups(bedRule);

    assert.deepEqual(bed.peer.startLines(), ["SIP/2.0 404 Not Found", "SIP/2.0 200 OK"]);
  });

  // Contract: sip-and-media-no-rule
  it("gives 480 when the rule's applications do not exist", async () => {
    const bed = await openEngineBed();

    await bed.send(aRequest({ method: "OPTIONS" }));
    await bed.answerLookups({ ...bedRule, targets: [{ applicationId: "gone", priority: 1, region: "us-east-1" }] });

    assert.equal(bed.peer.count("480"), 1);
  });

  // Contract: sip-and-media-no-rule
  it("answers a ping without a user part with 200, asking the store nothing", async () => {
    const bed = await openEngineBed();

    await bed.send(aRequest({ method: "OPTIONS", requestUri: "sip:192.0.2.1" }));

    assert.equal(bed.peer.count("200 OK"), 1);
  });
});

describe("a call that the API asks for", () => {
  // Contract: sip-and-media-own-numbers, api-call-to
  it("needs no trunk to a number that a rule takes, and one to any other", async () => {
    const closed = { cause: "calls-full", why: "full", retryAfterS: 5 } as const;
    const bed = await openEngineBed({ closed });
    const create = async (to: string, found: typeof bedRule | undefined) => {
      const call = { applicationId: "app-1", from: "+12065550100", to, sipHeaders: {}, arguments: undefined };
      const outcome = bed.engine.createCall(call);
      await bed.settle();
      await bed.answerLookups(found);
      return outcome;
    };

    assert.deepEqual(await create("+12065550101", bedRule), { type: "refused", closed });
    assert.deepEqual(await create("+15105550101", undefined), { type: "no-route", why: "there is no trunk" });
  });
});

describe("why no call is taken", () => {
  // Contract: sip-and-media-draining, sip-and-media-overload
  it("is told by 503 with Retry-After where it has no room or stops, to OPTIONS by 480 while it stops", () => {
    const told = (["draining", "calls-full", "overloaded"] as const).map((cause) => {
      const { status, headers } = refusalOf({ cause, why: "", retryAfterS: 5 }) ?? {};
      return [status, headers?.[0]?.value];
    });

    assert.deepEqual(told, [
      [503, "5"],
      [503, "5"],
      [503, "5"],
    ]);
    const pings = (["draining", "calls-full"] as const).map(
      (cause) => pingRefusalOf({ cause, why: "", retryAfterS: 5 })?.status,
    );
    assert.deepEqual(pings, [480, 503]);
  });
});
