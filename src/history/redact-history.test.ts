import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CallInput, FunctionReply, JsonObject } from "../call/index.ts";
import { driveCall, drivenLegId, type CallDriver, type CallDriverOptions } from "../testing/internal/call-driver.ts";
import { drivenMeeting } from "../testing/internal/call-performer.ts";
import { historyText, recordedHistory } from "../testing/internal/recorded-history.ts";
import { failWith, respond, type FunctionEvent, type ScriptedReply } from "../testing/internal/scripted-reply.ts";
import {
  callAndBridge,
  hangup,
  joinChimeMeeting,
  modifyChimeMeetingAttendees,
  playAudio,
  recordAudio,
  speak,
  speakAndGetDigits,
} from "../testing/internal/wire-actions.ts";
import { replayHistory } from "./replay-history.ts";

const { actions } = driveCall().rules;
const caller = "+15105550101";
const press = (call: CallDriver, keys: string) => [...keys].forEach((key) => call.press(key));
const inputsOf = (call: CallDriver): readonly CallInput[] =>
  recordedHistory(call, true).steps.map(({ input }) => input);
const repliesOf = (call: CallDriver) =>
  inputsOf(call).flatMap((input) =>
    input.type === "function-replied" && input.reply.type === "response" ? [input.reply.value as JsonObject] : [],
  );

const keysOf = (inputs: readonly CallInput[]) =>
  inputs.flatMap((input) => (input.type === "digit" ? [input.digit] : []));
const attributesOf = (inputs: readonly CallInput[]) =>
  inputs.flatMap((input) => {
    const reply = input.type === "function-replied" ? input.reply : undefined;
    const value = reply?.type === "response" ? (reply.value as JsonObject)["TransactionAttributes"] : undefined;
    return value === undefined ? [] : [value as JsonObject];
  });

/** Parameters of the first action of the first reply, as they are written. */
function writtenParameters(action: ReturnType<typeof speak>, attributes?: JsonObject): JsonObject {
  const [reply] = repliesOf(driveCall({ script: [respond([action], attributes)] }));
  return ((reply?.["Actions"] ?? []) as { Parameters: JsonObject }[])[0]?.Parameters ?? assert.fail("no action");
}

/** A call with something secret in everything that comes in. */
function secretCall(): CallDriver {
  const script: readonly ScriptedReply[] = [
    respond([speakAndGetDigits({ SpeechParameters: { Text: "Your PIN, Mrs Smithers" }, MaxNumberOfDigits: 4 })], {
      customer: "Smithers",
      balance: 123_456,
      nested: [{ card: "4929123412341234" }],
      "+15105550101": "seen",
    }),
    respond([
      callAndBridge({
        Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "+442079460958" }],
        SipHeaders: { "X-Token": "s3cr3t-token" },
      }),
    ]),
    respond([recordAudio({ RecordingDestination: { Type: "S3", BucketName: "rec", Prefix: "for-15105550101" } })]),
    failWith("unhandled"),
  ];
  const call = driveCall({
    call: { shownHeaders: { "X-Account": "ACCT-77-ABC" }, arguments: undefined },
    script,
  });
  call.advance(500);
  press(call, "4711");
  call.update({ note: "call Smithers back" });
  call.give({
    type: "leg-ended",
    legId: call.state().legs[1]?.id ?? drivenLegId,
    end: { type: "unreachable", why: "no way to +442079460958" },
  });
  call.advance(5_000);
  call.end();
  return call;
}

const secrets = [
  "15105550101",
  "2065550100",
  "4711",
  "Smithers",
  "123456",
  "4929",
  "2079460958",
  "s3cr3t",
  "ACCT",
  "12065550188",
];

