import type { CallInput, CallState, JsonObject } from "../../../src/call/index.ts";
import type { BookedLeg } from "../book.ts";
import { answersLeg, callsPartner } from "../model/action-traits.ts";
import type { Fail, Invariant, Step, View } from "../watch.ts";
import type { Answer } from "../world/random-function.ts";

/** What an observer knows of the action that has the floor. */
interface Seen {
  readonly action: string;
  readonly leg: BookedLeg;
  readonly parameters: JsonObject;
  /** Its last playback, keys or recording. */
  workId: string | undefined;
  timerId: string | undefined;
}

type Outcome = "succeeded" | "failed";

const atOnce: ReadonlySet<string> = new Set([
  ...["ReceiveDigits", "StopCallRecording", "PauseCallRecording", "ResumeCallRecording", "VoiceFocus", "Hangup"],
]);
const gathersDigits: ReadonlySet<string> = new Set(["PlayAudioAndGetDigits", "SpeakAndGetDigits"]);

/** An action ends when its work is done, and not before. What get-digits actions gather is looked at in a file of its own. */
export const outcomes: Invariant = {
  name: "an action ends when its work is done",
  rule: "an action ends as what it waited for: with its playback, its time, its keys, its recording or the answer of its LEG-B; a success or a failure as that was",
  watch(view, fail) {
    let seen: Seen | undefined;
    let due: Outcome | undefined;
    let isNew = false;
    /** A LEG-B that is being called, and that a new list may begin by hanging up. */
    let cancelled: BookedLeg | undefined;
    /** Recordings whose leg has left while their action had the floor: it is told when the file is there, or given up. */
    const outliving = new Set<string>();
    let isOfOutliving = false;
    const leaveFloor = () => {
      if (seen?.action === "RecordAudio" && seen.leg.state === "over" && seen.workId !== undefined)
        outliving.add(seen.workId);
      seen = undefined;
    };
    return {
      input({ input, before, answer, effects }) {
        isNew = false;
        isOfOutliving =
          ("recordingId" in input && outliving.delete(input.recordingId)) ||
          (input.type === "timer-fired" && input.timerId === before.timers.awaited);
        due = seen === undefined ? undefined : outcomeOf(view, seen, input);
        const isCalling = callsPartner.has(seen?.action ?? "") && view.book.b?.wasAnswered === false;
        const list = answer?.type === "list" ? answer.actions : standIns(before, answer, effects);
        cancelled = isCalling && list?.[0]?.Type === "Hangup" ? view.book.b : undefined;
      },
      effect(effect, { after }) {
        if (effect.do === "play-audio" && seen !== undefined) seen.workId = effect.playbackId;
        else if (effect.do === "send-digits" && seen !== undefined) seen.workId = effect.sendId;
        else if (effect.do === "mute-attendees" && seen !== undefined) seen.workId = effect.muteId;
        else if (effect.do === "start-timer" && seen !== undefined && after.timers.action === effect.timerId) {
          seen.timerId = effect.timerId;
        } else if (effect.do === "record-audio" || effect.do === "start-call-recording") {
          if (seen !== undefined) seen.workId = effect.recordingId;
        }
        if (effect.do !== "observe") return;
        const { fact } = effect;
        if (fact.type === "action-started") {
          const leg = view.book.legs().find((one) => one.tag === fact.participantTag);
          if (leg === undefined) return fail(`${fact.action} starts on a leg that is not there`);
          const parameters = fact.parameters as JsonObject;
          leaveFloor();
          seen = { action: fact.action, leg, parameters, workId: undefined, timerId: undefined };
          isNew = true;
        } else if (fact.type === "action-ended" && fact.action === seen?.action && !isOfOutliving) {
          const isOwn = fact.outcome === "succeeded" || fact.outcome === "failed";
          const isFree = isNew ? atOnce.has(seen.action) : seen.leg.state === "over" || gathersDigits.has(seen.action);
          const recordsAgain = isNew && seen.action === "StartCallRecording" && fact.outcome === "failed";
          if (cancelled?.state === "over" && fact.outcome === "failed") due = "failed";
          if (isOwn && !isFree && !recordsAgain && due !== fact.outcome)
            fail(`${fact.action} ${fact.outcome} before it was done`);
          seen = undefined;
          due = undefined;
        }
        return undefined;
      },
      step({ after }) {
        // One whose leg has left goes on in silence.
        if (after.list.running === undefined) leaveFloor();
        else if (due !== undefined) fail(`${after.list.running.request.type} goes on though it is done`);
        if (seen !== undefined) checkWork(view, seen, fail);
      },
    };
  },
};

