import { isDeepStrictEqual } from "node:util";
import type { AudioSource, CallEffect, CallInput, FunctionReply, PlaybackError } from "../../call/index.ts";
import type { Timer } from "../../kernel/index.ts";
import type { ManualClock } from "../manual-clock.ts";
import { keepSilent, respond, type FunctionEvent, type ScriptedReply } from "./scripted-reply.ts";

type Without<T, Key extends string> = T extends unknown ? Omit<T, Key> : never;
/** An input of the machine; the driver adds the time. */
export type TimelessInput = Without<CallInput, "at">;
/** The effect of one kind. */
export type Effect<Do extends CallEffect["do"]> = Extract<CallEffect, { do: Do }>;

/** How a driven call's function and audio behave. */
export interface PerformerOptions {
  /** Replies in order (then empty lists), or a function of the event and its index. */
  readonly script?: readonly ScriptedReply[] | ((event: FunctionEvent, index: number) => ScriptedReply);
  /** Default: each playback ends after 1,000 ms a repeat. "by-hand": `finishPlayback` and `failPlayback` end it. */
  readonly audio?: "by-hand" | ((source: AudioSource) => { readonly ms: number } | PlaybackError);
  /** Time that sending keys takes, the whole of it; default 1,000 ms. */
  readonly sendDigitsMs?: number;
  /** Default: a RecordAudio ends after its longest time, at most 2,000 ms, or when it is stopped, and is stored at once. "by-hand": `give`
   * ends it. An error: nothing can be stored. */
  readonly recording?: "by-hand" | PlaybackError;
  /** Default: every meeting lets the telephone in at once, and mutes whom it is told to. "by-hand": `give` does it. */
  readonly meetings?: "by-hand";
  /** Whether an answered leg is up at once; else `answer` does it. Default true. */
  readonly answersAtOnce?: boolean;
}

/** The meeting that driven calls join, and as whom. */
export const drivenMeeting = {
  meetingId: "2f5d9a1f-3b02-4b6e-9a57-5c9b0b9d1f3a",
  attendeeId: "7c1f5d9e-0a03-4b3c-8d3e-c2a8b0de2f0e",
};

type Give = (input: TimelessInput) => void;

/** Performs effects in virtual time and gives the results back as inputs. `events`: where the function's events are noted;
 * `timerIds`: timers that run already (they never fire). */
export function createPerformer(
  options: PerformerOptions,
  clock: ManualClock,
  { events, timerIds }: { readonly events: FunctionEvent[]; readonly timerIds: readonly string[] },
  give: Give,
) {
  const timers = createTimers(clock, timerIds, give);
  const player = createPlayer(options.audio ?? (() => ({ ms: 1_000 })), clock, give);
  const invoke = createFunction(options.script ?? [], clock, events, give);
  const sendDigits = ({ sendId }: Effect<"send-digits">) =>
    void clock.startTimer(options.sendDigitsMs ?? 1_000, () => give({ type: "digits-sent", sendId }));
  const recorder = createRecorder(options.recording, clock, give);
  const letsIn = options.meetings === undefined;
  let ended = false;

  function perform(effect: CallEffect): void {
    if (ended && effect.do !== "ignore") fail(`${effect.do} after end-call`);
    if (effect.do === "invoke") invoke(effect);
    else if (effect.do === "play-audio") player.play(effect);
    else if (effect.do === "stop-playback") player.stop(effect);
    else if (effect.do === "send-digits") sendDigits(effect);
    else if (effect.do === "record-audio") recorder.record(effect);
    else if (effect.do === "stop-record-audio") recorder.stop(effect);
    else if (effect.do === "start-call-recording") recorder.startCallRecording(effect);
    else if (effect.do === "join-meeting" && letsIn)
      give({ type: "meeting-joined", legId: effect.legId, ...drivenMeeting });
    else if (effect.do === "mute-attendees" && letsIn)
      give({ type: "attendees-muted", muteId: effect.muteId, unknown: [] });
    else if (effect.do === "start-timer") timers.start(effect);
    else if (effect.do === "cancel-timer") timers.cancel(effect);
    else if (effect.do === "end-call") ended = true;
    else if (effect.do === "answer-leg" && (options.answersAtOnce ?? true))
      give({ type: "leg-answered", legId: effect.legId });
  }
  return { perform, pendingTimers: timers.count };
}

