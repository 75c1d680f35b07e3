import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LegId } from "../../kernel/index.ts";
import { driveCall, drivenLegId, drivenTransactionId, type CallDriver } from "../../testing/internal/call-driver.ts";
import { respond, respondWith } from "../../testing/internal/scripted-reply.ts";
import { hangup, pause, playAudio, speak } from "../../testing/internal/wire-actions.ts";
import { defaultCompatibility } from "../compatibility.ts";
import { buildEvent, describeParticipants } from "./build-event.ts";
import type { LegEnd } from "../../endpoint/index.ts";
import type { Leg } from "../state.ts";

/** Texts are compared, so that the order of keys counts. */
function assertJson(actual: unknown, expected: unknown): void {
  assert.equal(JSON.stringify(actual, null, 1), JSON.stringify(expected, null, 1));
}

const inboundLeg = {
  CallId: drivenLegId,
  ParticipantTag: "LEG-A",
  To: "+12065550100",
  From: "+15105550101",
  Direction: "Inbound",
  StartTimeInMilliseconds: "1700000000000",
};
const outboundLeg = { ...inboundLeg, To: "+15105550101", From: "+12065550100", Direction: "Outbound" };
const application = {
  AwsAccountId: "111122223333",
  AwsRegion: "us-east-1",
  SipRuleId: "5d0e8b6e-1f0f-4b54-8d0c-6c6d5a0f2c01",
  SipMediaApplicationId: "9a1c2f44-7f0a-4f35-9f4f-2f5d9a1f3b02",
  SipApplicationId: "9a1c2f44-7f0a-4f35-9f4f-2f5d9a1f3b02",
};
const { SipRuleId: _none, ...applicationWithoutRule } = application;

