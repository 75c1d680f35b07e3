import assert from "node:assert/strict";
import { pause, playAudio } from "./call-scene.ts";
import { ourBye, theirBye } from "./flow-lines.ts";
import { assertNear, soundingParts } from "./heard.ts";
import { assertFlow, flowTest, hangUpLeg, source } from "./flow-scene.ts";

const inbound = { directions: ["Inbound"] } as const;
const outbound = { directions: ["Outbound"] } as const;
const getDigits = {
  Type: "PlayAudioAndGetDigits",
  Parameters: {
    AudioSource: source("prompt.wav"),
    FailureAudioSource: source("prompt.wav"),
    MinNumberOfDigits: 2,
    MaxNumberOfDigits: 2,
    RepeatDurationInMilliseconds: 5_000,
  },
};
const speak = { Type: "Speak", Parameters: { Text: "Good day." } };

flowTest(
  "inbound, answered by a prompt: the 200 comes with the first action, then the end of the list, then HANGUP",
  { ...inbound, start: [speak, getDigits] },
  async (scene) => {
    await scene.runs("PlayAudioAndGetDigits");
    await scene.a.pressKeys("42");
    await scene.reported("ACTION_SUCCESSFUL");
    scene.a.hangUp();
    await scene.over();

    await assertFlow(scene, {
      events: ["ACTION_SUCCESSFUL PlayAudioAndGetDigits [A Connected]", "HANGUP LEG-A 0 [A Disconnected]"],
      a: theirBye,
    });
  },
);

for (const [code, status] of [
  ["486", 486],
  ["480", 480],
  ["0", 480],
] as const) {
  flowTest(
    `inbound, refused with Hangup ${code}: ${status} on the wire, ${code} in the event, never answered`,
    { ...inbound, start: [hangUpLeg("LEG-A", code)] },
    async (scene) => {
      const { answered, end } = await scene.a.ended;
      await scene.over();

      assert.equal(answered, false);
      assert.equal(end.type === "rejected" && end.status, status);
      await assertFlow(scene, {
        setUp: "none",
        events: ["NEW_INBOUND_CALL [A -]", `HANGUP LEG-A ${code} [A Disconnected]`],
        a: ["< INVITE", "> 100", "> 180", `> ${status}`, "< ACK"],
      });
    },
  );
}

flowTest(
  "inbound, the caller cancels before the answer: 200 to the CANCEL, 487 to the INVITE, HANGUP 0",
  { ...inbound, start: [pause(20_000), speak] },
  async (scene) => {
    await scene.reported("NEW_INBOUND_CALL");
    await scene.a.ringing;
    scene.a.hangUp();
    await scene.over();

    await assertFlow(scene, {
      setUp: "none",
      events: ["NEW_INBOUND_CALL [A -]", "HANGUP LEG-A 0 [A Disconnected]"],
      a: ["< INVITE", "> 100", "> 180", "< CANCEL", "> 200 CANCEL", "> 487", "< ACK"],
    });
  },
);

flowTest(
  "outbound, answered: NEW_OUTBOUND_CALL, the INVITE, RINGING, CALL_ANSWERED, then the actions",
  { ...outbound, start: [playAudio("prompt.wav")] },
  async (scene) => {
    await scene.reported("ACTION_SUCCESSFUL");
    scene.a.hangUp();
    await scene.over();

    await assertFlow(scene, {
      events: ["ACTION_SUCCESSFUL PlayAudio [A Connected]", "HANGUP LEG-A 0 [A Disconnected]"],
      a: theirBye,
    });
  },
);

flowTest(
  "outbound, answered without ringing: no RINGING",
  { ...outbound, start: [hangUpLeg("LEG-A")], phoneA: { onCall: (call) => call.answer() } },
  async (scene) => {
    await scene.over();

    await assertFlow(scene, {
      setUp: "none",
      events: ["NEW_OUTBOUND_CALL [A -]", "CALL_ANSWERED [A Connected]", "HANGUP LEG-A 0 [A Disconnected]"],
      a: ["> INVITE", "< 100", "< 200", "> ACK", ...ourBye],
    });
  },
);

for (const [what, status, code] of [
  ["busy", 486, 486],
  ["busy everywhere", 600, 486],
  ["declined", 603, 480],
  ["unknown", 404, 480],
] as const) {
  flowTest(
    `outbound, ${what}: ${status} gives HANGUP ${code}`,
    { ...outbound, start: [speak], phoneA: { greeting: { type: "reject", status } } },
    async (scene) => {
      await scene.over();

      await assertFlow(scene, {
        setUp: "none",
        events: ["NEW_OUTBOUND_CALL [A -]", `HANGUP LEG-A ${code} [A Disconnected]`],
        a: ["> INVITE", "< 100", `< ${status}`, "> ACK"],
      });
    },
  );
}

const unanswered = {
  setUp: "none",
  events: ["NEW_OUTBOUND_CALL [A -]", "RINGING [A -]", "HANGUP LEG-A 480 [A Disconnected]"],
  a: ["> INVITE", "< 100", "< 180", "> CANCEL", "< 200 CANCEL", "< 487", "> ACK"],
} as const;

