import assert from "node:assert/strict";
import type { JsonObject } from "../../src/call/index.ts";
import { english } from "../../src/speech/english/english.ts";
import { parseSsml } from "../../src/speech/ssml/parse-ssml.ts";
import { toSpeechParts } from "../../src/speech/ssml/to-speech-parts.ts";
import { driveCall, drivenLegId, ownedNumber, type CallDriver } from "../../src/testing/internal/call-driver.ts";
import { respond, respondWith, type WireAction } from "../../src/testing/internal/scripted-reply.ts";
import {
  callAndBridge,
  hangup,
  pause,
  playAudio,
  playAudioAndGetDigits,
  recordAudio,
  sendDigits,
  speak,
  speakAndGetDigits,
  startCallRecording,
} from "../../src/testing/internal/wire-actions.ts";
import { answerPartner, hungUp, numbersWork, section, story, tryAction } from "./kit.ts";

const play = (parameters: JsonObject) => playAudio("hello.wav", parameters);
const withDuration = (parameters: JsonObject) => ({ Type: "Pause", Parameters: parameters });
const getDigits = [playAudioAndGetDigits, speakAndGetDigits];

/** The outcome of a get-digits action when these keys come, a number being milliseconds without any. */
function gather(action: WireAction, ...keys: readonly (string | number)[]) {
  const happens = (call: CallDriver) =>
    keys.forEach((key) => (typeof key === "number" ? call.advance(key) : call.press(key)));
  const { outcome, data, echo, call } = tryAction(action, happens);
  return { outcome, digits: data["ReceivedDigits"], errorType: data.ErrorType, echo, call };
}

/** What a Hangup came to: how an unanswered and an answered call end. */
function hangsUp(action: WireAction): readonly unknown[] {
  const rejected = driveCall({ script: [respond([action])] });
  const answered = driveCall({ script: [respond([speak(), action])] });
  answered.advance(1_000);
  assert.deepEqual([story(rejected).at(-1), story(answered).at(-1)], ["HANGUP LEG-A", "HANGUP LEG-A"]);
  assert.deepEqual(hungUp(answered), ["LEG-A"]);
  const code = rejected.lastEvent().ActionData?.Parameters["SipResponseCode"];
  assert.equal(answered.lastEvent().ActionData?.Parameters["SipResponseCode"], code);
  return [...rejected.did("reject-leg").map(({ status }) => status), code];
}