/** An action that goes on waits for something. */
function checkWork({ book, scene }: View, { action, leg, workId, timerId }: Seen, fail: Fail): void {
  if (atOnce.has(action)) fail(`${action} goes on, but it is done at once`);
  const isJoining = action === "CallAndBridge" && book.b?.wasAnswered === true;
  const answers = answersLeg.has(action) || (action === "Pause" && scene.config.compatibility.pauseAnswers);
  if (leg.state === "offered" && (answers || isJoining)) fail(`${action} waits for a leg that nobody answers`);
  if (leg.state === "answering" && answers) return;
  const isTimed = action === "Pause" || callsPartner.has(action) || action === "ModifyChimeMeetingAttendees";
  if (isTimed && !isJoining) {
    if (timerId === undefined) fail(`${action} waits for ever`);
  } else if (leg.state === "answered" && workId === undefined && !isJoining) fail(`${action} does nothing`);
  if (callsPartner.has(action) && book.b === undefined) fail(`${action} calls nobody`);
}

/** How the input ends the action; undefined: it does not. */
function outcomeOf(view: View, seen: Seen, input: CallInput): Outcome | undefined {
  const { action, leg, parameters, workId, timerId } = seen;
  const isTimer = input.type === "timer-fired" && input.timerId === timerId;
  switch (action) {
    case "Pause":
      return isTimer ? "succeeded" : undefined;
    case "PlayAudio":
    case "Speak":
      if (input.type === "playback-finished" && input.playbackId === workId) return "succeeded";
      if (input.type === "playback-failed" && input.playbackId === workId) return "failed";
      return isKey(input, seen, parameters["PlaybackTerminators"]) ? "succeeded" : undefined;
    case "SendDigits":
      return input.type === "digits-sent" && input.sendId === workId ? "succeeded" : undefined;
    case "RecordAudio":
    case "StartCallRecording":
      if (!("recordingId" in input) || input.recordingId !== workId) return undefined;
      if (input.type === "recording-failed") return "failed";
      return input.type === "recording-ended" || action === "StartCallRecording" ? "succeeded" : undefined;
    case "CallAndBridge":
      return outcomeOfBridge(view, leg, seen, input, isTimer);
    case "JoinChimeMeeting":
      if (isTimer) return "failed";
      if (view.book.changed?.kind !== "meeting") return undefined;
      return view.book.changed.state === "answered" ? "succeeded" : "failed";
    case "ModifyChimeMeetingAttendees":
      if (isTimer) return "failed";
      if (!("muteId" in input) || input.muteId !== workId) return undefined;
      return input.type === "attendees-muted" && input.unknown.length === 0 ? "succeeded" : "failed";
    default:
      return undefined;
  }
}

function isKey(input: CallInput, { leg, workId }: Seen, keys: unknown): boolean {
  if (input.type !== "digit" || input.legId !== leg.id || workId === undefined) return false;
  return Array.isArray(keys) && keys.includes(input.digit);
}

/** Contract: events-hangup-unanswered-partner */
function outcomeOfBridge(
  { book }: View,
  leg: BookedLeg,
  seen: Seen,
  input: CallInput,
  isTimer: boolean,
): Outcome | undefined {
  const isCalling = book.b !== undefined && !book.b.wasAnswered;
  if (isTimer || (input.type === "playback-failed" && input.playbackId === seen.workId)) {
    return isCalling ? "failed" : undefined;
  }
  const { changed } = book;
  if (changed?.tag === "LEG-B") {
    if (changed.state === "answered") return leg.state === "answered" ? "succeeded" : undefined;
    return book.b === undefined ? "failed" : undefined;
  }
  const joins = changed === leg && leg.state === "answered" && book.b?.wasAnswered === true;
  return joins ? "succeeded" : undefined;
}

/** The actions of the configuration, when they begin in this step. */
function standIns({ invocation }: CallState, answer: Answer | undefined, effects: Step["effects"]) {
  const begin = effects.some((effect) => {
    return (
      effect.do === "observe" &&
      effect.fact.type === "function-failed" &&
      effect.fact.consequence === "fallback-actions"
    );
  });
  if (!begin) return undefined;
  return invocation?.fallbackActions ?? (answer?.type === "failed" ? answer.fallbackActions : undefined);
}
