import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { InvocationFailure } from "../invoke/index.ts";
import { driveCall, drivenLegId } from "../testing/internal/call-driver.ts";
import {
  failWith,
  keepSilent,
  later,
  respond,
  respondWith,
  type FunctionEvent,
} from "../testing/internal/scripted-reply.ts";
import { callAndBridge, hangup, pause, speak } from "../testing/internal/wire-actions.ts";
import type { TargetApplication } from "./state.ts";
import type { CallFact } from "./facts.ts";

const legId = drivenLegId;

function consequences(facts: readonly CallFact[]) {
  return facts.flatMap((fact) => (fact.type === "function-failed" ? [fact.consequence] : []));
}

describe("one invocation at a time (Contract: events-one-at-a-time)", () => {
  it("queues what happens meanwhile and tells it in the order in which it happened", () => {
    const call = driveCall({ direction: "Outbound", script: () => later(1_000, respond([])) });

    call.advance(1_000);
    call.ring();
    call.answer();
    call.update({ n: "1" });
    call.update({ n: "2" });
    call.end();
    assert.deepEqual(call.eventTypes(), ["NEW_OUTBOUND_CALL", "RINGING"]);
    call.advance(60_000);

    assert.deepEqual(call.eventTypes(), [
      "NEW_OUTBOUND_CALL",
      "RINGING",
      "CALL_ANSWERED",
      "CALL_UPDATE_REQUESTED",
      "CALL_UPDATE_REQUESTED",
      "HANGUP",
    ]);
    assert.deepEqual(
      call.events.map((event) => event.Sequence),
      [1, 2, 3, 4, 5, 6],
    );
  });

  it("shows participants as they were when it happened, attributes as they are when it is sent (Contract: events-state-told)", () => {
    const call = driveCall({
      direction: "Outbound",
      script: [respond([]), later(1_000, respond([], { state: "rings" }))],
    });

    call.ring();
    call.update();
    call.answer();
    call.advance(1_000);

    const [, , update, answered] = call.events;
    assert.equal(update?.InvocationEventType, "CALL_UPDATE_REQUESTED");
    assert.equal(update?.CallDetails.Participants[0]?.Status, undefined);
    assert.deepEqual(update?.CallDetails.TransactionAttributes, { state: "rings" });
    assert.equal(answered?.CallDetails.Participants[0]?.Status, "Connected");
  });

  it("ignores a reply to an invocation that is over", () => {
    const call = driveCall({ script: [respond([])] });

    const invocationId = call.invocations[0]?.invocationId ?? "";
    const reply = { type: "response", value: { SchemaVersion: "1.0", Actions: [speak()] } } as const;
    const effects = call.give({ type: "function-replied", invocationId, reply });

    assert.deepEqual(effects, [{ do: "ignore", input: "function-replied", why: "no such invocation is under way" }]);
  });
});

describe("a failed invocation (Contract: events-deadline, events-retry, events-repeated, events-function-failed)", () => {
  const passing: readonly InvocationFailure[] = ["crashed", "unreachable", "throttled"];
  for (const reason of passing) {
    it(`is tried once more after ${reason}, with the same Sequence and body, and what is left of the 20 s`, () => {
      const call = driveCall({ script: [later(3_000, failWith(reason)), respond([speak()])] });

      call.advance(3_000);

      const [first, second] = call.invocations;
      assert.deepEqual(second?.event, first?.event);
      assert.notEqual(second?.invocationId, first?.invocationId);
      assert.deepEqual([first?.deadlineMs, second?.deadlineMs], [20_000, 17_000]);
      assert.deepEqual(consequences(call.facts), ["retried"]);
      assert.equal(call.did("play-audio").length, 1);
    });

    it(`ends the call after ${reason} twice`, () => {
      const call = driveCall({ script: [failWith(reason), failWith(reason)] });

      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "NEW_INBOUND_CALL", "HANGUP"]);
      assert.deepEqual(consequences(call.facts), ["retried", "call-ended"]);
      assert.equal(call.did("reject-leg")[0]?.status, 480);
    });
  }

  const lasting: readonly InvocationFailure[] = [
    "unhandled",
    "timeout",
    "init",
    "not-json",
    "not-found",
    "access-denied",
  ];
  for (const reason of lasting) {
    it(`ends an unanswered call with 480 after ${reason}, and names the cause`, () => {
      const call = driveCall({ script: [failWith(reason)] });

      assert.deepEqual(call.did("reject-leg"), [{ do: "reject-leg", legId, status: 480 }]);
      assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
      assert.equal(call.lastEvent().ActionData?.Parameters["SipResponseCode"], 480);
      assert.equal(call.did("end-call")[0]?.cause, `the function failed: it is ${reason}`);
    });
  }

  it("ends an answered call with BYE, whatever plays", () => {
    const call = driveCall({ script: [respond([speak()]), keepSilent] });

    call.update();
    call.advance(20_000);

    const reason = { status: 500, text: "the application failed" };
    assert.deepEqual(call.did("hang-up-leg"), [{ do: "hang-up-leg", legId, reason }]);
    assert.equal(call.did("reject-leg").length, 0);
  });

  it("does not try again when the 20 s are over", () => {
    const call = driveCall({ limits: { functionDeadlineMs: 20_000 }, script: [keepSilent] });

    call.advance(20_000);

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
    assert.deepEqual(consequences(call.facts), ["call-ended"]);
  });

  it("tells HANGUP to a function that failed, and takes whatever comes of it", () => {
    const call = driveCall({ script: [failWith("unhandled"), failWith("unhandled")] });

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
    assert.deepEqual(consequences(call.facts), ["call-ended", "ignored"]);
    assert.equal(call.state().finished, true);
  });

  it("shows the author the stack", () => {
    const stack = "Error: boom\n  at handler";
    const reply = { type: "failed", reason: "unhandled", message: "boom", stack } as const;
    const call = driveCall({ script: [{ afterMs: 40, reply }] });

    call.advance(40);

    assert.deepEqual(
      call.facts.find((fact) => fact.type === "function-failed"),
      {
        type: "function-failed",
        sequence: 1,
        event: "NEW_INBOUND_CALL",
        target: "arn:aws:lambda:us-east-1:111122223333:function:app",
        tookMs: 40,
        reason: "unhandled",
        message: "boom",
        stack,
        consequence: "call-ended",
      },
    );
  });

  it("does not end the call twice when the caller left meanwhile", () => {
    const call = driveCall({ script: [later(1_000, failWith("unhandled"))] });

    call.end({ type: "cancelled" });
    call.advance(1_000);

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
    assert.deepEqual(consequences(call.facts), ["ignored"]);
    assert.equal(call.did("reject-leg").length, 0);
  });
});

