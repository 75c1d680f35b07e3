import type { WireAction } from "../interop/kit.ts";
import { pause, playAudio } from "./call-scene.ts";
import { answeredB, ourBye, theirBye } from "./flow-lines.ts";
import { assertFlow, bridge, flowTest, hangUpLeg, source, type Direction } from "./flow-scene.ts";

const gone = "[A Disconnected]";
const failed = (type: string) => [`ACTION_FAILED ${type} SystemException ${gone}`];
const digitRules = { RepeatDurationInMilliseconds: 5_000 };
const longText = { Text: "This takes a good while to say, so there is plenty of time for everybody to leave." };
const cancelledB = ["> INVITE", "< 100", "< 180", "> CANCEL", "< 200 CANCEL", "< 487", "> ACK"];

const inbound: readonly Direction[] = ["Inbound"];
const outbound: readonly Direction[] = ["Outbound"];

/** Each kind of action, and what is told of it when its leg leaves while it runs. */
const leaving: readonly {
  readonly action: WireAction;
  readonly reported: readonly string[];
  readonly directions?: readonly Direction[];
  readonly b?: readonly (readonly string[])[];
}[] = [
  { action: playAudio("long.wav"), reported: failed("PlayAudio"), directions: ["Inbound", "Outbound"] },
  { action: { Type: "Speak", Parameters: longText }, reported: failed("Speak") },
  {
    action: {
      Type: "PlayAudioAndGetDigits",
      Parameters: { ...digitRules, AudioSource: source("long.wav"), FailureAudioSource: source("prompt.wav") },
    },
    reported: failed("PlayAudioAndGetDigits"),
  },
  {
    action: {
      Type: "SpeakAndGetDigits",
      Parameters: { ...digitRules, SpeechParameters: longText, FailureSpeechParameters: longText },
    },
    reported: failed("SpeakAndGetDigits"),
  },
  { action: { Type: "SendDigits", Parameters: { Digits: "1".repeat(50) } }, reported: failed("SendDigits") },
  {
    action: {
      Type: "RecordAudio",
      Parameters: {
        DurationInSeconds: "20",
        RecordingDestination: { Type: "S3", BucketName: "rec", Prefix: "mail/" },
      },
    },
    reported: [`ACTION_SUCCESSFUL RecordAudio ${gone}`],
    directions: ["Inbound", "Outbound"],
  },
  { action: pause(20_000), reported: [] },
  { action: bridge(), reported: [], directions: ["Inbound", "Outbound"], b: [cancelledB] },
];

for (const { action, reported, directions = inbound, b = [] } of leaving) {
  flowTest(
    `the leg leaves while an action runs on it: ${action.Type}, ${reported[0] ?? "of which nothing is told"}`,
    { start: [playAudio("prompt.wav"), action], directions, phoneB: { greeting: { type: "ring" } } },
    async (scene) => {
      await scene.a.answered;
      await scene.kit.until(`${action.Type} has begun`, () => {
        const started = scene.kit.facts.filter(({ type }) => type === "action-started");
        return started.length >= 2;
      });
      if (b.length > 0) await (await scene.nextB()).ringing;
      scene.a.hangUp();
      await scene.over();

      await assertFlow(scene, { events: [...reported, `HANGUP LEG-A 0 ${gone}`], a: theirBye, b });
    },
  );
}

const both = "[A Connected, B Connected]";

flowTest(
  "the leg leaves while an action runs on it: the caller cancels while LEG-B rings, and LEG-B is cancelled",
  { start: [bridge()], directions: inbound, phoneB: { greeting: { type: "ring" } } },
  async (scene) => {
    await (
      await scene.nextB()
    ).ringing;
    scene.a.hangUp();
    await scene.over();

    await assertFlow(scene, {
      setUp: "none",
      events: ["NEW_INBOUND_CALL [A -]", `HANGUP LEG-A 0 ${gone}`],
      a: ["< INVITE", "> 100", "> 180", "> 180", "< CANCEL", "> 200 CANCEL", "> 487", "< ACK"],
      b: [cancelledB],
    });
  },
);

flowTest(
  "the leg leaves while an action runs on it: LEG-B during a prompt to it; LEG-A stays",
  { directions: inbound, start: [bridge()] },
  async (scene) => {
    const b = await scene.bridged();
    await scene.update(playAudio("long.wav", { ParticipantTag: "LEG-B" }));
    await scene.runs("PlayAudio");
    b.hangUp();
    await scene.reported("HANGUP LEG-B");
    scene.a.hangUp();
    await scene.over();

    const alone = "[A Connected, B Disconnected]";
    await assertFlow(scene, {
      setUp: "bridged",
      events: [
        `ACTION_SUCCESSFUL CallAndBridge ${both}`,
        `CALL_UPDATE_REQUESTED ${both}`,
        `ACTION_FAILED PlayAudio SystemException ${alone}`,
        `HANGUP LEG-B 0 ${alone}`,
        "HANGUP LEG-A 0 [A Disconnected, B Disconnected]",
      ],
      a: theirBye,
      b: [[...answeredB, ...theirBye]],
    });
  },
);

flowTest(
  "the other leg leaves while an action runs: LEG-B leaves, and the prompt to LEG-A goes on",
  { directions: outbound, start: [bridge()] },
  async (scene) => {
    const b = await scene.bridged();
    await scene.update(playAudio("prompt.wav", { ParticipantTag: "LEG-A", Repeat: 2 }), hangUpLeg("LEG-A"));
    await scene.runs("PlayAudio");
    b.hangUp();
    await scene.over();

    const alone = "[A Connected, B Disconnected]";
    await assertFlow(scene, {
      setUp: "bridged",
      events: [
        `ACTION_SUCCESSFUL CallAndBridge ${both}`,
        `CALL_UPDATE_REQUESTED ${both}`,
        `HANGUP LEG-B 0 ${alone}`,
        "HANGUP LEG-A 0 [A Disconnected, B Disconnected]",
      ],
      a: ourBye,
      b: [[...answeredB, ...theirBye]],
    });
  },
);

flowTest(
  "the function hangs up LEG-A while LEG-B rings: a CallAndBridge runs to its end, then the Hangup",
  {
    start: [bridge({ CallTimeoutSeconds: 10 })],
    phoneB: { greeting: { type: "ring" } },
    replies: { "HANGUP LEG-A": [hangUpLeg("LEG-B")] },
  },
  async (scene) => {
    const b = await scene.nextB();
    await b.ringing;
    await scene.update(hangUpLeg("LEG-A"));
    await scene.reported("CALL_UPDATE_REQUESTED");
    b.answer();
    await scene.over();

    const status = scene.direction === "Inbound" ? "-" : "Connected";
    await assertFlow(scene, {
      setUp: "bridged",
      events: [
        `CALL_UPDATE_REQUESTED [A ${status}]`,
        `ACTION_SUCCESSFUL CallAndBridge ${both}`,
        "HANGUP LEG-A 0 [A Disconnected, B Connected]",
        "HANGUP LEG-B 0 [A Disconnected, B Disconnected]",
      ],
      a: ourBye,
      b: [[...answeredB, ...ourBye]],
    });
  },
);