section("numbers as strings, and ranges", {
  // Contract: leniency-numbers-as-strings
  'DurationInMilliseconds of Pause: "1000", "3000", 1000, 12000': () =>
    numbersWork(withDuration, "DurationInMilliseconds", [
      ["1000", 1_000],
      ["3000", 3_000],
      [1_000, 1_000],
      [12_000, 12_000],
    ]),
  // Contract: leniency-numbers-as-strings
  "CallTimeoutSeconds: 30, 60, '20'": () => {
    for (const [sent, seconds] of [
      [30, 30],
      [60, 60],
      ["20", 20],
    ] as const) {
      const { outcome, echo, data, call } = tryAction(callAndBridge({ CallTimeoutSeconds: sent }));
      assert.deepEqual([outcome, data.ErrorType], ["ACTION_FAILED", "CallNotAnswered"]);
      assert.deepEqual(
        [echo["CallTimeoutSeconds"], call.now() - call.initialState.startedAt],
        [seconds, seconds * 1_000],
      );
    }
  },
  // Contract: leniency-repeat-zero
  'Repeat of PlayAudio: "1", "0" and absent all play once': () => {
    for (const [parameters, echoed] of [
      [{ Repeat: "1" }, 1],
      [{ Repeat: "0" }, 0],
      [{}, 1],
    ] as const) {
      const { outcome, echo, call } = tryAction(play(parameters));
      assert.deepEqual([outcome, echo["Repeat"]], ["ACTION_SUCCESSFUL", echoed]);
      assert.deepEqual(
        call.did("play-audio").map(({ repeat }) => repeat),
        [1],
      );
    }
  },
  // Contract: leniency-repeat-zero, leniency-long-durations
  "Repeat of the digits actions: 0, 1, 2, 3, 9999 or absent; it counts all attempts, and 0 is one": () => {
    for (const build of getDigits) {
      for (const [Repeat, attempts] of [
        [0, 1],
        [1, 1],
        [2, 2],
        ["3", 3],
        [undefined, 1],
      ] as const) {
        const parameters = Repeat === undefined ? {} : { Repeat };
        const { outcome, errorType, call } = gather(build(parameters));
        assert.deepEqual([outcome, errorType], ["ACTION_FAILED", "InvalidDigitsReceived"]);
        assert.equal(call.did("play-audio").length, 2 * attempts);
      }
      const { digits } = gather(build({ Repeat: 9_999, MaxNumberOfDigits: 1 }), 100_000, "7");
      assert.equal(digits, "7");
    }
  },
  // Contract: leniency-long-durations
  "RepeatDurationInMilliseconds: 2000 to 10000, 99999999": () => {
    for (const sent of [2_000, "7000", 10_000, 99_999_999]) {
      const waits = gather(
        playAudioAndGetDigits({ RepeatDurationInMilliseconds: sent, MaxNumberOfDigits: 1 }),
        1_000,
        1_999,
        "7",
      );
      assert.deepEqual([waits.digits, waits.echo["RepeatDurationInMilliseconds"]], ["7", Number(sent)]);
    }
  },
  // Contract: actions-get-digits, events-echo
  "InBetweenDigitsDurationInMilliseconds: 1000 to 5000; absent, it is filled in from RepeatDuration": () => {
    const name = "InBetweenDigitsDurationInMilliseconds";
    for (const build of getDigits) {
      for (const sent of [1_000, "3000", 5_000]) {
        const { digits, echo } = gather(build({ [name]: sent }), "1", Number(sent) - 1, "2", Number(sent));
        assert.deepEqual([digits, echo[name]], ["12", Number(sent)]);
      }
      const { digits, echo } = gather(build({ RepeatDurationInMilliseconds: 4_000 }), "1", 3_999, "2", 4_000);
      assert.deepEqual([digits, echo[name]], ["12", 4_000]);
    }
  },
  // Contract: actions-get-digits-most-keys
  "Min and Max: 0/1, 1/1, 1/3, 5/5, 10/10, 10/15, 11/11": () => {
    for (const build of getDigits) {
      for (const [min, max] of [
        [0, 1],
        [1, 1],
        [1, 3],
        [5, 5],
        [10, 10],
        [10, 15],
        ["11", "11"],
      ] as const) {
        const keys = "123456789012345".slice(0, Number(max));
        const { digits, echo } = gather(build({ MinNumberOfDigits: min, MaxNumberOfDigits: max }), ...keys);
        assert.equal(digits, keys);
        assert.deepEqual([echo["MinNumberOfDigits"], echo["MaxNumberOfDigits"]], [Number(min), Number(max)]);
      }
    }
  },
  // Contract: actions-get-digits-terminator-alone, actions-get-digits-no-keys
  "Min 0: a terminator alone is a success without keys, no key at all one without ReceivedDigits": () => {
    for (const build of getDigits) {
      const pressed = gather(build({ MinNumberOfDigits: 0, MaxNumberOfDigits: 1 }), 1_500, "#");
      assert.deepEqual([pressed.outcome, pressed.digits], ["ACTION_SUCCESSFUL", ""]);
      const silent = gather(build({ MinNumberOfDigits: 0, MaxNumberOfDigits: 1 }));
      assert.deepEqual([silent.outcome, silent.digits], ["ACTION_SUCCESSFUL", undefined]);
    }
  },
  // Contract: leniency-numbers-as-strings
  'DurationInSeconds of RecordAudio: "30", \'6\', "10", 15, 120, 7200': () => {
    for (const sent of ["30", "6", "10", 15, 120, 7_200]) {
      const { outcome, echo, call } = tryAction(recordAudio({ DurationInSeconds: sent }));
      assert.deepEqual([outcome, echo["DurationInSeconds"]], ["ACTION_SUCCESSFUL", Number(sent)]);
      assert.equal(call.did("record-audio")[0]?.maxMs, Number(sent) * 1_000);
    }
  },
  // Contract: leniency-numbers-as-strings
  "SilenceDurationInSeconds: 2, 3, 30, 2.0, or absent: never for silence": () => {
    for (const [parameters, silenceMs] of [
      [{ SilenceDurationInSeconds: 2 }, 2_000],
      [{ SilenceDurationInSeconds: 3 }, 3_000],
      [{ SilenceDurationInSeconds: 30 }, 30_000],
      [{ SilenceDurationInSeconds: "2.0" }, 2_000],
      [{}, undefined],
    ] as const) {
      assert.equal(tryAction(recordAudio(parameters)).call.did("record-audio")[0]?.silenceMs, silenceMs);
    }
  },
  // Contract: actions-record-audio
  "SilenceThreshold: 100, 200, or absent: 200": () => {
    for (const [parameters, threshold] of [
      [{ SilenceThreshold: 100 }, 100],
      [{ SilenceThreshold: "200" }, 200],
      [{}, 200],
    ] as const) {
      const { outcome, call } = tryAction(recordAudio({ SilenceDurationInSeconds: 3, ...parameters }));
      assert.deepEqual([outcome, call.did("record-audio")[0]?.silenceThreshold], ["ACTION_SUCCESSFUL", threshold]);
    }
  },
  // Contract: actions-record-audio
  'RecordingTerminators: ["#"], or all twelve keys': () => {
    for (const keys of [["#"], [..."0123456789*#"]]) {
      assert.deepEqual(
        tryAction(recordAudio({ RecordingTerminators: keys })).call.did("record-audio")[0]?.terminators,
        keys,
      );
    }
  },
  // Contract: actions-play-audio-terminators
  'PlaybackTerminators: ["*"] stops at that key; absent, no key stops': () => {
    const stopped = tryAction(play({ PlaybackTerminators: ["*"], Repeat: 20 }), (call) => call.press("*"));
    assert.deepEqual([stopped.outcome, stopped.call.did("stop-playback").length], ["ACTION_SUCCESSFUL", 1]);
    const unstopped = tryAction(play({}), (call) => call.press("*"));
    assert.deepEqual([unstopped.outcome, unstopped.call.did("stop-playback").length], ["ACTION_SUCCESSFUL", 0]);
  },
  // Contract: events-echo-terminators
  'TerminatorDigits: ["#"], or absent, which is "#" too but is not echoed': () => {
    for (const build of getDigits) {
      const sent = gather(build({ TerminatorDigits: ["#"] }), "1", "2", "#");
      const absent = gather(build(), "1", "2", "#");
      assert.deepEqual([sent.digits, absent.digits], ["12", "12"]);
      assert.deepEqual([sent.echo["TerminatorDigits"], "TerminatorDigits" in absent.echo], [["#"], false]);
    }
  },
  // Contract: actions-hangup, actions-hangup-zero-unanswered, events-hangup-code-of-action
  'SipResponseCode: "0", "480", "486" refuse with 480, 480, 486; absent is 480 without a code': () => {
    assert.deepEqual(hangsUp(hangup({ SipResponseCode: "0" })), [480, 0]);
    assert.deepEqual(hangsUp(hangup({ SipResponseCode: "480" })), [480, 480]);
    assert.deepEqual(hangsUp(hangup({ SipResponseCode: "486" })), [486, 486]);
    assert.deepEqual(hangsUp(hangup()), [480, undefined]);
  },
  // Contract: leniency-hangup-code-wrong
  'wrong SipResponseCodes "500" and "Error" end the call all the same, as 0': () => {
    assert.deepEqual(hangsUp(hangup({ SipResponseCode: "500" })), [480, 0]);
    assert.deepEqual(hangsUp(hangup({ SipResponseCode: "Error" })), [480, 0]);
  },
  // Contract: leniency-hangup-code-spelling
  "the key sipResponseCode (lower-case s) with an integer counts": () =>
    assert.deepEqual(hangsUp(hangup({ sipResponseCode: 486 })), [486, 486]),
  // Contract: leniency-truth-as-words
  "Enable of VoiceFocus: true, false, 'True'; CallId sometimes absent": () => {
    for (const [Enable, echoed] of [
      [true, true],
      [false, false],
      ["True", true],
    ] as const) {
      for (const target of [{ CallId: drivenLegId }, {}]) {
        const { outcome, echo } = tryAction({ Type: "VoiceFocus", Parameters: { Enable, ...target } });
        assert.deepEqual([outcome, echo["Enable"]], ["ACTION_SUCCESSFUL", echoed]);
      }
    }
  },
  // Contract: actions-send-digits
  "ToneDurationInMilliseconds: 100, 300": () => {
    const build = (parameters: JsonObject) => sendDigits("12", parameters);
    numbersWork(build, "ToneDurationInMilliseconds", [
      [100, 100],
      ["300", 300],
    ]);
  },
  // Contract: actions-send-digits
  'Digits of SendDigits: 33 characters with 15 to 20 commas; "" is ACTION_FAILED': () => {
    for (const digits of ["1,,,,,2,,,,,3,,,,,4444444444444#*", ",,,,,,,,,,,,,,,,,,,,1234567890123"]) {
      assert.equal(digits.length, 33);
      const { outcome, call } = tryAction(sendDigits(digits));
      assert.deepEqual([outcome, call.did("send-digits")[0]?.digits], ["ACTION_SUCCESSFUL", digits]);
    }
    assert.equal(tryAction(sendDigits("")).outcome, "ACTION_FAILED");
  },
  // Contract: leniency-case-of-words
  'Engine: "neural", "Neural", absent (standard)': () => {
    for (const [parameters, engine] of [
      [{ Engine: "neural" }, "neural"],
      [{ Engine: "Neural" }, "neural"],
      [{}, "standard"],
    ] as const) {
      const { outcome, echo } = tryAction(speak("Hello", parameters));
      assert.deepEqual([outcome, echo["Engine"]], ["ACTION_SUCCESSFUL", engine]);
    }
  },
  // Contract: actions-call-recording-start, actions-call-recording-key
  'Destination.Location of StartCallRecording: "bucket/prefix"': () => {
    const Destination = { Type: "S3", Location: "records/calls" };
    const { outcome, data, call } = tryAction(startCallRecording({ Destination }));
    assert.equal(outcome, "ACTION_SUCCESSFUL");
    const { bucket, key } = call.did("start-call-recording")[0]?.destination ?? { bucket: "", key: "" };
    assert.equal(bucket, "records");
    assert.match(key, /^calls\/\d{4}\/\d\d\/\d\d\/.*\.wav$/);
    assert.deepEqual(data["CallRecordingDestination"], { Type: "S3", Location: `${bucket}/${key}` });
  },
  // Contract: actions-record-audio-prefix, actions-record-audio-key
  'Prefix of RecordAudio: "name/", "name", "<CallId>-", "a/b.c"': () => {
    for (const [Prefix, folder] of [
      ["name/", "name/"],
      ["name", "name/"],
      [`${drivenLegId}-`, `${drivenLegId}-/`],
      ["a/b.c", "a/b.c/"],
    ] as const) {
      const RecordingDestination = { Type: "S3", BucketName: "rec", Prefix };
      const { outcome, call } = tryAction(recordAudio({ RecordingDestination }));
      assert.equal(outcome, "ACTION_SUCCESSFUL");
      assert.equal(call.did("record-audio")[0]?.destination.key, `${folder}${drivenLegId}-recordings-1.wav`);
    }
  },
});

