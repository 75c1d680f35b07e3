import type { LegId } from "../../kernel/index.ts";
import type { ActionEffect } from "../action/action.ts";
import type { LegRecording } from "../state.ts";
import { emit, type Turn } from "../turn.ts";

/** The background recording of a leg. */
export function recordingOf(turn: Turn, legId: LegId): LegRecording | undefined {
  return turn.state.recordings.find((recording) => recording.legId === legId);
}

/** Begins the background recording of a leg: one in its life. Contract: actions-call-recording-once */
export function startRecording(
  turn: Turn,
  legId: LegId,
  effect: Extract<ActionEffect, { do: "start-call-recording" }>,
): void {
  const { recordingId } = effect;
  turn.state.recordings = [...turn.state.recordings, { legId, recordingId, state: "recording" }];
  emit(turn, { ...effect, legId });
}

const changes = {
  "pause-call-recording": { from: ["recording"], to: "paused" },
  "resume-call-recording": { from: ["paused"], to: "recording" },
  "stop-call-recording": { from: ["recording", "paused"], to: "stopped" },
} as const;

/** Pauses, resumes or stops the background recording of a leg. No effect in the wrong state. Contract: actions-call-recording */
export function changeRecording(turn: Turn, legId: LegId, change: keyof typeof changes): void {
  const recording = recordingOf(turn, legId);
  const { from, to } = changes[change];
  if (recording === undefined || !from.some((state) => state === recording.state)) return;
  const { recordingId } = recording;
  emit(turn, { do: change, recordingId, legId });
  turn.state.recordings = turn.state.recordings.map((one) => (one === recording ? { ...one, state: to } : one));
}

/** The leg has ended, and its recording with it. */
export function endRecording(turn: Turn, legId: LegId): void {
  if (recordingOf(turn, legId) === undefined) return;
  changeRecording(turn, legId, "stop-call-recording");
  turn.state.recordings = turn.state.recordings.filter((recording) => recording.legId !== legId);
}

/** The recording could not begin, or failed: a new one may be started. Contract: actions-call-recording-breaks-off */
export function forgetRecording(turn: Turn, recordingId: string): void {
  turn.state.recordings = turn.state.recordings.filter((recording) => recording.recordingId !== recordingId);
}
