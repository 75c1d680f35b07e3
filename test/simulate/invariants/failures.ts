import type { CallInput, CallState, JsonObject } from "../../../src/call/index.ts";
import type { Fail, Invariant, View } from "../watch.ts";

/** How an action that has the floor may fail for an input. */
interface Expected {
  readonly action: string;
  readonly errorTypes: readonly string[];
}

const noFile = ["CALL_AUDIO_NOT_FOUND", "MEDIA_UNSUPPORTED_AUDIO", "OBJECTS_UNAVAILABLE"];
/** Ends of what only observers and the operator are told of a failure. */
const reasons =
  /(are not available in this version|has been recorded already|is not being recorded|takes too long|did not come in time|did not answer within 10 s)\.$/;

/** What functions and the operator are told when an action fails. */
export const failures: Invariant = {
  name: "a failure is named for what went wrong",
  rule: "Contract: actions-errors, events-error-member: the type of the error, the old Error member; reasons beyond that are warnings, each once in a call",
  watch(view, fail) {
    const warnings = new Set<string>();
    const recordedBy = new Map<string, string>();
    let expected: Expected | undefined;
    let due: string | undefined;
    return {
      input({ input, before }) {
        expected = expectedOf(view, before, input, recordedBy);
        due = undefined;
      },
      effect(effect) {
        if (effect.do === "record-audio") recordedBy.set(effect.recordingId, "RecordAudio");
        else if (effect.do === "start-call-recording") recordedBy.set(effect.recordingId, "StartCallRecording");
        else if (effect.do === "warn" && !effect.message.startsWith("ReceiveDigits on ")) {
          if (warnings.has(effect.message)) fail(`the operator hears again: ${effect.message}`);
          warnings.add(effect.message);
        } else if (effect.do === "invoke") checkErrorMember(view, effect.event, fail);
        if (effect.do !== "observe" || effect.fact.type !== "action-ended") return;
        const { action, participantTag, outcome, errorType = "", message = "" } = effect.fact;
        const now = expected;
        // The next of the list may fail on the spot, for other reasons.
        expected = undefined;
        if (outcome !== "failed") return;
        if (reasons.test(message)) due = `${participantTag} ${action} failed, ${errorType}: ${message}`;
        if (now?.action === action && !now.errorTypes.includes(errorType))
          fail(`${action} fails with ${errorType}, not ${now.errorTypes.join(" or ")}`);
      },
      step() {
        if (due !== undefined && !warnings.has(due)) fail(`the operator does not hear: ${due}`);
      },
    };
  },
};

function expectedOf(
  { book }: View,
  { list: { running }, timers }: CallState,
  input: CallInput,
  recordedBy: ReadonlyMap<string, string>,
): Expected | undefined {
  if (input.type === "recording-failed") {
    const action = recordedBy.get(input.recordingId);
    return action === undefined ? undefined : { action, errorTypes: [errorOfRecording(action, input.error.code)] };
  }
  if (input.type === "timer-fired" && input.timerId === timers.awaited)
    return { action: "RecordAudio", errorTypes: ["SystemException"] };
  if (running === undefined) return undefined;
  const action = running.request.type;
  if (input.type === "playback-failed") {
    const errorType = action.startsWith("Speak") ? errorOfSpeech(input.error.code) : errorOfFile(input.error.code);
    return { action, errorTypes: [errorType] };
  }
  if (input.type === "leg-ended" && book.find(input.legId)?.id === running.legId)
    return { action, errorTypes: ["SystemException"] };
  if (action === "CallAndBridge") {
    const isOurs = input.type === "leg-ended" && input.end.type === "failed";
    return { action, errorTypes: [isOurs ? "SystemException" : "CallNotAnswered"] };
  }
  if (action === "JoinChimeMeeting") {
    const isTheirs = input.type === "meeting-refused" ? !input.isOurs : input.type !== "timer-fired";
    return { action, errorTypes: [isTheirs ? "InvalidActionParameter" : "ErrorJoiningMeeting"] };
  }
  if (action === "ModifyChimeMeetingAttendees") {
    return { action, errorTypes: [input.type === "attendees-muted" ? "InvalidActionParameter" : "SystemException"] };
  }
  // Also a pattern that takes too long.
  if (action.endsWith("GetDigits")) return { action, errorTypes: ["InvalidDigitsReceived", "InvalidActionParameter"] };
  return undefined;
}

function errorOfRecording(action: string, code: string): string {
  if (action === "StartCallRecording") return code.startsWith("OBJECTS_") ? "NoAccessToDestination" : "SystemException";
  const isOfStore = code.startsWith("OBJECTS_") || code === "CALL_RECORDING_NOT_STORED";
  return isOfStore ? "InvalidActionParameter" : "SystemException";
}

function errorOfSpeech(code: string): string {
  if (code === "SPEECH_THROTTLED") return "ActionExecutionThrottled";
  return code === "SPEECH_BAD_SSML" ? "InvalidActionParameter" : "SystemException";
}

function errorOfFile(code: string): string {
  return noFile.includes(code) ? "InvalidAudioSource" : "SystemException";
}

function checkErrorMember({ scene }: View, event: JsonObject, fail: Fail): void {
  if (event["InvocationEventType"] !== "ACTION_FAILED") return;
  const data = event["ActionData"] as Readonly<Record<string, string>>;
  const { Type, ErrorType, ErrorMessage, Error: old } = data;
  const isUpload = Type === "RecordAudio" && ErrorMessage?.startsWith("Error occurred while uploading") === true;
  const isOld = isUpload || ErrorType === "NoAccessToDestination" || Type === "JoinChimeMeeting";
  if ((old !== undefined) !== (scene.config.compatibility.errorMember && isOld)) fail(`${Type}: the old Error member`);
  if ((data["ErrorList"] !== undefined) !== (Type === "ModifyChimeMeetingAttendees")) fail(`${Type}: ErrorList`);
}