describe("events, key by key (Contract: events-envelope, events-call-details, events-key-order)", () => {
  it("NEW_INBOUND_CALL has no ActionData, no Status, no TransactionAttributes (Contract: events-new-inbound-call)", () => {
    const call = driveCall();

    assertJson(call.events[0], {
      SchemaVersion: "1.0",
      Sequence: 1,
      InvocationEventType: "NEW_INBOUND_CALL",
      CallDetails: { TransactionId: drivenTransactionId, ...application, Participants: [inboundLeg] },
    });
  });

  it("NEW_OUTBOUND_CALL has the arguments of the request as CallCreateRequest; no SipRuleId (Contract: events-new-outbound-call)", () => {
    const call = driveCall({ direction: "Outbound", call: { arguments: { Reason: "reminder", Id: "7" } } });

    assertJson(call.events[0], {
      SchemaVersion: "1.0",
      Sequence: 1,
      InvocationEventType: "NEW_OUTBOUND_CALL",
      ActionData: { Type: "CallCreateRequest", Parameters: { Arguments: { Reason: "reminder", Id: "7" } } },
      CallDetails: { TransactionId: drivenTransactionId, ...applicationWithoutRule, Participants: [outboundLeg] },
    });
  });

  it("NEW_OUTBOUND_CALL has no ActionData at all without arguments (Contract: events-create-arguments)", () => {
    const call = driveCall({ direction: "Outbound" });

    assert.deepEqual(Object.keys(call.events[0] ?? {}), [
      "SchemaVersion",
      "Sequence",
      "InvocationEventType",
      "CallDetails",
    ]);
  });

  it("RINGING has no ActionData and no Status (Contract: events-ringing)", () => {
    const call = driveCall({ direction: "Outbound", call: { arguments: { a: "1" } } });

    call.ring();

    assertJson(call.events[1], {
      SchemaVersion: "1.0",
      Sequence: 2,
      InvocationEventType: "RINGING",
      CallDetails: { TransactionId: drivenTransactionId, ...applicationWithoutRule, Participants: [outboundLeg] },
    });
  });

  it("CALL_ANSWERED has Status Connected, the attributes after TransactionId, no ActionData (Contract: events-call-answered)", () => {
    const call = driveCall({ direction: "Outbound", script: [respond([], { MeetingId: "m" })] });

    call.ring();
    call.answer();

    assertJson(call.events[2], {
      SchemaVersion: "1.0",
      Sequence: 3,
      InvocationEventType: "CALL_ANSWERED",
      CallDetails: {
        TransactionId: drivenTransactionId,
        TransactionAttributes: { MeetingId: "m" },
        ...applicationWithoutRule,
        Participants: [{ ...outboundLeg, Status: "Connected" }],
      },
    });
  });

  it("ACTION_SUCCESSFUL has Type and Parameters with the defaults (Contract: events-action-successful, events-action-data)", () => {
    const call = driveCall({ script: [respond([playAudio()])] });

    call.advance(1_000);

    assertJson(call.events[1], {
      SchemaVersion: "1.0",
      Sequence: 2,
      InvocationEventType: "ACTION_SUCCESSFUL",
      ActionData: {
        Type: "PlayAudio",
        Parameters: {
          AudioSource: { Type: "S3", BucketName: "prompts", Key: "hello.wav" },
          Repeat: 1,
          ParticipantTag: "LEG-A",
        },
      },
      CallDetails: {
        TransactionId: drivenTransactionId,
        ...application,
        Participants: [{ ...inboundLeg, Status: "Connected" }],
      },
    });
  });

  it("ACTION_FAILED has ErrorType and ErrorMessage beside Parameters (Contract: events-action-failed)", () => {
    const call = driveCall({ script: [respond([pause(1)])] });

    assertJson(call.events[1]?.ActionData, {
      Type: "Pause",
      Parameters: { DurationInMilliseconds: 1, ParticipantTag: "LEG-A" },
      ErrorType: "InvalidActionParameter",
      ErrorMessage: "The Duration parameter is invalid.",
    });
    assert.equal(call.events[1]?.ErrorType, undefined);
  });

  it("ACTION_INTERRUPTED has the action and no result (Contract: events-action-interrupted)", () => {
    const call = driveCall({ script: [respond([pause(9_000)]), respond([pause(100)])] });

    call.update();

    assert.equal(call.events[2]?.InvocationEventType, "ACTION_INTERRUPTED");
    assertJson(call.events[2]?.ActionData, {
      Type: "Pause",
      Parameters: { DurationInMilliseconds: 9_000, ParticipantTag: "LEG-A" },
    });
  });

  it("CALL_UPDATE_REQUESTED has the arguments as they came; none are an empty object (Contract: events-call-update-requested)", () => {
    const call = driveCall();

    call.update({ digit: "3", "with space": "" });
    call.update({});

    assertJson(call.events[1]?.ActionData, {
      Type: "CallUpdateRequest",
      Parameters: { Arguments: { digit: "3", "with space": "" } },
    });
    assertJson(call.events[2]?.ActionData, { Type: "CallUpdateRequest", Parameters: { Arguments: {} } });
  });

  it("HANGUP names the leg that left, with the code as a number; its Status is Disconnected (Contract: events-hangup)", () => {
    const call = driveCall({ script: [respond([hangup({ SipResponseCode: "0" })])] });

    assertJson(call.events[1], {
      SchemaVersion: "1.0",
      Sequence: 2,
      InvocationEventType: "HANGUP",
      ActionData: {
        Type: "Hangup",
        Parameters: { SipResponseCode: 0, CallId: drivenLegId, ParticipantTag: "LEG-A" },
      },
      CallDetails: {
        TransactionId: drivenTransactionId,
        ...application,
        Participants: [{ ...inboundLeg, Status: "Disconnected" }],
      },
    });
  });

  it("INVALID_LAMBDA_RESPONSE has its error at the top level, after CallDetails, and no ActionData (Contract: events-invalid-lambda-response)", () => {
    const call = driveCall({ script: [respondWith({ SchemaVersion: "1.0", Actions: [{ Type: "Speek" }] })] });

    assertJson(call.events[1], {
      SchemaVersion: "1.0",
      Sequence: 2,
      InvocationEventType: "INVALID_LAMBDA_RESPONSE",
      CallDetails: { TransactionId: drivenTransactionId, ...application, Participants: [inboundLeg] },
      ErrorType: "UnsupportedAction",
      ErrorMessage: "Unsupported action Speek specified. Actions[0].Type: did you mean Speak?",
    });
  });
});

