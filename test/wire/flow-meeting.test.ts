import assert from "node:assert/strict";
import { slicePcm, toneLevelDbfs, type Pcm } from "../../src/testing/index.ts";
import { ownNumber, type CallKit, type WireAction } from "../interop/kit.ts";
import { playAudio } from "./call-scene.ts";
import { hearing, messageLines, ourBye, setUpOf, theirBye } from "./flow-lines.ts";
import { hangUpLeg } from "./flow-scene.ts";
import { readRecording } from "./read-recording.ts";
import {
  callIn,
  fromNumbers,
  joinMeeting,
  meetingTest,
  modifyAttendees,
  tonesHz,
  type Caller,
} from "./meeting-scene.ts";

/** The SIP messages of a caller's leg, from the server's side. The last response may come after the end of the call. */
async function assertMessages(kit: CallKit, { call }: Caller, expected: readonly string[]): Promise<void> {
  const seen = (): readonly string[] => messageLines(kit, call.sipCallId);
  await kit.until("the last SIP message", () => seen().length >= expected.length, 2_000).catch(() => undefined);
  assert.deepEqual(seen(), expected);
}

const both = "[A Connected, B Connected]";
const left = "[A Connected, B Disconnected]";
const gone = "[A Disconnected, B Disconnected]";
const opening = [
  "NEW_INBOUND_CALL [A -]",
  `ACTION_SUCCESSFUL JoinChimeMeeting ${both}`,
  `ACTION_SUCCESSFUL PlayAudio ${both}`,
];

// Flow 8.14. Acceptance: 11, 28. Contract: actions-join-chime-meeting, actions-join-chime-meeting-answers, events-hangup-meeting-with-telephone
meetingTest(
  "flow 8.14: two callers in a meeting hear each other, not themselves; who hangs up is told by one HANGUP, and the other goes on",
  async ({ kit, dial }) => {
    const one = await dial("one");
    await one.hears("");
    const two = await dial("two");
    await one.hears("two");
    await two.hears("one");
    const three = await dial("three");
    await one.hears("two+three");
    await two.hears("one+three");
    await three.hears("one+two");
    two.call.hangUp();
    three.call.hangUp();
    await one.hears("");
    one.call.hangUp();
    await kit.untilEnded(3);

    for (const caller of [one, two, three]) {
      assert.deepEqual(caller.told(), [...opening, `HANGUP LEG-A 0 ${gone}`]);
      await assertMessages(kit, caller, [...setUpOf.Inbound, ...theirBye]);
    }
  },
);

// Flow 8.14. Acceptance: 13. Contract: events-hangup-meeting
meetingTest(
  "flow 8.14: DeleteMeeting takes all callers out: HANGUP of LEG-B, a prompt, and the function hangs up; nobody joins any more",
  async ({ kit, meeting, dial }) => {
    const one = await dial("one");
    const two = await dial("two");
    await meeting.end();
    await one.hears("over");
    await Promise.all([one.call.ended, two.call.ended]);
    await kit.untilEnded(2);

    for (const caller of [one, two]) {
      assert.deepEqual(caller.told(), [...opening, `HANGUP LEG-B 0 ${left}`, `HANGUP LEG-A undefined ${gone}`]);
      await assertMessages(kit, caller, [...setUpOf.Inbound, ...ourBye]);
    }
    const opened = await kit.openPhone();
    const late = callIn(kit, opened, fromNumbers.three, { meeting, attendee: one.attendee });
    await late.isTold("ACTION_FAILED JoinChimeMeeting InvalidActionParameter");
    late.call.hangUp();
    await kit.untilEnded(3);
    await opened.close();
  },
);