describe("the targets of a rule (Contract: events-failover)", () => {
  const targets = [1, 2, 3].map((n): TargetApplication => ({
    applicationId: `app-${n}`,
    functionArn: `arn:${n}`,
    region: `region-${n}`,
  })) as [TargetApplication, ...TargetApplication[]];

  it("are tried in order when the first event cannot be reported; each starts with Sequence 1", () => {
    const call = driveCall({ call: { targets }, script: [failWith("init"), failWith("timeout"), respond([speak()])] });

    assert.deepEqual(
      call.invocations.map((one) => one.target.functionArn),
      ["arn:1", "arn:2", "arn:3"],
    );
    assert.deepEqual(
      call.events.map(({ Sequence, CallDetails: { AwsRegion, SipMediaApplicationId } }) => [
        Sequence,
        AwsRegion,
        SipMediaApplicationId,
      ]),
      [
        [1, "region-1", "app-1"],
        [1, "region-2", "app-2"],
        [1, "region-3", "app-3"],
      ],
    );
    assert.deepEqual(consequences(call.facts), ["next-target", "next-target"]);
    assert.equal(call.did("answer-leg").length, 1);
  });

  it("have the whole deadline each", () => {
    const call = driveCall({ call: { targets }, script: [keepSilent, respond([speak()])] });

    call.advance(20_000);

    assert.deepEqual(
      call.invocations.map((one) => one.deadlineMs),
      [20_000, 20_000],
    );
  });

  it("end with 480 when none can be asked", () => {
    const call = driveCall({ call: { targets }, script: () => failWith("init") });

    assert.deepEqual(call.eventTypes().slice(0, 3), Array(3).fill("NEW_INBOUND_CALL"));
    assert.equal(call.did("reject-leg")[0]?.status, 480);
    assert.equal(call.state().finished, true);
  });

  it("are for the first event only: once one replied, the call is its own", () => {
    for (const first of [respond([pause()]), respond([]), respondWith({ nonsense: true })]) {
      const call = driveCall({ call: { targets }, script: [first, failWith("init")] });

      call.update();

      assert.equal(call.state().target.applicationId, "app-1");
      assert.equal(call.state().finished, true);
    }
  });

  it("are not tried for a caller who left meanwhile", () => {
    const call = driveCall({ call: { targets }, script: [keepSilent] });

    call.end({ type: "cancelled" });
    call.advance(20_000);

    assert.deepEqual(
      call.invocations.map((one) => one.target.functionArn),
      ["arn:1", "arn:1"],
    );
  });
});

