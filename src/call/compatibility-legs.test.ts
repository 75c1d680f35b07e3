import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { driveCall, type CallDriver } from "../testing/internal/call-driver.ts";
import { respond, type FunctionEvent, type ScriptedReply } from "../testing/internal/scripted-reply.ts";
import { callAndBridge, hangup, pause, recordAudio, sendDigits, speak } from "../testing/internal/wire-actions.ts";
import type { CompatibilitySwitches } from "./compatibility.ts";
import type { LegEnd } from "../endpoint/index.ts";

/** A call whose two legs are joined; the function answers the success of that with the first reply of `script`. */
function bridged(script: readonly ScriptedReply[], compatibility: Partial<CompatibilitySwitches>): CallDriver {
  const call = driveCall({ script: [respond([callAndBridge()]), ...script], compatibility });
  call.give({ type: "leg-answered", legId: partnerId(call) });
  return call;
}

function partnerId(call: CallDriver) {
  const partner = call.state().legs[1];
  assert.ok(partner, "there is no second leg");
  return partner.id;
}

/** Type and leg of each event after the two that a bridged call begins with. */
function laterEvents({ events }: CallDriver): readonly string[] {
  return events
    .slice(2)
    .map(
      ({ InvocationEventType, ActionData }) =>
        `${InvocationEventType} ${String(ActionData?.Parameters["ParticipantTag"])}`,
    );
}

function participants({ CallDetails }: FunctionEvent): readonly string[] {
  return CallDetails.Participants.map(({ ParticipantTag, Status }) => `${ParticipantTag} ${String(Status)}`);
}

/** The events after a Hangup of one leg of a bridge, with a Pause behind it. */
function hangUp(leg: string, afterHangup: ScriptedReply, compatibility: Partial<CompatibilitySwitches>): CallDriver {
  const list = respond([hangup({ ParticipantTag: leg }), pause(1_000)]);
  const call = bridged([list, afterHangup], compatibility);
  call.advance(1_000);
  return call;
}

const empty = respond([]);

describe("tellActionThatOutlivedUpdate false: the new list begins when the leg of the old action leaves", () => {
  it("HANGUP shows the LEG-B that left, although the list calls a new one at once", () => {
    const keys = respond([sendDigits("1", { ParticipantTag: "LEG-B" })]);
    const call = bridged([keys, respond([callAndBridge()]), empty], { tellActionThatOutlivedUpdate: false });
    call.update();
    call.give({ type: "leg-ended", legId: partnerId(call), end: { type: "bye" } });

    assert.equal(call.lastEvent().InvocationEventType, "HANGUP");
    assert.deepEqual(participants(call.lastEvent()), ["LEG-A Connected", "LEG-B Disconnected"]);
    assert.equal(call.did("dial-leg").length, 2);
  });
});

describe("successAfterHangupOfLegB: a Hangup of LEG-B while LEG-A stays (Contract: events-hangup-partner)", () => {
  const name = "successAfterHangupOfLegB";

  it("successAfterHangupOfLegB when-reply-is-empty: the success comes after an empty reply to HANGUP", () => {
    assert.deepEqual(laterEvents(hangUp("LEG-B", empty, { [name]: "when-reply-is-empty" })), [
      "HANGUP LEG-B",
      "ACTION_SUCCESSFUL LEG-B",
      "ACTION_SUCCESSFUL LEG-A",
    ]);
  });

  it("successAfterHangupOfLegB when-reply-is-empty: after a reply with actions these run, and nothing more is reported", () => {
    assert.deepEqual(laterEvents(hangUp("LEG-B", respond([pause(500)]), { [name]: "when-reply-is-empty" })), [
      "HANGUP LEG-B",
      "ACTION_SUCCESSFUL LEG-A",
    ]);
  });

  it("successAfterHangupOfLegB never: HANGUP is all, and an empty reply to it lets the list go on", () => {
    assert.deepEqual(laterEvents(hangUp("LEG-B", empty, { [name]: "never" })), [
      "HANGUP LEG-B",
      "ACTION_SUCCESSFUL LEG-A",
    ]);
  });

  it("successAfterHangupOfLegB always: the success comes whatever the reply to HANGUP was, and the list goes on once it was answered", () => {
    const events = ["HANGUP LEG-B", "ACTION_SUCCESSFUL LEG-B", "ACTION_SUCCESSFUL LEG-A"];

    assert.deepEqual(laterEvents(hangUp("LEG-B", empty, { [name]: "always" })), events);
    assert.deepEqual(laterEvents(hangUp("LEG-B", respond([pause(500)]), { [name]: "always" })), events);
  });
});