/** The message that a function gets for an action that does not exist. */
function refusalOf(Type: string): string {
  const call = driveCall({ script: [respondWith({ SchemaVersion: "1.0", Actions: [{ Type, Parameters: {} }] })] });
  assert.equal(call.lastEvent().InvocationEventType, "INVALID_LAMBDA_RESPONSE");
  assert.equal(call.lastEvent().ErrorType, "UnsupportedAction");
  return call.lastEvent().ErrorMessage ?? "";
}

section("other parameters", {
  // Contract: actions-speak
  "Speak and SpeechParameters with only Text: engine, voice, language and TextType have defaults": () => {
    const { call } = tryAction(speak());
    const gathering = gather(speakAndGetDigits({ MaxNumberOfDigits: 1 }), "1").call;
    for (const [source] of [call.did("play-audio"), gathering.did("play-audio")].map((list) =>
      list.map((one) => one.source),
    )) {
      assert.ok(source?.type === "speech");
      const { text: _text, ...how } = source.speech;
      assert.deepEqual(how, { textType: "text", engine: "standard", voiceId: "Joanna", languageCode: undefined });
    }
  },
  "text may hold line breaks, runs of spaces, apostrophes in ssml attributes, say-as with digits and number:digits":
    () => {
      const text = "Line one\nline   two,\r\n it's  done";
      const [spoken] = tryAction(speak(text)).call.did("play-audio");
      assert.equal(spoken?.source.type === "speech" && spoken.source.speech.text, text);
      const ssml = `<speak>\n Code  <say-as interpret-as='digits'>12</say-as> <sub alias="it's">its</sub>
      <say-as interpret-as="number:digits">07</say-as></speak>`;
      const { outcome } = tryAction(speak(ssml, { TextType: "ssml" }));
      const words = toSpeechParts(parseSsml(ssml), () => english).map((part) =>
        part.type === "words" ? part.text : "",
      );
      assert.deepEqual([outcome, ...words], ["ACTION_SUCCESSFUL", "Code one two it's zero seven"]);
    },
  // Contract: leniency-unknown-parameters
  "the wrong key Voice instead of VoiceId: the default voice, no failure": () => {
    const { outcome, echo } = tryAction(speak("Hello", { Voice: "Matthew" }));
    assert.deepEqual([outcome, echo["VoiceId"]], ["ACTION_SUCCESSFUL", "Joanna"]);
  },
  // Contract: leniency-absent-parameters
  "Hangup with Parameters {}, without SipResponseCode, without Parameters": () => {
    for (const action of [
      { Type: "Hangup", Parameters: {} },
      hangup({ ParticipantTag: "LEG-A" }),
      { Type: "Hangup" },
    ]) {
      assert.deepEqual(hangsUp(action), [480, undefined]);
    }
  },
  // Contract: actions-call-and-bridge
  "SipHeaders {} on CallAndBridge": () => {
    const { outcome, call } = tryAction(callAndBridge({ SipHeaders: {} }), answerPartner);
    assert.equal(outcome, "ACTION_SUCCESSFUL");
    assert.deepEqual(call.did("dial-leg")[0]?.headers, {});
  },
  // Contract: leniency-unknown-parameters
  "unknown parameters (CustomSipHeaders, AttendeeId) are ignored, and echoed": () => {
    const unknown = { CustomSipHeaders: { "X-A": "1" }, AttendeeId: "a", Whatever: [1] };
    const answered: readonly WireAction[] = [
      speak("Hello", unknown),
      play(unknown),
      pause(1_000, unknown),
      recordAudio(unknown),
    ];
    for (const action of answered) {
      const { outcome, echo } = tryAction(action);
      assert.equal(outcome, "ACTION_SUCCESSFUL");
      for (const [name, value] of Object.entries(unknown)) assert.deepEqual(echo[name], value);
    }
    const bridge = tryAction(callAndBridge(unknown), answerPartner);
    assert.deepEqual([bridge.outcome, bridge.call.did("dial-leg")[0]?.headers], ["ACTION_SUCCESSFUL", {}]);
  },
  // Contract: actions-join-chime-meeting
  "JoinChimeMeeting with JoinToken only, with CallId and MeetingId too, with an empty AttendeeJoinToken": () => {
    for (const more of [{}, { CallId: drivenLegId, MeetingId: "m" }, { AttendeeJoinToken: "" }]) {
      const { outcome, echo } = tryAction({ Type: "JoinChimeMeeting", Parameters: { JoinToken: "token", ...more } });
      assert.deepEqual(
        [outcome, echo],
        ["ACTION_SUCCESSFUL", { JoinToken: "token", ...more, ParticipantTag: "LEG-A" }],
      );
    }
  },
  // Contract: actions-start-bot-conversation-fails
  "StartBotConversation without LocaleId: for now a clear ACTION_FAILED": () => {
    const BotAliasArn = "arn:aws:lex:us-east-1:111122223333:bot-alias/A/B";
    const { outcome, data } = tryAction({ Type: "StartBotConversation", Parameters: { BotAliasArn } });
    assert.deepEqual([outcome, data.ErrorType], ["ACTION_FAILED", "SystemException"]);
  },
  // Contract: actions-bridge-caller-id
  "CallerIdNumber may be the caller's own number, which is not in the inventory, or the dialled one": () => {
    const { from, to } = driveCall().state().legs[0] ?? { from: "", to: "" };
    assert.notEqual(from, ownedNumber);
    for (const CallerIdNumber of [from, to]) {
      const { outcome, call } = tryAction(callAndBridge({ CallerIdNumber }), answerPartner);
      assert.deepEqual([outcome, call.did("dial-leg")[0]?.from], ["ACTION_SUCCESSFUL", CallerIdNumber]);
    }
    assert.equal(tryAction(callAndBridge({ CallerIdNumber: "+18885550100" })).data.ErrorType, "InvalidActionParameter");
  },
  // Contract: leniency-misspelt-actions, leniency-reply-explained
  "action types that do not exist (SpeakAndBridge, SpeakText): INVALID_LAMBDA_RESPONSE with the word and the nearest right one":
    () => {
      assert.match(refusalOf("SpeakText"), /Unsupported action SpeakText specified.*did you mean Speak\?/);
      assert.match(
        refusalOf("SpeakAndBridge"),
        /Unsupported action SpeakAndBridge specified.*did you mean CallAndBridge\?/,
      );
    },
  // Contract: actions-modify-chime-meeting-attendees-fails
  "Operation Add or Remove, and AttendeeIds, on ModifyChimeMeetingAttendees: ACTION_FAILED that names what is wrong":
    () => {
      for (const [parameters, message] of [
        [{ Operation: "Add", AttendeeList: ["a"] }, /Operation/],
        [{ Operation: "Remove", AttendeeList: ["a"] }, /Operation/],
        [{ Operation: "Mute", AttendeeIds: ["a"] }, /Attendee List/],
      ] as const) {
        const Parameters = { MeetingId: "m", ...parameters };
        const { outcome, data, echo } = tryAction({ Type: "ModifyChimeMeetingAttendees", Parameters });
        assert.deepEqual([outcome, data.ErrorType], ["ACTION_FAILED", "InvalidActionParameter"]);
        assert.match(data.ErrorMessage ?? "", message);
        assert.equal(echo["Operation"], parameters.Operation);
      }
    },
});