describe("1,000 invocations a call (Contract: events-invocation-limit, events-invocation-limit-hangup)", () => {
  it("stops a failing action that is repeated for ever; HANGUP is number 1,000 and the last", () => {
    const call = driveCall({ script: () => respond([pause("never right")]) });
    call.advance(20_000);

    assert.equal(call.events.length, 1_000);
    assert.deepEqual(
      call.events.map((event) => event.Sequence),
      Array.from({ length: 1_000 }, (_, index) => index + 1),
    );
    assert.equal(call.eventTypes().filter((type) => type === "HANGUP").length, 1);
    assert.equal(call.lastEvent().InvocationEventType, "HANGUP");
    assert.equal(call.did("end-call")[0]?.cause, "the limit of 1000 invocations per call was reached");
  });

  it("hangs an answered call up", () => {
    const call = driveCall({ limits: { invocationsPerCall: 5 }, script: () => respond([speak()]) });

    call.advance(60_000);

    assert.deepEqual(call.eventTypes(), [
      "NEW_INBOUND_CALL",
      ...(Array(3).fill("ACTION_SUCCESSFUL") as string[]),
      "HANGUP",
    ]);
    assert.equal(call.did("hang-up-leg").length, 1);
  });

  it("ends the call rather than call a LEG-B whose HANGUP could not be reported", () => {
    const call = driveCall({
      limits: { invocationsPerCall: 3 },
      script: [respond([speak()]), respond([callAndBridge()])],
    });

    call.advance(60_000);

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_SUCCESSFUL", "HANGUP"]);
    assert.deepEqual(call.state().legs[0]?.state.type, "ended");
    assert.equal(call.did("end-call")[0]?.cause, "the limit of 3 invocations per call was reached");
  });
});

describe("invocations of a call in a second (Contract: leniency-loops)", () => {
  it("wait when there were as many as there may be, and go on in order; HANGUP waits too", () => {
    const call = driveCall({ limits: { invocationsPerSecond: 3 }, script: () => respond([pause("never right")]) });

    assert.equal(call.events.length, 3);
    call.advance(999);
    assert.equal(call.events.length, 3);
    call.advance(1);
    assert.equal(call.events.length, 6);
    call.end({ type: "cancelled" });
    assert.equal(call.events.length, 6);
    call.advance(2_000);
    assert.equal(call.lastEvent().InvocationEventType, "HANGUP");
    assert.equal(call.pendingTimers(), 0);
  });

  it("never wait where they are slow enough", () => {
    const script = () => respond([pause(400)]);
    const call = driveCall({ limits: { invocationsPerSecond: 3 }, script });

    call.advance(4_000);

    assert.equal(call.events.length, 11);
    assert.deepEqual(call.state().timers.pace, undefined);
  });
});

describe("replies that cannot be used (Contract: events-invalid-lambda-response, events-invalid-in-a-row)", () => {
  const bad = respondWith({ statusCode: 200, body: "{}" });

  it("are reported once, as the next event; a good reply to that runs", () => {
    const call = driveCall({ script: [bad, respond([speak("sorry")])] });

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "INVALID_LAMBDA_RESPONSE"]);
    assert.equal(call.did("play-audio").length, 1);
  });

  it("end an unanswered call with 480 after two in a row", () => {
    const call = driveCall({ script: [bad, bad] });

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "INVALID_LAMBDA_RESPONSE", "HANGUP"]);
    assert.equal(call.did("reject-leg")[0]?.status, 480);
    assert.match(call.did("end-call")[0]?.cause ?? "", /^2 replies in a row could not be used: /);
  });

  it("end the call at the first, or at a later one, where the limit says so", () => {
    const eventsWithin = (invalidReplies: number) =>
      driveCall({ script: [bad, bad, bad], limits: { invalidReplies } }).eventTypes();
    const report = "INVALID_LAMBDA_RESPONSE";

    assert.deepEqual(eventsWithin(1), ["NEW_INBOUND_CALL", "HANGUP"]);
    assert.deepEqual(eventsWithin(3), ["NEW_INBOUND_CALL", report, report, "HANGUP"]);
  });

  it("end an answered call with BYE after two in a row", () => {
    const call = driveCall({ script: [respond([speak()]), bad, bad] });

    call.advance(1_000);

    assert.equal(call.did("hang-up-leg").length, 1);
    assert.equal(call.lastEvent().InvocationEventType, "HANGUP");
  });

  it("are counted anew after a good one", () => {
    const script = (event: FunctionEvent) =>
      event.InvocationEventType === "INVALID_LAMBDA_RESPONSE" ? respond([speak()]) : bad;
    const call = driveCall({ script });

    call.advance(10_000);

    assert.equal(call.eventTypes().filter((type) => type === "INVALID_LAMBDA_RESPONSE").length, 11);
    assert.equal(call.state().finished, false);
  });

  it("come before what has happened meanwhile", () => {
    const call = driveCall({ script: [later(500, bad)] });

    call.update();
    call.advance(500);

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "INVALID_LAMBDA_RESPONSE", "CALL_UPDATE_REQUESTED"]);
  });

  it("change nothing for a call that has ended", () => {
    const call = driveCall({ script: [respond([hangup()]), bad] });

    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "HANGUP"]);
    assert.equal(call.state().finished, true);
  });
});
