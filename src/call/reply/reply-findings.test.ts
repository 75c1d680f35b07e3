import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeFinding } from "../../contract/index.ts";
import { driveCall, type CallDriver } from "../../testing/internal/call-driver.ts";
import { respond, respondWith } from "../../testing/internal/scripted-reply.ts";
import { callAndBridge, pause, speak } from "../../testing/internal/wire-actions.ts";
import { checkReply } from "./reply.ts";
import type { JsonObject } from "../state.ts";

const machine = driveCall();

/** What is found in a reply by itself. */
function findingsIn(reply: unknown): readonly string[] {
  return checkReply(reply, true, machine, undefined).findings.map(describeFinding);
}

/** What is found in the parameters of one action, without the path to them. */
function faultsIn(Type: string, Parameters: JsonObject): readonly string[] {
  const found = findingsIn({ SchemaVersion: "1.0", Actions: [{ Type, Parameters }] });
  return found.map((line) => line.replace("Actions[0].Parameters.", ""));
}

const invalid = (text: string) => `(ACTION_FAILED InvalidActionParameter "${text}")`;
const wav = { Type: "S3", BucketName: "b", Key: "k.wav" };
const digits = { AudioSource: wav, FailureAudioSource: wav, RepeatDurationInMilliseconds: 5_000 };

const faults: readonly (readonly [type: string, parameters: JsonObject, ...found: string[]])[] = [
  ["PlayAudio", { AudioSource: wav, Repeet: 2 }, "Repeet: unknown, did you mean Repeat? (no effect)"],
  ["PlayAudio", { AudioSource: wav, Zz: 2 }, "Zz: unknown (no effect)"],
  [
    "PlayAudio",
    { AudioSource: { ...wav, Type: "s3" }, Repeat: -1 },
    'AudioSource.Type: found "s3", allowed is S3; did you mean S3? (ACTION_FAILED InvalidAudioSource "Audio Source parameter value is invalid.")',
    `Repeat: found -1, allowed is 0 or more ${invalid("The Repeat parameter is invalid.")}`,
  ],
  [
    "PlayAudio",
    {},
    'AudioSource: missing (ACTION_FAILED InvalidAudioSource "Audio Source parameter value is invalid.")',
  ],
  [
    "PlayAudio",
    { AudioSource: wav, PlaybackTerminators: ["*", "A"] },
    `PlaybackTerminators[1]: found "A", allowed is a key: 0 to 9, # or * ${invalid("The PlaybackTerminators parameter is invalid.")}`,
  ],
  ["Speak", { Text: "Hi", Voice: "Amy" }, "Voice: unknown, did you mean VoiceId? (no effect)"],
  [
    "Speak",
    { Text: "" },
    'Text: missing (ACTION_FAILED MissingRequiredActionParameter "Text is a required parameter.")',
  ],
  [
    "Speak",
    { Text: "x".repeat(1_001) },
    'Text: found 1001 characters, allowed is at most 1000 (ACTION_FAILED MissingRequiredActionParameter "Text is limited to 1,000 characters")',
  ],
  [
    "Speak",
    { Text: "Hi", Engine: "neurl" },
    `Engine: found "neurl", allowed is standard, neural, long-form or generative; did you mean neural? ${invalid("Engine must be standard, neural, long-form or generative.")}`,
  ],
  [
    "SpeakAndGetDigits",
    { SpeechParameters: { Text: "Hi" }, RepeatDurationInMilliseconds: "soon" },
    'FailureSpeechParameters: missing (ACTION_FAILED MissingRequiredActionParameter "Missing required action parameter.")',
    `RepeatDurationInMilliseconds: found "soon", allowed is a whole number, 1 or more ${invalid("The RepeatDurationInMilliseconds parameter is invalid.")}`,
  ],
  [
    "PlayAudioAndGetDigits",
    { ...digits, MinNumberOfDigits: 5, MaxNumberOfDigits: 4 },
    `MaxNumberOfDigits: found 4, allowed is 5 (MinNumberOfDigits) to 128 ${invalid("The MaxNumberOfDigits parameter is invalid.")}`,
  ],
  [
    "ReceiveDigits",
    { InputDigitsRegex: "1", InBetweenDigitsDurationInMilliseconds: 9, FlushDigitsDurationInMilliseconds: 8 },
    `FlushDigitsDurationInMilliseconds: found 8, allowed is 9 (InBetweenDigits...) or more ${invalid("The FlushDigitsDurationInMilliseconds parameter is invalid.")}`,
  ],
  [
    "Pause",
    { DurationInMilliseconds: 99 },
    `DurationInMilliseconds: found 99, allowed is 100 to 30000 ${invalid("The Duration parameter is invalid.")}`,
  ],
  [
    "Pause",
    { DurationInMilliseconds: 100, ParticipantTag: "leg-b" },
    `ParticipantTag: found "leg-b", allowed is LEG-A or LEG-B; did you mean LEG-B? ${invalid("CallId or ParticipantTag parameter for action is invalid.")}`,
  ],
  ["Pause", { DurationInMilliseconds: 100, ParticipantTag: "leg-b", CallId: "c" }],
  [
    "Hangup",
    { SipResponseCode: "500" },
    'SipResponseCode: found "500", allowed is 0, 480 or 486; it counts as 0 (no effect)',
  ],
  ["Hangup", { sipResponseCode: 486 }],
  [
    "SendDigits",
    { Digits: "1;2" },
    `Digits: found "1;2", allowed is 1 to 50 of 0 to 9, *, #, A to D and comma ${invalid("Digits parameter value is invalid.")}`,
  ],
  [
    "StartCallRecording",
    { Track: "both", Destination: { Type: "S3", Location: "b/.." } },
    `Track: found "both", allowed is BOTH, INCOMING or OUTGOING; did you mean BOTH? ${invalid("Track parameter value is invalid.")}`,
    `Destination.Location: found "b/..", allowed is a bucket, or a bucket, a slash and a prefix of letters, digits and / ! - _ . * ' ( ) ${invalid("Destination parameter value is invalid.")}`,
  ],
  [
    "VoiceFocus",
    { Enable: "yes" },
    `Enable: found "yes", allowed is true or false ${invalid("The Enable parameter is invalid.")}`,
  ],
];