describe("Participants (Contract: events-participants)", () => {
  it("have the headers that the function may see, in the case in which they came, on every event", () => {
    const shownHeaders = { "X-Account-Id": "42", "user-to-user": "616263;encoding=hex" };
    const call = driveCall({ call: { shownHeaders }, script: [respond([speak()])] });

    call.advance(1_000);
    call.end();

    assert.deepEqual(
      call.events.map((event) => event.CallDetails.Participants[0]?.SipHeaders),
      [shownHeaders, shownHeaders, shownHeaders],
    );
  });

  it("do not show the headers of the API request", () => {
    const call = driveCall({ direction: "Outbound", call: { dialHeaders: { "X-Secret": "1" } } });

    assert.equal("SipHeaders" in (call.events[0]?.CallDetails.Participants[0] ?? {}), false);
  });

  it("have a Status only once the leg was answered or has ended (Contract: events-status-absent)", () => {
    const states: readonly Leg["state"][] = [
      { type: "offered" },
      { type: "answering" },
      { type: "created" },
      { type: "dialing" },
      { type: "ringing" },
      { type: "answered", answeredAt: 1 },
      { type: "ended", endedAt: 1 },
    ];
    const leg = driveCall().state().legs[0] as Leg;

    const shown = describeParticipants(
      states.map((state) => ({ ...leg, state })),
      leg.id,
      defaultCompatibility,
    ).map((one) => one["Status"]);

    assert.deepEqual(shown, [undefined, undefined, undefined, undefined, undefined, "Connected", "Disconnected"]);
  });

  it("are LEG-A, then LEG-B, each with a Status of its own (Contract: events-participants-order, events-partner-listed)", () => {
    const call = driveCall({ direction: "Outbound" });
    call.answer();
    const state = call.state();
    const legB: Leg = {
      ...(state.legs[0] as Leg),
      id: "b" as LegId,
      calledFor: drivenLegId,
      state: { type: "ended", endedAt: 9 },
    };
    const participants = describeParticipants([...state.legs, legB], legB.id, defaultCompatibility);

    const event = buildEvent(
      state,
      {
        type: "HANGUP",
        actionData: undefined,
        error: undefined,
        participants,
        legId: legB.id,
        releasesList: false,
        successAfterwards: undefined,
        awaited: undefined,
      },
      7,
      defaultCompatibility,
    );

    const { Participants } = event["CallDetails"] as { Participants: { ParticipantTag: string; Status: string }[] };
    assert.deepEqual(
      Participants.map((one) => [one.ParticipantTag, one.Status]),
      [
        ["LEG-A", "Connected"],
        ["LEG-B", "Disconnected"],
      ],
    );
  });
});

describe("SipResponseCode of HANGUP (Contract: events-hangup-code)", () => {
  const moved = "which names another place to call: this server does not follow";
  const locked = "which asks for a password: it was given none that is right";
  const ends: readonly [end: LegEnd, code: number, cause: string][] = [
    [{ type: "bye" }, 0, "hung up by the far end"],
    [{ type: "cancelled" }, 0, "cancelled by the caller before the answer"],
    [{ type: "rejected", status: 486 }, 486, "refused by the far end with 486"],
    [{ type: "rejected", status: 600 }, 486, "refused by the far end with 600"],
    [{ type: "rejected", status: 480 }, 480, "refused by the far end with 480"],
    [{ type: "rejected", status: 404 }, 480, "refused by the far end with 404"],
    [{ type: "rejected", status: 408 }, 480, "refused by the far end with 408"],
    [{ type: "rejected", status: 302 }, 480, `refused by the far end with 302, ${moved}`],
    [{ type: "rejected", status: 401 }, 480, `refused by the far end with 401, ${locked}`],
    [{ type: "rejected", status: 407 }, 480, `refused by the far end with 407, ${locked}`],
    [{ type: "rejected", status: 503 }, 480, "refused by the far end with 503"],
    [{ type: "rejected", status: 603 }, 480, "refused by the far end with 603"],
    [{ type: "unreachable", why: "no answer at 127.0.0.1" }, 480, "could not be reached: no answer at 127.0.0.1"],
    [{ type: "no-common-codec" }, 480, "no common codec"],
    [{ type: "no-ack" }, 480, "the answer was never acknowledged"],
    [{ type: "no-media" }, 0, "the far end's audio stopped"],
    [{ type: "failed", why: "no ports left" }, 480, "no ports left"],
  ];
  for (const [end, code, cause] of ends) {
    it(`is ${code} for ${JSON.stringify(end)}, and people read "${cause}"`, () => {
      const call = driveCall({ direction: "Outbound" });

      call.end(end);

      assert.strictEqual(call.lastEvent().ActionData?.Parameters["SipResponseCode"], code);
      assert.equal(call.did("end-call")[0]?.cause, cause);
    });
  }

  it("is absent when the application hung up and named none (Contract: events-hangup-code-of-action)", () => {
    const call: CallDriver = driveCall({ script: [respond([hangup()])] });

    assertJson(call.lastEvent().ActionData, {
      Type: "Hangup",
      Parameters: { CallId: drivenLegId, ParticipantTag: "LEG-A" },
    });
  });
});

describe("Sequence (Contract: events-sequence)", () => {
  it("is 1, 2, 3... over all events of a call; CALL_ANSWERED is 3 when RINGING came and 2 when not", () => {
    const rung = driveCall({ direction: "Outbound" });
    rung.ring();
    rung.answer();
    const direct = driveCall({ direction: "Outbound" });
    direct.answer();

    assert.equal(rung.lastEvent().Sequence, 3);
    assert.equal(direct.lastEvent().Sequence, 2);
  });
});