// Flow 8.14. Acceptance: 10. Contract: events-hangup-meeting-leg, actions-join-chime-meeting-once
meetingTest(
  "flow 8.14: a Hangup of LEG-B takes the caller out of the meeting with ACTION_SUCCESSFUL; the call lives, and joins again",
  async ({ kit, meeting, dial }) => {
    const one = await dial("one");
    const two = await dial("two");
    await two.hears("one");
    await one.update(hangUpLeg("LEG-B"));
    await one.isTold("ACTION_SUCCESSFUL Hangup");
    await two.hears("");
    await one.hears("");
    await one.update(joinMeeting(meeting, one.attendee));
    await one.isTold("ACTION_SUCCESSFUL JoinChimeMeeting", 2);
    await one.isTold("ACTION_SUCCESSFUL PlayAudio", 2);
    await two.hears("one");
    await one.hears("two");
    one.call.hangUp();
    two.call.hangUp();
    await kit.untilEnded(2);

    assert.deepEqual(one.told(), [
      ...opening,
      `CALL_UPDATE_REQUESTED ${both}`,
      `ACTION_SUCCESSFUL Hangup ${left}`,
      `CALL_UPDATE_REQUESTED ${left}`,
      ...opening.slice(1),
      `HANGUP LEG-A 0 ${gone}`,
    ]);
    const meetingLegs = new Set(
      kit
        .events()
        .flatMap(({ CallDetails }) => CallDetails.Participants)
        .filter(({ From }) => From === "SMA")
        .map(({ CallId }) => CallId),
    );
    assert.equal(meetingLegs.size, 3, "each way into the meeting is a leg of its own");
  },
);

// Flow 8.14. Acceptance: 6, 9. Contract: actions-meeting-audio, actions-modify-chime-meeting-attendees
meetingTest(
  "*7 mutes the caller and *8 lets him speak again: the others hear that, he hears them throughout, and prompts are his alone",
  async ({ kit, dial }) => {
    const one = await dial("one");
    const two = await dial("two");
    await one.call.pressKeys("*7");
    await one.isTold("ACTION_SUCCESSFUL ModifyChimeMeetingAttendees");
    assert.equal(await hearing(kit, two.call, tonesHz), "");
    await one.isTold("ACTION_SUCCESSFUL PlayAudio", 2);
    await one.hears("two");
    await two.hears("");
    await one.call.pressKeys("*8");
    await one.isTold("ACTION_SUCCESSFUL PlayAudio", 3);
    await two.hears("one");
    one.call.hangUp();
    two.call.hangUp();
    await kit.untilEnded(2);

    assert.deepEqual(one.told().slice(opening.length), [
      `DIGITS_RECEIVED *7 ${both}`,
      `ACTION_SUCCESSFUL ModifyChimeMeetingAttendees ${both}`,
      `ACTION_SUCCESSFUL PlayAudio ${both}`,
      `DIGITS_RECEIVED *8 ${both}`,
      `ACTION_SUCCESSFUL ModifyChimeMeetingAttendees ${both}`,
      `ACTION_SUCCESSFUL PlayAudio ${both}`,
      `HANGUP LEG-A 0 ${gone}`,
    ]);
  },
);

// Flow 8.14. Acceptance: 6, 7. Contract: actions-modify-chime-meeting-attendees, actions-modify-chime-meeting-attendees-fails,
// actions-modify-chime-meeting-attendees-list
meetingTest(
  "one caller mutes all three by an update, and lets them speak again; with somebody who is not there nobody is muted",
  async ({ kit, meeting, dial }) => {
    const callers = [await dial("one"), await dial("two"), await dial("three")] as const;
    const [one, two, three] = callers;
    const everybody = callers.map(({ attendee }) => attendee.attendeeId);
    await one.update(modifyAttendees(meeting, "Mute", [...everybody, "stranger"]));
    await one.isTold("ACTION_FAILED ModifyChimeMeetingAttendees InvalidActionParameter");
    await one.hears("two+three");
    await two.hears("one+three");
    await one.update(modifyAttendees(meeting, "Mute", everybody));
    await one.isTold("ACTION_SUCCESSFUL ModifyChimeMeetingAttendees");
    await two.hears("");
    await three.hears("");
    await one.isTold("ACTION_SUCCESSFUL PlayAudio", 2);
    await one.hears("");
    await one.update(modifyAttendees(meeting, "Unmute", everybody));
    await two.hears("one+three");
    await three.hears("one+two");
    await one.isTold("ACTION_SUCCESSFUL PlayAudio", 3);
    await one.hears("two+three");
    for (const { call } of callers) call.hangUp();
    await kit.untilEnded(3);

    const outcomes = kit
      .events()
      .filter(({ ActionData }) => ActionData?.Type === "ModifyChimeMeetingAttendees")
      .map(({ ActionData }) => ActionData);
    const echo = (Operation: string, AttendeeList: readonly string[]) => ({
      Type: "ModifyChimeMeetingAttendees",
      Parameters: { Operation, MeetingId: meeting.meetingId, AttendeeList, ParticipantTag: "LEG-B" },
    });
    assert.deepEqual(outcomes, [
      {
        ...echo("Mute", [...everybody, "stranger"]),
        ErrorType: "InvalidActionParameter",
        ErrorMessage: "One or more attendees are not part of this meeting. All attendees must be part of this meeting.",
        ErrorList: ["stranger"],
      },
      echo("Mute", everybody),
      echo("Unmute", everybody),
    ]);
  },
);