describe("a redacted history", () => {
  // Contract: records-histories-redacted
  it("has nothing of numbers, keys, texts, attributes, headers and arguments", () => {
    const call = secretCall();
    const plain = historyText(call);
    const redacted = historyText(call, true);

    for (const secret of secrets) {
      assert.ok(plain.includes(secret), `${secret} is not in the call`);
      assert.ok(!redacted.includes(secret), `${secret} is there: ${redacted}`);
    }
  });

  // Contract: records-histories-redacted
  it("has nothing of the token and of what its function calls attendees, and leads to the meeting's history by ids", () => {
    const call = driveCall({
      script: [
        respond([joinChimeMeeting({ JoinToken: "s3cr3t-token", MeetingId: drivenMeeting.meetingId })]),
        respond([modifyChimeMeetingAttendees({ AttendeeList: [drivenMeeting.attendeeId, "Mrs Smithers"] })]),
      ],
    });
    call.give({ type: "meeting-left", legId: call.state().legs[1]?.id ?? drivenLegId, why: "Smithers ended it" });
    const plain = historyText(call);
    const redacted = historyText(call, true);

    for (const secret of ["s3cr3t", "Smithers"]) {
      assert.ok(plain.includes(secret), `${secret} is not in the call`);
      assert.ok(!redacted.includes(secret), `${secret} is there: ${redacted}`);
    }
    for (const text of [plain, redacted]) {
      const lines = text.split("\n").filter((line) => line.includes('"meeting-joined"'));
      assert.deepEqual(
        lines.map((line) => (JSON.parse(line) as { meeting: unknown }).meeting),
        [drivenMeeting],
      );
    }
  });

  it("has no keys that were pressed, by their place or by their sum", () => {
    const call = driveCall({ script: [respond([speakAndGetDigits({ MaxNumberOfDigits: 6 })]), respond([])] });
    press(call, "111111");

    const keys = inputsOf(call).flatMap((input) => (input.type === "digit" ? [input.digit] : []));

    assert.equal(keys.length, 6);
    assert.ok(new Set(keys).size > 1, "the same key stands for the same everywhere");
  });

  it("keeps keys that are no digits, and the class of those that end something", () => {
    for (let round = 0; round < 20; round += 1) {
      const call = driveCall({ script: [respond([playAudio("long.wav", { PlaybackTerminators: ["1", "2", "#"] })])] });
      press(call, "5*1");
      const [first, star, end] = inputsOf(call).flatMap((input) => (input.type === "digit" ? [input.digit] : []));
      assert.match(first ?? "", /^[^12#*]$/);
      assert.equal(star, "*");
      assert.match(end ?? "", /^[12]$/);
    }
  });

  it("has the same stand-in for the same value, and others for others", () => {
    const call = driveCall({
      script: [
        respond([speakAndGetDigits({ MaxNumberOfDigits: 4 })], {
          friend: caller,
          other: "+15105550102",
          word: "longer text",
        }),
        respond([speakAndGetDigits({ MaxNumberOfDigits: 4 })], { pin: "4711", again: "longer text" }),
        respond([speak("longer text")]),
      ],
    });
    press(call, "4711");
    press(call, "4711");

    const history = recordedHistory(call, true);
    const inputs = history.steps.map(({ input }) => input);
    const { from } = history.call.legs[0] ?? assert.fail();
    const [first, second] = attributesOf(inputs);
    const keys = keysOf(inputs);

    assert.match(from, /^\+999\d{8}$/);
    assert.equal(first?.["friend"], from);
    assert.notEqual(first?.["other"], from);
    assert.match(String(first?.["other"]), /^\+999\d{8}$/);
    assert.equal(first?.["word"], second?.["again"]);
    assert.deepEqual([keys.slice(0, 4).join(""), keys.slice(4).join("")], [second?.["pin"], second?.["pin"]]);
  });

  it("gives another file other stand-ins for keys", () => {
    const call = driveCall({ script: [respond([speakAndGetDigits({ MaxNumberOfDigits: 12 })])] });
    press(call, "471147114711");

    const written = Array.from({ length: 5 }, () => keysOf(inputsOf(call)).join(""));

    assert.ok(new Set(written).size > 1);
  });

  it("keeps what the author wrote: types, times, keys that end, files, voices", () => {
    const parameters = {
      ParticipantTag: "LEG-A",
      TerminatorDigits: ["9", "#"],
      Repeat: "3",
      MinNumberOfDigits: 2,
      SpeechParameters: { Text: "1", VoiceId: "Joanna", TextType: "ssml", Engine: "neural" },
      FailureSpeechParameters: { VoiceId: "Joanna" },
    };
    const written = writtenParameters(speakAndGetDigits(parameters));

    assert.deepEqual(
      { ...written, SpeechParameters: { ...(written["SpeechParameters"] as object), Text: "1" } },
      {
        ...speakAndGetDigits(parameters).Parameters,
      },
    );
    const audio = { Type: "S3", BucketName: "prompts", Key: "menu/welcome.wav" };
    assert.deepEqual(writtenParameters(playAudio("menu/welcome.wav"))["AudioSource"], audio);
  });

  it("has nothing of parameters that no action declares, whatever their names are elsewhere", () => {
    const sent = { Key: "mrs-smithers.wav", VoiceID: "Smithers", Engine: { of: "Smithers" } };
    const written = writtenParameters(speak("Hello there", sent));

    assert.doesNotMatch(JSON.stringify(written), /smithers/i);
    assert.deepEqual(Object.keys(written), ["Text", ...Object.keys(sent)]);
  });

  it("replaces long numbers in names of files and in patterns, which still compile", () => {
    assert.match(
      JSON.stringify(writtenParameters(playAudio("for/+15105550101/2.wav"))["AudioSource"]),
      /"for\/\+999\d{8}\/2\.wav"/,
    );
    const { InputDigitsRegex: pattern } = writtenParameters(
      speakAndGetDigits({ InputDigitsRegex: "^(4711|\\d{2,10}|[0-359]12)\\1?$" }),
    );
    assert.match(String(pattern), /^\^\(\d{4}\|\\d\{2,10\}\|\[0-359\]\d\d\)\\1\?\$$/);
    assert.doesNotMatch(String(pattern), /4711/);
  });

  it("has texts as long as they were, in characters and in bytes", () => {
    for (const text of [
      "x",
      "Hello",
      "Grüße, wie geht es Ihnen?",
      "a日b本c語d: or so",
      `"quoted" text with ${"a".repeat(980)}`,
    ]) {
      const { Text: written } = writtenParameters(speak(text));
      assert.notEqual(written, text);
      assert.equal(String(written).length, text.length);
      if (text.length > 8)
        assert.equal(Buffer.byteLength(JSON.stringify(written)), Buffer.byteLength(JSON.stringify(text)));
    }
  });

  it("keeps small numbers and true or false in attributes, and replaces others by as many digits", () => {
    const [reply] = repliesOf(
      driveCall({
        script: [respond([], { tries: 3, done: true, leg: "LEG-B", id: drivenLegId, pin: 4711, price: 12.5 })],
      }),
    );
    const { pin, price, ...others } = (reply?.["TransactionAttributes"] ?? {}) as JsonObject;

    assert.deepEqual(others, { tries: 3, done: true, leg: "LEG-B", id: drivenLegId });
    assert.match(String(pin), /^[1-9]\d{3}$/);
    assert.notEqual(price, 12.5);
  });
});

describe("a function that is replayed with a redacted history", () => {
  /** Collects a number twice, keeps it, speaks it, and calls who is in its attributes. */
  function app(
    { InvocationEventType: type, ActionData, CallDetails }: FunctionEvent,
    words = "You entered",
  ): ScriptedReply {
    const attributes = CallDetails.TransactionAttributes ?? {};
    const received = ActionData?.["ReceivedDigits"];
    const [leg] = CallDetails.Participants;
    if (type === "NEW_INBOUND_CALL") {
      return respond([speakAndGetDigits({ MaxNumberOfDigits: 5 })], { from: leg?.From ?? "", tries: 0 });
    }
    if (type === "HANGUP") return respond([]);
    if (ActionData?.Type === "SpeakAndGetDigits" && attributes["entry"] === undefined) {
      return respond([speakAndGetDigits({ MaxNumberOfDigits: 5 })], { ...attributes, entry: received });
    }
    if (ActionData?.Type === "SpeakAndGetDigits") {
      const isSame = attributes["entry"] === received;
      return respond([
        speak(isSame ? `${words} ${String(received)}, thank you` : "They differ"),
        callTo(attributes["from"]),
      ]);
    }
    return respond([hangup()]);
  }
  const callTo = (from: unknown) =>
    callAndBridge({ Endpoints: [{ BridgeEndpointType: "PSTN", Uri: from }], CallerIdNumber: "+12065550188" });

  function record(options: CallDriverOptions = {}): CallDriver {
    const call = driveCall({ script: (event) => app(event), ...options });
    call.advance(2_000);
    press(call, "20417");
    call.advance(500);
    press(call, "20417");
    call.advance(3_000);
    call.end();
    call.advance(3_000);
    return call;
  }
  const ask =
    (words?: string) =>
    ({ event }: { readonly event: JsonObject }): Promise<FunctionReply> =>
      Promise.resolve(app(event as unknown as FunctionEvent, words).reply);

  it("does the same when it did not change: entries are compared, kept, spoken and called as they were", async () => {
    for (let round = 0; round < 10; round += 1) {
      const history = recordedHistory(record(), true);

      const report = await replayHistory(history, { actions, invoke: ask() });

      assert.deepEqual(report.engine, []);
      assert.deepEqual(
        report.invocations.flatMap(({ differences }) => differences),
        [],
      );
      assert.ok(report.invocations.length >= 4, `${report.invocations.length} events`);
    }
  });

  it("differs where its text has another length", async () => {
    const report = await replayHistory(recordedHistory(record(), true), { actions, invoke: ask("You typed") });

    assert.deepEqual(
      report.invocations.flatMap(({ differences }) => differences.map(({ path }) => path)),
      ["Actions[0].Parameters.Text"],
    );
  });

  it("differs where it gives one of two values of the call in place of the other", async () => {
    const history = recordedHistory(record(), true);
    const swap = async (invocation: { readonly event: JsonObject }): Promise<FunctionReply> => {
      const { To } = (invocation.event as unknown as FunctionEvent).CallDetails.Participants[0] ?? assert.fail();
      const { From } = (invocation.event as unknown as FunctionEvent).CallDetails.Participants[0] ?? assert.fail();
      const reply = await ask()(invocation);
      const text = JSON.stringify(reply).replaceAll(`"Uri":"${From}"`, `"Uri":"${To}"`);
      return JSON.parse(text) as FunctionReply;
    };

    const { invocations } = await replayHistory(history, { actions, invoke: swap });

    assert.deepEqual(
      invocations.flatMap(({ differences }) => differences.map(({ path }) => path)),
      ["Actions[1].Parameters.Endpoints[0].Uri"],
    );
  });
});