flowTest(
  "outbound, not answered in time: CANCEL, HANGUP 480",
  { ...outbound, start: [speak], phoneA: { greeting: { type: "ring" } }, limits: { ringTimeoutSeconds: 1 } },
  async (scene) => {
    await scene.over();

    await assertFlow(scene, unanswered);
  },
);

flowTest(
  "outbound, the function hangs up while it rings, which the original cannot: CANCEL, HANGUP with its code",
  { ...outbound, start: [speak], phoneA: { greeting: { type: "ring" } } },
  async (scene) => {
    await scene.reported("RINGING");
    await scene.update(hangUpLeg("LEG-A", "480"));
    await scene.over();

    const [created, ringing, hangUp] = unanswered.events;
    await assertFlow(scene, { ...unanswered, events: [created, ringing, "CALL_UPDATE_REQUESTED [A -]", hangUp] });
  },
);

flowTest(
  "the function hangs up the only leg: HANGUP alone, and the prompt before it is heard to its last packet",
  { start: [playAudio("prompt.wav"), hangUpLeg("LEG-A")] },
  async (scene) => {
    const { heard } = await scene.a.ended;
    await scene.over();

    const parts = soundingParts(heard);
    assert.equal(parts.length, 1);
    const [{ start, end } = { start: 0, end: 0 }] = parts;
    // A sine begins and ends near zero.
    assertNear((end - start) / 8, 500, 1, "length of the prompt");

    await assertFlow(scene, { events: ["HANGUP LEG-A 0 [A Disconnected]"], a: ourBye });
  },
);

flowTest(
  "an update while an action runs: a prompt gives way at once, ACTION_INTERRUPTED; what was queued is dropped",
  { start: [playAudio("long.wav"), playAudio("prompt.wav"), hangUpLeg("LEG-A")] },
  async (scene) => {
    await scene.a.answered;
    assert.equal(await scene.hears(scene.a), "long");
    await scene.update(playAudio("ring.wav", { Repeat: 4 }));
    await scene.reported("ACTION_INTERRUPTED");
    assert.equal(await scene.hears(scene.a), "ring");
    await scene.reported("ACTION_SUCCESSFUL");
    scene.a.hangUp();
    await scene.over();

    await assertFlow(scene, {
      events: [
        "CALL_UPDATE_REQUESTED [A Connected]",
        "ACTION_INTERRUPTED PlayAudio [A Connected]",
        "ACTION_SUCCESSFUL PlayAudio [A Connected]",
        "HANGUP LEG-A 0 [A Disconnected]",
      ],
      a: theirBye,
    });
  },
);

flowTest(
  "an update while an action runs that cannot be interrupted: its result is told first, then the new list runs",
  { start: [getDigits, playAudio("long.wav")] },
  async (scene) => {
    await scene.runs("PlayAudioAndGetDigits");
    await scene.update(playAudio("prompt.wav"));
    await scene.reported("CALL_UPDATE_REQUESTED");
    await scene.a.pressKeys("12");
    await scene.reported("ACTION_SUCCESSFUL PlayAudio [");
    scene.a.hangUp();
    await scene.over();

    await assertFlow(scene, {
      events: [
        "CALL_UPDATE_REQUESTED [A Connected]",
        "ACTION_SUCCESSFUL PlayAudioAndGetDigits [A Connected]",
        "ACTION_SUCCESSFUL PlayAudio [A Connected]",
        "HANGUP LEG-A 0 [A Disconnected]",
      ],
      a: theirBye,
    });
  },
);

flowTest(
  "an update that the function answers with nothing: the prompt goes on",
  { ...inbound, start: [playAudio("long.wav")] },
  async (scene) => {
    await scene.a.answered;
    await scene.update();
    await scene.reported("CALL_UPDATE_REQUESTED");
    assert.equal(await scene.hears(scene.a), "long");
    scene.a.hangUp();
    await scene.over();

    await assertFlow(scene, {
      events: [
        "CALL_UPDATE_REQUESTED [A Connected]",
        "ACTION_FAILED PlayAudio SystemException [A Disconnected]",
        "HANGUP LEG-A 0 [A Disconnected]",
      ],
      a: theirBye,
    });
  },
);

flowTest(
  "an update of an idle call: its actions run at once",
  { ...outbound, start: [playAudio("prompt.wav")] },
  async (scene) => {
    await scene.reported("ACTION_SUCCESSFUL");
    await scene.update(playAudio("prompt.wav"), hangUpLeg("LEG-A"));
    const { end } = await scene.a.ended;
    await scene.over();

    assert.equal(end.type, "bye");
    await assertFlow(scene, {
      events: [
        "ACTION_SUCCESSFUL PlayAudio [A Connected]",
        "CALL_UPDATE_REQUESTED [A Connected]",
        "HANGUP LEG-A 0 [A Disconnected]",
      ],
      a: ourBye,
    });
  },
);