// Contract: actions-voice-focus-effect
meetingTest(
  "VoiceFocus of a caller in a meeting takes what is steady out of what the others hear, and leaves it in again; he hears all",
  async ({ kit, dial }) => {
    const focus = (Enable: boolean): WireAction => ({
      Type: "VoiceFocus",
      Parameters: { ParticipantTag: "LEG-A", Enable },
    });
    const one = await dial("one");
    const two = await dial("two");
    await two.hears("one");
    await one.update(focus(true));
    await two.hears("");
    await one.hears("two");
    await one.update(focus(false));
    await two.hears("one");
    one.call.hangUp();
    two.call.hangUp();
    await kit.untilEnded(2);
  },
);

// Contract: actions-meeting-audio
meetingTest(
  "a recording of a caller in a meeting has what he says on the left, and on the right what he hears, prompts too; the keys of another are not among it",
  async ({ kit, dial }) => {
    const one = await dial("one");
    const two = await dial("two");
    await one.update(
      {
        Type: "StartCallRecording",
        Parameters: {
          ParticipantTag: "LEG-A",
          Track: "BOTH",
          Destination: { Type: "S3", Location: "rec/meeting" },
        },
      },
      playAudio("muted.wav", { ParticipantTag: "LEG-A" }),
    );
    await one.isTold("ACTION_SUCCESSFUL PlayAudio", 2);
    await kit.pass(1_000);
    await two.call.pressKeys("12");
    await two.hears("one");
    two.call.hangUp();
    await one.hears("");
    one.call.hangUp();
    await kit.untilEnded(2);
    const stored = () => kit.facts.find((fact) => fact.type === "recording-stored");
    await kit.until("the recording is stored", () => stored() !== undefined);
    const { bucket = "", key = "" } = stored() ?? {};
    const { channels } = await readRecording(kit, `${bucket}/${key}`);

    const heardIn = (pcm: Pcm | undefined, startMs: number): string =>
      Object.entries(tonesHz)
        .filter(([, hz]) => pcm !== undefined && toneLevelDbfs(slicePcm(pcm, startMs, startMs + 400), hz) > -30)
        .map(([name]) => name)
        .join("+");
    const [left, right] = channels;
    assert.deepEqual(
      [300, 1_600].map((startMs) => [heardIn(left, startMs), heardIn(right, startMs)]),
      [
        ["one", "muted"],
        ["one", "two"],
      ],
    );
    assert.equal((await one.call.ended).digits, "", "keys of one caller are not made anew for another");
  },
);

// Acceptance: 14. Contract: events-hangup-meeting
meetingTest(
  "an attendee who is deleted, and one whose token is used elsewhere, are put out: HANGUP of LEG-B; the others stay",
  async ({ kit, meeting, dial }) => {
    const one = await dial("one");
    const two = await dial("two");
    await meeting.dismiss(two.attendee.attendeeId);
    await two.isTold("HANGUP LEG-B");
    await two.call.ended;
    await one.hears("");
    const three = await dial("three", one.attendee);
    await one.isTold("HANGUP LEG-B");
    await one.call.ended;
    await three.hears("");
    three.call.hangUp();
    await kit.untilEnded(3);

    const end = [`HANGUP LEG-B 0 ${left}`, `HANGUP LEG-A undefined ${gone}`];
    assert.deepEqual(one.told(), [...opening, ...end]);
    assert.deepEqual(two.told(), [...opening, ...end]);
  },
);