describe("the checker of replies", () => {
  for (const [type, parameters, ...found] of faults) {
    it(`${type} ${JSON.stringify(parameters).slice(0, 60)}: ${found[0]?.split(" (")[0] ?? "nothing to say"}`, () => {
      assert.deepEqual(faultsIn(type, parameters), found);
    });
  }

  it("tells all that is wrong with CallAndBridge, each with the error of the contract", () => {
    const Endpoints = [{ BridgeEndpointType: "pstn", Uri: "0123" }];
    const parameters = { CallTimeoutSeconds: 500, Endpoints, CallerIdNumber: "me", SipHeaders: { "x-amzn-a": "1" } };

    assert.deepEqual(faultsIn("CallAndBridge", parameters), [
      `Endpoints[0].BridgeEndpointType: found "pstn", allowed is PSTN, AWS or SIP; did you mean PSTN? ${invalid("Endpoint parameter is invalid.")}`,
      `CallerIdNumber: found "me", allowed is an E.164 number such as +12065550100, or the From of LEG-A ${invalid("Invalid caller ID.")}`,
      `CallTimeoutSeconds: found 500, allowed is 1 to 120 ${invalid("The MaxCallTimeout parameter is invalid. Timeout must be between 0 and 120 seconds.")}`,
      `SipHeaders: found x-amzn-a: names that begin with x-amzn are reserved ${invalid("Invalid SIP header(s) provided: x-amzn-a")}`,
    ]);
  });

  it("names what the whole reply is refused for, and what else is wrong in it", () => {
    const Actions = [{ Type: "SpeakText" }, { Type: "Pause", Parameter: {}, Parameters: { DurationInMiliseconds: 1 } }];

    assert.deepEqual(findingsIn({ SchemaVersion: "2.0", Action: [], Actions, TransactionAttributes: "x" }), [
      'SchemaVersion: found "2.0", allowed is "1.0" (the whole reply is refused: INVALID_LAMBDA_RESPONSE SchemaVersionMismatch)',
      "TransactionAttributes: found a string (return the object, not its JSON text), allowed is an object (the whole reply is refused: INVALID_LAMBDA_RESPONSE TransactionAttributesInvalid)",
      'Actions[0].Type: found "SpeakText", did you mean Speak? (the whole reply is refused: INVALID_LAMBDA_RESPONSE UnsupportedAction)',
      "Actions[1].Parameter: unknown, did you mean Parameters? (no effect)",
      `Actions[1].Parameters.DurationInMilliseconds: missing ${invalid("The Duration parameter is invalid.")}`,
      "Actions[1].Parameters.DurationInMiliseconds: unknown, did you mean DurationInMilliseconds? (no effect)",
      "Action: unknown, did you mean Actions? (no effect)",
    ]);
    assert.deepEqual(findingsIn("[]"), [
      "the reply: found a string (return the object, not its JSON text) (the whole reply is refused: INVALID_LAMBDA_RESPONSE SchemaVersionMismatch)",
    ]);
    assert.match(
      findingsIn({ statusCode: 200, body: "{}" }).join(),
      /^the reply: found an HTTP response \(statusCode, body\); return the object .* SchemaVersionMismatch\)$/,
    );
    assert.match(findingsIn({ SchemaVersion: "1.0", Actions: Array(11).fill(speak()) }).join(), /found 11 actions/);
  });

  it("names the kind of what stands where an action should, or of a Type", () => {
    const Actions = [null, 5, { type: "Speak" }, { Type: null }, { Type: {} }, { Type: "Hangup", Parameters: [] }];
    const refused = " (the whole reply is refused: INVALID_LAMBDA_RESPONSE ActionsListInvalid)";

    assert.deepEqual(findingsIn({ SchemaVersion: "1.0", Actions }), [
      `Actions[0]: must be an object, found null${refused}`,
      `Actions[1]: must be an object, found a number${refused}`,
      "Actions[2].type: unknown, did you mean Type? (no effect)",
      `Actions[2].Type: must be a string, found nothing${refused}`,
      `Actions[3].Type: must be a string, found null${refused}`,
      `Actions[4].Type: must be a string, found an object${refused}`,
      `Actions[5].Parameters: must be an object, found an array${refused}`,
    ]);
    assert.deepEqual(findingsIn({ SchemaVersion: "1.0", Actions: {} }), [
      `Actions: must be an array, found an object${refused}`,
    ]);
  });

  it("says which actions this version cannot do", () => {
    const bot = { Type: "StartBotConversation", Parameters: { BotAliasArn: "arn:aws:lex:us-east-1:1:bot-alias/A/B" } };

    assert.deepEqual(findingsIn({ SchemaVersion: "1.0", Actions: [bot] }), [
      'Actions[0].Type: found "StartBotConversation": Bots are not available in this version (ACTION_FAILED SystemException "System error while running action")',
    ]);
  });

  it("tells nothing of a token to join a meeting, also where it is too long", () => {
    const JoinToken = "secret".repeat(400);

    assert.deepEqual(faultsIn("JoinChimeMeeting", { JoinToken }), [
      'JoinToken: found 2400 characters, allowed is a token of at most 2048 characters (ACTION_FAILED InvalidActionParameter "JoinToken parameter value is invalid.")',
    ]);
  });

  it("stays small and quick with a reply full of wrong names and values", () => {
    const Zs = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`Z${index}${"z".repeat(100)}`, 1]));
    const PlaybackTerminators = Array<string>(20_000).fill("x");

    const found = faultsIn("PlayAudio", { AudioSource: wav, PlaybackTerminators, ...Zs });

    assert.ok(found.length <= 100, `${found.length} findings`);
    assert.match(found[0] ?? "", /^PlaybackTerminators\[0\]/);
  });

  const neverWrong = ["Hangup", "StopCallRecording", "PauseCallRecording", "ResumeCallRecording"];
  for (const Type of [...machine.rules.actions.keys()].filter((type) => !neverWrong.includes(type))) {
    it(`${Type}: the first fault that is found is the error that the action fails with`, () => {
      const Actions = [{ Type, Parameters: { Endpoints: 1, Digits: {}, Track: 1, Enable: "x", JoinToken: {} } }];

      const { findings } = checkReply({ SchemaVersion: "1.0", Actions }, true, machine, undefined);
      const call = driveCall({ script: [respond(Actions)] });

      const { ErrorType, ErrorMessage } = call.lastEvent().ActionData ?? {};
      const consequence = findings.map((finding) => finding.consequence).find(({ type }) => type === "action-fails");
      assert.deepEqual(consequence, { type: "action-fails", errorType: ErrorType, errorMessage: ErrorMessage });
    });
  }
});