describe("successAfterHangupOfLegA: a Hangup of LEG-A while LEG-B stays (Contract: events-hangup-first-leg)", () => {
  const name = "successAfterHangupOfLegA";

  it("successAfterHangupOfLegA never: HANGUP is all", () => {
    assert.deepEqual(laterEvents(hangUp("LEG-A", empty, { [name]: "never" })).slice(0, 2), [
      "HANGUP LEG-A",
      "ACTION_SUCCESSFUL LEG-B",
    ]);
  });

  it("successAfterHangupOfLegA when-reply-is-empty: the success comes after an empty reply to HANGUP only", () => {
    const position = { [name]: "when-reply-is-empty" } as const;

    assert.equal(laterEvents(hangUp("LEG-A", empty, position))[1], "ACTION_SUCCESSFUL LEG-A");
    assert.equal(laterEvents(hangUp("LEG-A", respond([pause(500)]), position))[1], "ACTION_SUCCESSFUL LEG-B");
  });

  it("successAfterHangupOfLegA always: the success comes whatever the reply to HANGUP was", () => {
    const position = { [name]: "always" } as const;

    assert.equal(laterEvents(hangUp("LEG-A", empty, position))[1], "ACTION_SUCCESSFUL LEG-A");
    assert.equal(laterEvents(hangUp("LEG-A", respond([pause(500)]), position))[1], "ACTION_SUCCESSFUL LEG-A");
  });
});

describe("ringingForLegB: the second party rings (Contract: events-ringing-partner)", () => {
  const ringing = (ringingForLegB: boolean) => {
    const call = driveCall({ script: [respond([callAndBridge()])], compatibility: { ringingForLegB } });
    call.give({ type: "leg-ringing", legId: partnerId(call) });
    return call;
  };

  it("ringingForLegB false: the function hears nothing", () => {
    assert.deepEqual(ringing(false).eventTypes(), ["NEW_INBOUND_CALL"]);
  });

  it("ringingForLegB true: RINGING lists LEG-B without Status, and a failed bridge does not", () => {
    const call = ringing(true);
    assert.equal(call.lastEvent().InvocationEventType, "RINGING");
    assert.deepEqual(participants(call.lastEvent()), ["LEG-A undefined", "LEG-B undefined"]);

    call.give({ type: "leg-ended", legId: partnerId(call), end: { type: "rejected", status: 486 } });

    assert.equal(call.lastEvent().ActionData?.ErrorType, "CallNotAnswered");
    assert.deepEqual(participants(call.lastEvent()), ["LEG-A undefined"]);
  });
});

describe("tellActionWhenLegLeaves: the caller hangs up during an action (Contract: events-leg-leaves-action)", () => {
  const leaving = (action: ReturnType<typeof speak>, tellActionWhenLegLeaves: boolean) => {
    const call = driveCall({ script: [respond([action])], compatibility: { tellActionWhenLegLeaves } });
    call.end();
    return call;
  };

  it("tellActionWhenLegLeaves true: it fails, a recording succeeds, then comes HANGUP", () => {
    assert.deepEqual(leaving(speak(), true).eventTypes().slice(1), ["ACTION_FAILED", "HANGUP"]);
    assert.deepEqual(leaving(recordAudio(), true).eventTypes().slice(1), ["ACTION_SUCCESSFUL", "HANGUP"]);
  });

  it("tellActionWhenLegLeaves false: HANGUP is all, and a recording is ended and kept without a word", () => {
    assert.deepEqual(leaving(speak(), false).eventTypes().slice(1), ["HANGUP"]);

    const recording = leaving(recordAudio(), false);
    assert.deepEqual(recording.eventTypes().slice(1), ["HANGUP"]);
    assert.equal(recording.did("stop-record-audio").length, 1);
    assert.equal(recording.did("end-call").length, 1);
  });
});

