import type { JsonObject } from "../../../src/call/index.ts";
import type { WireAction } from "../../../src/testing/internal/scripted-reply.ts";
import type { Choices } from "../choices.ts";
import { attendeeIds, meetingId, strangerId } from "./rooms.ts";
import { ownedNumber } from "./scene.ts";

/** What a random function knows of the legs when it writes actions. */
export interface KnownLegs {
  /** CallIds of the event's participants. */
  readonly callIds: readonly string[];
  /** Whether LEG-B is among them and connected. */
  readonly hasPartner: boolean;
  /** Whether it is a meeting. */
  readonly isMeeting: boolean;
}

type Write = (choices: Choices, leg: JsonObject, isWrong: boolean) => WireAction;

const source = (Key: string) => ({ Type: "S3", BucketName: "prompts", Key });
const prompt = source("prompt.wav");
const failurePrompt = source("bad.wav");
const words = { Text: "Your number, please" };
const failureWords = { Text: "That was wrong" };
const bucket = { Type: "S3", BucketName: "rec", Prefix: "a/" };
const place = { Type: "S3", Location: "rec/b" };
const keyLists = [undefined, ["#"], ["1", "*"], []];

const speak: Write = (_choices, leg, isWrong) => ({ Type: "Speak", Parameters: { ...leg, Text: isWrong ? "" : "Hi" } });

const playAudio: Write = ({ one }, leg, isWrong) => ({
  Type: "PlayAudio",
  Parameters: {
    ...leg,
    AudioSource: prompt,
    Repeat: isWrong ? "x" : one([1, "0", 3]),
    PlaybackTerminators: one(keyLists),
  },
});

const pause: Write = ({ one, below }, leg, isWrong) => ({
  Type: "Pause",
  Parameters: { ...leg, DurationInMilliseconds: isWrong ? "never" : one([100, "500", 100 + below(29_000)]) },
});

/** What is left out is marked for the invariants: events show the defaults. Unknown names mean nothing to the machine. */
function digitRules({ one, below }: Choices, isWrong: boolean): JsonObject {
  const min = below(3);
  return {
    ...(min === 0 && below(2) === 1 ? { LeastIsUnsaid: true } : { MinNumberOfDigits: min }),
    MaxNumberOfDigits: isWrong ? min - 1 : min + below(4),
    RepeatDurationInMilliseconds: one([100, "2000", 10_000]),
    ...one<JsonObject>([{ NextIsUnsaid: true }, { InBetweenDigitsDurationInMilliseconds: 700 }]),
    Repeat: one([0, 1, 2, 3]),
    InputDigitsRegex: one(["", "[1-2]", "^\\d+#$", "#"]),
    TerminatorDigits: one([undefined, ["*"], [], ["#", "*"]]),
  };
}

const playAudioAndGetDigits: Write = (choices, leg, isWrong) => ({
  Type: "PlayAudioAndGetDigits",
  Parameters: { ...leg, AudioSource: prompt, FailureAudioSource: failurePrompt, ...digitRules(choices, isWrong) },
});

const speakAndGetDigits: Write = (choices, leg, isWrong) => ({
  Type: "SpeakAndGetDigits",
  Parameters: {
    ...leg,
    SpeechParameters: words,
    FailureSpeechParameters: failureWords,
    ...digitRules(choices, isWrong),
  },
});

const receiveDigits: Write = ({ one }, leg, isWrong) => ({
  Type: "ReceiveDigits",
  Parameters: {
    ...leg,
    InputDigitsRegex: isWrong ? "(" : one(["^\\d$", "^\\d{2}#?$", "[1-2]", ".*"]),
    InBetweenDigitsDurationInMilliseconds: one([1_000, "200", 3_000]),
    FlushDigitsDurationInMilliseconds: one([5_000, 3_000]),
  },
});

const recordAudio: Write = ({ one, below }, leg, isWrong) => ({
  Type: "RecordAudio",
  Parameters: {
    ...leg,
    RecordingDestination: bucket,
    DurationInSeconds: isWrong ? 0 : one([1 + below(20), 1 + below(20), undefined]),
    ...one<JsonObject>([{}, { SilenceDurationInSeconds: 2 }]),
    RecordingTerminators: one(keyLists),
  },
});

const startCallRecording: Write = ({ one }, leg, isWrong) => ({
  Type: "StartCallRecording",
  Parameters: { ...leg, Track: isWrong ? "x" : one(["BOTH", "INCOMING", "OUTGOING"]), Destination: place },
});

const changeCallRecording: Write = ({ one }, leg) => ({
  Type: `${one(["Stop", "Pause", "Resume"])}CallRecording`,
  Parameters: leg,
});

const sendDigits: Write = ({ one }, leg, isWrong) => ({
  Type: "SendDigits",
  Parameters: {
    ...leg,
    Digits: isWrong ? "x" : one<unknown>(["1", 12, "12,#"]),
    ToneDurationInMilliseconds: one([undefined, "100"]),
  },
});