function createFunction(
  script: NonNullable<PerformerOptions["script"]>,
  clock: ManualClock,
  events: FunctionEvent[],
  give: Give,
) {
  let invoking: string | undefined;
  return ({ invocationId, event, deadlineMs }: Effect<"invoke">): void => {
    if (invoking !== undefined) fail(`two invocations at once: ${invoking} and ${invocationId}`);
    invoking = invocationId;
    // As over the wire: the function gets a copy of its own, and what JSON cannot say is lost.
    const copy = JSON.parse(JSON.stringify(event)) as FunctionEvent;
    if (!isDeepStrictEqual(copy, event)) fail("an event holds what JSON cannot say");
    events.push(frozenCopy(copy));
    const scripted = typeof script === "function" ? script(copy, events.length - 1) : script[events.length - 1];
    const { afterMs, reply } = limit(scripted ?? respond([]), deadlineMs);
    const deliver = () => {
      invoking = undefined;
      give({ type: "function-replied", invocationId, reply });
    };
    if (afterMs === 0) deliver();
    else clock.startTimer(afterMs, deliver);
  };
}

function createPlayer(audio: NonNullable<PerformerOptions["audio"]>, clock: ManualClock, give: Give) {
  const playbacks = new Map<string, Timer>();
  return {
    play({ playbackId, source, repeat }: Effect<"play-audio">): void {
      if (audio === "by-hand") return;
      const outcome = audio(source);
      const ends = () => {
        playbacks.delete(playbackId);
        if ("code" in outcome) give({ type: "playback-failed", playbackId, error: outcome });
        else give({ type: "playback-finished", playbackId });
      };
      playbacks.set(playbackId, clock.startTimer("code" in outcome ? 0 : outcome.ms * repeat, ends));
    },
    stop({ playbackId }: Effect<"stop-playback">): void {
      playbacks.get(playbackId)?.cancel();
      playbacks.delete(playbackId);
    },
  };
}

function createRecorder(recording: PerformerOptions["recording"], clock: ManualClock, give: Give) {
  const running = new Map<string, Timer>();
  const end = (recordingId: string, why: "duration" | "stopped") => {
    running.delete(recordingId);
    if (typeof recording === "object") give({ type: "recording-failed", recordingId, error: recording });
    else give({ type: "recording-ended", recordingId, end: why, terminator: undefined });
  };
  return {
    record({ recordingId, maxMs }: Effect<"record-audio">): void {
      if (recording === "by-hand") return;
      running.set(
        recordingId,
        clock.startTimer(Math.min(maxMs, 2_000), () => end(recordingId, "duration")),
      );
    },
    stop({ recordingId }: Effect<"stop-record-audio">): void {
      const timer = running.get(recordingId);
      timer?.cancel();
      if (timer !== undefined) end(recordingId, "stopped");
    },
    startCallRecording({ recordingId }: Effect<"start-call-recording">): void {
      if (typeof recording === "object") give({ type: "recording-failed", recordingId, error: recording });
      else if (recording === undefined) give({ type: "recording-started", recordingId });
    },
  };
}

function createTimers(clock: ManualClock, timerIds: readonly string[], give: Give) {
  const timers = new Map<string, Timer>(timerIds.map((timerId) => [timerId, { cancel: () => undefined }]));
  return {
    start({ timerId, delayMs }: Effect<"start-timer">): void {
      if (timers.has(timerId)) fail(`the timer ${timerId} runs already`);
      const fires = () => {
        timers.delete(timerId);
        give({ type: "timer-fired", timerId });
      };
      timers.set(timerId, clock.startTimer(delayMs, fires));
    },
    cancel({ timerId }: Effect<"cancel-timer">): void {
      const timer = timers.get(timerId) ?? fail(`the timer ${timerId} does not run`);
      timer.cancel();
      timers.delete(timerId);
    },
    count: () => timers.size,
  };
}

function limit(scripted: ScriptedReply, deadlineMs: number): { afterMs: number; reply: FunctionReply } {
  if (scripted.afterMs < deadlineMs) return scripted;
  return { afterMs: deadlineMs, reply: keepSilent.reply };
}

/** A copy that cannot be changed. Throws when the value is more than plain data. */
export function frozenCopy<T>(value: T): T {
  return freeze(structuredClone(value));
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

function fail(message: string): never {
  throw new Error(message);
}
