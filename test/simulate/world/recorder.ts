import type { PlaybackError } from "../../../src/call/index.ts";
import type { Effect, TimelessInput } from "../../../src/testing/internal/call-performer.ts";
import type { Entry } from "./agenda.ts";
import type { World } from "./world.ts";

/** The recordings of a call and the store for their files. */
export interface Recorder {
  record(effect: Effect<"record-audio">): void;
  stopRecord(effect: Effect<"stop-record-audio">): void;
  start(effect: Effect<"start-call-recording">): void;
}

const errors: readonly PlaybackError[] = [
  "OBJECTS_UNAVAILABLE",
  "CALL_RECORDING_NOT_STORED",
  "MEDIA_CLOSED",
  "unknown",
].map((code) => ({ code, message: "no file" }));

/** Recordings that end by themselves or are stopped; the store refuses some files and never answers for others. */
export function createRecorder({ choices, agenda, give }: World): Recorder {
  const { below, one, rarely } = choices;
  const running = new Map<string, Entry>();

  const deliver = (recordingId: string, end: "duration" | "silence" | "stopped" | "terminator"): void => {
    running.delete(recordingId);
    const kind = below(14);
    if (kind === 13) return;
    const outcome: TimelessInput =
      kind === 12
        ? { type: "recording-failed", recordingId, error: one(errors) }
        : { type: "recording-ended", recordingId, end, terminator: end === "terminator" ? "#" : undefined };
    agenda.after(one([0, 20, below(3_000)]), () => give(outcome));
  };

  return {
    record({ recordingId, maxMs, silenceMs }) {
      const ends = silenceMs !== undefined && rarely(3) ? "silence" : one(["duration", "terminator"] as const);
      const afterMs = ends === "duration" ? maxMs : below(maxMs);
      running.set(
        recordingId,
        agenda.after(afterMs, () => deliver(recordingId, ends)),
      );
    },
    stopRecord({ recordingId }) {
      const entry = running.get(recordingId);
      if (entry === undefined) return;
      agenda.cancel(entry);
      deliver(recordingId, "stopped");
    },
    start({ recordingId }) {
      const kind = below(12);
      if (kind === 11) return;
      const afterMs = one([0, 20, below(2_000)]);
      if (kind === 10) {
        agenda.after(afterMs, () => give({ type: "recording-failed", recordingId, error: one(errors) }));
        return;
      }
      agenda.after(afterMs, () => give({ type: "recording-started", recordingId }));
      if (kind === 9) {
        agenda.after(afterMs + below(20_000), () =>
          give({ type: "recording-failed", recordingId, error: one(errors) }),
        );
      }
    },
  };
}
