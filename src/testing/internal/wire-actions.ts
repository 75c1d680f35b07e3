import type { JsonObject } from "../../call/index.ts";
import { drivenMeeting } from "./call-performer.ts";
import type { WireAction } from "./scripted-reply.ts";

/** A Speak action. */
export function speak(text = "Hello", parameters: JsonObject = {}): WireAction {
  return { Type: "Speak", Parameters: { Text: text, ...parameters } };
}

/** A PlayAudio action on bucket "prompts". */
export function playAudio(key = "hello.wav", parameters: JsonObject = {}): WireAction {
  const source = { Type: "S3", BucketName: "prompts", Key: key };
  return { Type: "PlayAudio", Parameters: { AudioSource: source, ...parameters } };
}

/** A Pause action. */
export function pause(durationMs: unknown = 1_000, parameters: JsonObject = {}): WireAction {
  return { Type: "Pause", Parameters: { DurationInMilliseconds: durationMs, ...parameters } };
}

/** A Hangup action. */
export function hangup(parameters: JsonObject = {}): WireAction {
  return { Type: "Hangup", Parameters: parameters };
}

/** A PlayAudioAndGetDigits action that waits 5 s, with "prompt.wav" and "bad.wav" of the bucket "prompts". */
export function playAudioAndGetDigits(parameters: JsonObject = {}): WireAction {
  const source = (key: string) => ({ Type: "S3", BucketName: "prompts", Key: key });
  return {
    Type: "PlayAudioAndGetDigits",
    Parameters: {
      AudioSource: source("prompt.wav"),
      FailureAudioSource: source("bad.wav"),
      RepeatDurationInMilliseconds: 5_000,
      ...parameters,
    },
  };
}

/** A SpeakAndGetDigits action that waits 5 s. */
export function speakAndGetDigits(parameters: JsonObject = {}): WireAction {
  return {
    Type: "SpeakAndGetDigits",
    Parameters: {
      SpeechParameters: { Text: "Your number, please" },
      FailureSpeechParameters: { Text: "That was wrong" },
      RepeatDurationInMilliseconds: 5_000,
      ...parameters,
    },
  };
}

/** A ReceiveDigits action: keys count 1 s after the last, and for 5 s. */
export function receiveDigits(pattern: unknown = "^\\d{2}$", parameters: JsonObject = {}): WireAction {
  return {
    Type: "ReceiveDigits",
    Parameters: {
      InputDigitsRegex: pattern,
      InBetweenDigitsDurationInMilliseconds: 1_000,
      FlushDigitsDurationInMilliseconds: 5_000,
      ...parameters,
    },
  };
}

/** A SendDigits action. */
export function sendDigits(digits: unknown = "12#", parameters: JsonObject = {}): WireAction {
  return { Type: "SendDigits", Parameters: { Digits: digits, ...parameters } };
}

/** A RecordAudio action of 10 s to the bucket "rec". */
export function recordAudio(parameters: JsonObject = {}): WireAction {
  const destination = { Type: "S3", BucketName: "rec" };
  return {
    Type: "RecordAudio",
    Parameters: { DurationInSeconds: 10, RecordingDestination: destination, ...parameters },
  };
}

/** A StartCallRecording action of both sides to the bucket "rec". */
export function startCallRecording(parameters: JsonObject = {}): WireAction {
  return {
    Type: "StartCallRecording",
    Parameters: { Track: "BOTH", Destination: { Type: "S3", Location: "rec" }, ...parameters },
  };
}

/** A StopCallRecording, PauseCallRecording or ResumeCallRecording action. */
export function changeCallRecording(what: "Stop" | "Pause" | "Resume", parameters: JsonObject = {}): WireAction {
  return { Type: `${what}CallRecording`, Parameters: parameters };
}

/** A CallAndBridge action to a telephone number, from LEG-A's own number. */
export function callAndBridge(parameters: JsonObject = {}): WireAction {
  const endpoint = { BridgeEndpointType: "PSTN", Uri: "+15105550177" };
  return {
    Type: "CallAndBridge",
    Parameters: { CallerIdNumber: "+12065550188", Endpoints: [endpoint], ...parameters },
  };
}

/** A JoinChimeMeeting action. */
export function joinChimeMeeting(parameters: JsonObject = {}): WireAction {
  return { Type: "JoinChimeMeeting", Parameters: { JoinToken: "token-1", ...parameters } };
}

/** A ModifyChimeMeetingAttendees action that mutes an attendee of the meeting that driven calls join. */
export function modifyChimeMeetingAttendees(parameters: JsonObject = {}): WireAction {
  const { meetingId, attendeeId } = drivenMeeting;
  return {
    Type: "ModifyChimeMeetingAttendees",
    Parameters: {
      Operation: "Mute",
      MeetingId: meetingId,
      AttendeeList: [attendeeId],
      ParticipantTag: "LEG-B",
      ...parameters,
    },
  };
}