// Contract: actions-join-chime-meeting-refused, actions-bridge-in-meeting, actions-modify-chime-meeting-attendees-fails
meetingTest(
  "a token that is wrong, and what a call in a meeting cannot do, fail with the words of the contract",
  async ({ kit, meeting, dial }) => {
    const one = await dial("one");
    const attempts: readonly (readonly [WireAction, string])[] = [
      [
        {
          Type: "CallAndBridge",
          Parameters: {
            CallerIdNumber: ownNumber,
            Endpoints: [{ BridgeEndpointType: "PSTN", Uri: fromNumbers.two }],
          },
        },
        "CallId or ParticipantTag parameter for action is invalid.",
      ],
      [joinMeeting(meeting, one.attendee), "JoinToken parameter value is invalid."],
      [
        modifyAttendees({ ...meeting, meetingId: "2b9f5c1e-0000-4000-8000-000000000000" }, "Mute", [
          one.attendee.attendeeId,
        ]),
        "Meeting ID parameter value is invalid.",
      ],
      [
        playAudio("muted.wav", { ParticipantTag: "LEG-B" }),
        "CallId or ParticipantTag parameter for action is invalid.",
      ],
      [hangUpLeg("LEG-B"), ""],
      [joinMeeting(meeting, { attendeeId: "x", joinToken: "bm9ib2R5" }), "JoinToken parameter value is invalid."],
      [
        joinMeeting({ ...meeting, meetingId: "2b9f5c1e-0000-4000-8000-000000000000" }, one.attendee),
        "JoinToken parameter value is invalid.",
      ],
      [modifyAttendees(meeting, "Mute", [one.attendee.attendeeId]), "Invalid action on the call."],
    ];
    for (const [action] of attempts) {
      const before = one.told().filter((line) => line.startsWith("ACTION_")).length;
      await one.update(action);
      await kit.until(action.Type, () => one.told().filter((line) => line.startsWith("ACTION_")).length > before);
    }
    one.call.hangUp();
    await kit.untilEnded();

    const outcomes = kit
      .events()
      .filter(({ InvocationEventType: type }) => type.startsWith("ACTION_"))
      .slice(2)
      .map(({ ActionData }) => (ActionData as { ErrorMessage?: string }).ErrorMessage ?? "");
    assert.deepEqual(
      outcomes,
      attempts.map(([, message]) => message),
    );
  },
);

// Contract: events-hangup-meeting-with-telephone
meetingTest(
  "a server that stops ends the calls in its meetings: one HANGUP for each, with both legs gone, and a BYE",
  async ({ kit, dial }) => {
    const one = await dial("one");
    const two = await dial("two");
    await kit.server.close();
    await Promise.all([one.call.ended, two.call.ended]);

    for (const caller of [one, two]) {
      assert.deepEqual(caller.told(), [...opening, `HANGUP LEG-A 0 ${gone}`]);
      await assertMessages(kit, caller, [...setUpOf.Inbound, ...ourBye]);
    }
  },
);

// Contract: sip-and-media-audio-stops
meetingTest(
  "a caller whose audio stops for a minute is out of the meeting with his call; the others go on",
  async ({ kit, dial, vanish }) => {
    const one = await dial("one");
    const two = await dial("two");
    await vanish("two");
    await one.hears("");
    await two.isTold("HANGUP LEG-A");
    await one.hears("");
    one.call.hangUp();
    await kit.untilEnded(2);

    assert.deepEqual(two.told(), [...opening, `HANGUP LEG-A 0 ${gone}`]);
    assert.equal(
      kit.facts.some((fact) => fact.type === "leg-changed" && fact.cause === "the telephone has left"),
      true,
    );
  },
);