describe("rawSipResponseCodes: the code in HANGUP (Contract: events-hangup-code)", () => {
  const codes = (rawSipResponseCodes: boolean) => {
    const ends: readonly LegEnd[] = [
      { type: "rejected", status: 404 },
      { type: "rejected", status: 600 },
      { type: "rejected", status: 486 },
      { type: "bye" },
    ];
    const outbound = ends.map((end) => {
      const call = driveCall({ direction: "Outbound", compatibility: { rawSipResponseCodes } });
      call.end(end);
      return call;
    });
    const inbound = driveCall({ compatibility: { rawSipResponseCodes } });
    inbound.end({ type: "cancelled" });
    return [...outbound, inbound].map((call) => call.lastEvent().ActionData?.Parameters["SipResponseCode"]);
  };

  it("rawSipResponseCodes false: only 0, 480 and 486 are shown, and a caller who gave up is 0", () => {
    assert.deepEqual(codes(false), [480, 486, 486, 0, 0]);
  });

  it("rawSipResponseCodes true: a refusal is shown with its own status, and a caller who gave up as 487", () => {
    assert.deepEqual(codes(true), [404, 600, 486, 0, 487]);
  });
});

describe("statusOfHangupZero: a Hangup with code 0 on an unanswered call (Contract: actions-hangup-zero-unanswered)", () => {
  const refusal = (compatibility: Partial<CompatibilitySwitches>, parameters = {}) => {
    const call = driveCall({ script: [respond([hangup(parameters)])], compatibility });
    return [call.did("reject-leg")[0]?.status, call.lastEvent().ActionData?.Parameters["SipResponseCode"]];
  };

  it("statusOfHangupZero 480: the caller gets 480, and HANGUP shows 0", () => {
    assert.deepEqual(refusal({}, { SipResponseCode: "0" }), [480, 0]);
    assert.deepEqual(refusal({}), [480, undefined]);
  });

  it("statusOfHangupZero 486: the caller gets 486", () => {
    assert.deepEqual(refusal({ statusOfHangupZero: 486 }, { SipResponseCode: "0" }), [486, 0]);
    assert.deepEqual(refusal({ statusOfHangupZero: 486 }, { SipResponseCode: "480" }), [480, 480]);
  });

  it("statusOfHangupZero 603: the caller gets 603", () => {
    assert.deepEqual(refusal({ statusOfHangupZero: 603 }, { SipResponseCode: "0" }), [603, 0]);
    assert.deepEqual(refusal({ statusOfHangupZero: 603 }, { SipResponseCode: "486" }), [486, 486]);
  });

  it("is of no matter when the longest time for a call ends it unanswered: the caller gets 480", () => {
    const script = [respond([pause(5_000)])];
    const compatibility = { statusOfHangupZero: 603 } as const;
    const call = driveCall({ script, compatibility, limits: { longestCallMs: 3_000 } });
    call.advance(3_000);

    assert.equal(call.did("reject-leg")[0]?.status, 480);
  });
});

describe("listDepartedLegB: participants after LEG-B has left (Contract: events-partner-departed)", () => {
  const listed = (listDepartedLegB: boolean) => {
    const call = bridged([empty], { listDepartedLegB });
    call.give({ type: "leg-ended", legId: partnerId(call), end: { type: "bye" } });
    call.update();
    return call.events.slice(2).map(participants);
  };

  it("listDepartedLegB true: it stays there as Disconnected", () => {
    const both = ["LEG-A Connected", "LEG-B Disconnected"];

    assert.deepEqual(listed(true), [both, both]);
  });

  it("listDepartedLegB false: its HANGUP is the last event that lists it", () => {
    assert.deepEqual(listed(false), [["LEG-A Connected", "LEG-B Disconnected"], ["LEG-A Connected"]]);
  });
});