describe("findings in a call", () => {
  const reported = (call: CallDriver) =>
    call.facts.flatMap((fact) => (fact.type === "response-findings" ? fact.findings.map(describeFinding) : []));

  it("are reported as soon as the reply comes, before the action's turn, and the call goes on as before", () => {
    const call = driveCall({
      script: [respond([pause(5_000), { Type: "PlayAudio", Parameters: { AudioSource: wav, Repeet: 3 } }, pause(1)])],
    });

    assert.deepEqual(reported(call), [
      "Actions[1].Parameters.Repeet: unknown, did you mean Repeat? (no effect)",
      `Actions[2].Parameters.DurationInMilliseconds: found 1, allowed is 100 to 30000 ${invalid("The Duration parameter is invalid.")}`,
    ]);
    assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL"]);
  });

  it("are reported once in a call", () => {
    const call = driveCall({ script: Array.from({ length: 3 }, () => respond([pause(100, { Extra: 1 })])) });

    call.advance(100);
    call.advance(100);

    assert.equal(call.events.length, 3);
    assert.deepEqual(reported(call), ["Actions[0].Parameters.Extra: unknown (no effect)"]);
  });

  it("know whose number a caller ID must be", () => {
    const parameters = callAndBridge({ CallerIdNumber: "+19995550100" });

    const call = driveCall({ script: [respond([pause(100), parameters])] });

    assert.match(
      reported(call).join(),
      /CallerIdNumber: found "\+19995550100", allowed is a number of this server, or the From of LEG-A/,
    );
  });

  it("leave out what the reply is refused for, which is reported as that", () => {
    const call = driveCall({
      script: [respondWith({ SchemaVersion: "1.0", Actions: [{ Type: "Speek" }, { Type: "Plai" }] })],
    });

    assert.deepEqual(
      reported(call).map((line) => line.split(",")[0]),
      ['Actions[1].Type: found "Plai"'],
    );
    assert.ok(
      call.facts.some((fact) => fact.type === "response-invalid" && fact.message.includes("did you mean Speak?")),
    );
  });

  it("are not looked for where actions are ignored anyway", () => {
    const call = driveCall({ direction: "Outbound", script: [respond([pause(1)])] });

    assert.deepEqual(reported(call), []);
  });
});