const callAndBridge: Write = ({ one }, leg, isWrong) => ({
  Type: "CallAndBridge",
  Parameters: {
    ...leg,
    CallerIdNumber: isWrong ? "+12" : ownedNumber,
    Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "+15105550177" }],
    CallTimeoutSeconds: one([30, undefined, "5", 1]),
    ...one<JsonObject>([{}, {}, { RingbackTone: source("ring.wav") }]),
    ...one<JsonObject>([{}, {}, { SipHeaders: { "X-A": "1" } }]),
  },
});

const hangup: Write = ({ one }, leg) => ({
  Type: "Hangup",
  Parameters: {
    ...leg,
    ...one<JsonObject>([{}, { SipResponseCode: "486" }, { SipResponseCode: 0 }, { SipResponseCode: 500 }]),
  },
});

const hangupPartner: Write = () => ({ Type: "Hangup", Parameters: { ParticipantTag: "LEG-B" } });

const joinChimeMeeting: Write = ({ one }, leg, isWrong) => ({
  Type: "JoinChimeMeeting",
  Parameters: {
    ...leg,
    JoinToken: isWrong ? "" : "token-1",
    ...one<JsonObject>([{}, { MeetingId: meetingId }, { AttendeeJoinToken: "" }]),
  },
});

const modifyChimeMeetingAttendees: Write = ({ one }, leg, isWrong) => ({
  Type: "ModifyChimeMeetingAttendees",
  Parameters: {
    ...leg,
    Operation: isWrong ? "Add" : one(["Mute", "Unmute"]),
    MeetingId: one([meetingId, meetingId, meetingId, "meeting-2"]),
    AttendeeList: one([[attendeeIds[0]], attendeeIds, [strangerId, attendeeIds[1]]]),
  },
});

const notAvailable: Write = (_choices, leg) => ({ Type: "StartBotConversation", Parameters: leg });

const voiceFocus: Write = ({ one }, leg, isWrong) => ({
  Type: "VoiceFocus",
  Parameters: { ...leg, ...(isWrong ? {} : { Enable: one([true, false, "True", "false"]) }) },
});

/** Often the first ones. */
const kinds: readonly Write[] = [
  ...[speak, callAndBridge, playAudio, callAndBridge, pause, callAndBridge, callAndBridge, playAudioAndGetDigits],
  ...[receiveDigits, recordAudio, startCallRecording, changeCallRecording, sendDigits, speakAndGetDigits, hangup],
  ...[receiveDigits, receiveDigits, startCallRecording, changeCallRecording, notAvailable, voiceFocus],
  ...[hangupPartner, joinChimeMeeting, joinChimeMeeting, joinChimeMeeting, modifyChimeMeetingAttendees],
];
/** While the call is in a meeting. */
const kindsForMeeting: readonly Write[] = [
  ...[speak, modifyChimeMeetingAttendees, modifyChimeMeetingAttendees, receiveDigits, hangup, startCallRecording],
  ...[playAudio, hangupPartner, pause, voiceFocus, callAndBridge, joinChimeMeeting, playAudioAndGetDigits],
];
/** While two telephones are up. */
const kindsForTwo: readonly Write[] = [
  ...[speak, hangup, playAudio, pause, recordAudio, receiveDigits, sendDigits, startCallRecording],
  ...[changeCallRecording, playAudioAndGetDigits, hangup, callAndBridge, hangup, joinChimeMeeting],
  modifyChimeMeetingAttendees,
];

const cannotBeWrong: ReadonlySet<Write> = new Set([hangup, hangupPartner, changeCallRecording, notAvailable]);
/** Marks wrong parameters for the invariants; unknown names mean nothing to the machine. */
const flaw: JsonObject = { Flaw: true };
const noLeg: JsonObject = {};
const namedLegs: readonly JsonObject[] = [
  { ParticipantTag: "LEG-A" },
  { CallId: "" },
  { ParticipantTag: "LEG-B" },
  { CallId: "nobody" },
];
const bothLegs: readonly JsonObject[] = [{ ParticipantTag: "LEG-A" }, { ParticipantTag: "LEG-B" }];

/** A random action, now and then for a wrong leg or with wrong parameters. */
export function anAction(choices: Choices, known: KnownLegs): WireAction {
  const write = choices.one(!known.hasPartner ? kinds : known.isMeeting ? kindsForMeeting : kindsForTwo);
  const leg = aLeg(choices, known);
  return choices.rarely(14) && !cannotBeWrong.has(write)
    ? write(choices, { ...leg, ...flaw }, true)
    : write(choices, leg, false);
}

function aLeg({ below, one }: Choices, { callIds, hasPartner }: KnownLegs): JsonObject {
  const kind = below(8);
  if (kind < 4) return hasPartner && kind > 1 ? one(bothLegs) : noLeg;
  // The id wins over the tag.
  if (kind === 4) return { CallId: one(callIds), ...one<JsonObject>([{}, {}, { ParticipantTag: "LEG-A" }]) };
  if (kind === 5) return one(namedLegs);
  return hasPartner ? one(bothLegs) : noLeg;
}
