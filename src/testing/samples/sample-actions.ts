import type { JsonObject } from "../../call/index.ts";

const prompt = (Key: string) => ({ Type: "S3", BucketName: "prompts", Key });
const fourDigits = {
  InputDigitsRegex: "^\\d{4}$",
  MinNumberOfDigits: 4,
  MaxNumberOfDigits: 4,
  RepeatDurationInMilliseconds: 5_000,
};

/** Parameters with which actions succeed in a sample, by type. */
export const sampleActions = {
  CallAndBridge: {
    CallTimeoutSeconds: 30,
    CallerIdNumber: "+12065550100",
    Endpoints: [{ BridgeEndpointType: "PSTN", Uri: "+12065550142" }],
  },
  JoinChimeMeeting: { JoinToken: "a-join-token" },
  Pause: { DurationInMilliseconds: "1000" },
  PlayAudio: { AudioSource: prompt("welcome.wav") },
  PlayAudioAndGetDigits: { AudioSource: prompt("pin.wav"), FailureAudioSource: prompt("wrong.wav"), ...fourDigits },
  RecordAudio: {
    DurationInSeconds: "10",
    SilenceDurationInSeconds: 3,
    RecordingTerminators: ["#"],
    RecordingDestination: { Type: "S3", BucketName: "messages", Prefix: "inbox/" },
  },
  SendDigits: { Digits: "12#", ToneDurationInMilliseconds: 100 },
  Speak: { Text: "Hello" },
  SpeakAndGetDigits: {
    SpeechParameters: { Text: "Your code, please." },
    FailureSpeechParameters: { Text: "That was wrong." },
    ...fourDigits,
  },
} satisfies Readonly<Record<string, JsonObject>>;

export type SampleAction = keyof typeof sampleActions;

/** Keys that a sample listens for in the background. */
export const receiveDigits = {
  Type: "ReceiveDigits",
  Parameters: {
    InputDigitsRegex: "^\\d{4}$",
    InBetweenDigitsDurationInMilliseconds: 1_000,
    FlushDigitsDurationInMilliseconds: 10_000,
  },
};
