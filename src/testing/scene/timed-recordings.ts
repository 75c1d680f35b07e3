import type { CallEffect } from "../../call/index.ts";
import type { LegId, Timer } from "../../kernel/index.ts";
import type { ManualClock } from "../manual-clock.ts";
import type { TimelessInput } from "./timeless-input.ts";

type RecordAudio = Extract<CallEffect, { do: "record-audio" }>;

/** RecordAudio of a call's legs, which ends by the longest time, by silence of the far end, by a key, or when it is stopped. */
export interface TimedRecordings {
  record(effect: RecordAudio): void;
  stop(recordingId: string): void;
  /** The far end of a leg speaks from now on, for so long. */
  speak(legId: LegId, ms: number): void;
  /** It presses a key, which ends recordings whose terminator it is. */
  press(legId: LegId, key: string): void;
}

interface Running {
  readonly effect: RecordAudio;
  readonly longest: Timer;
  silence: Timer | undefined;
}

/** Makes them; `recording-ended` comes back by `give`. */
export function createTimedRecordings(clock: ManualClock, give: (input: TimelessInput) => void): TimedRecordings {
  const running = new Map<string, Running>();
  const speaksUntil = new Map<LegId, number>();

  const end = (recordingId: string, why: "duration" | "silence" | "terminator" | "stopped", key?: string): void => {
    const one = running.get(recordingId);
    if (one === undefined) return;
    running.delete(recordingId);
    one.longest.cancel();
    one.silence?.cancel();
    give({ type: "recording-ended", recordingId, end: why, terminator: key });
  };
  const awaitSilence = (one: Running): void => {
    one.silence?.cancel();
    const { recordingId, legId, silenceMs } = one.effect;
    if (silenceMs === undefined) return;
    const speaksMs = Math.max(0, (speaksUntil.get(legId) ?? 0) - clock.monotonicMs());
    one.silence = clock.startTimer(speaksMs + silenceMs, () => end(recordingId, "silence"));
  };
  const ofLeg = (legId: LegId) => [...running.values()].filter(({ effect }) => effect.legId === legId);

  return {
    record(effect) {
      const { recordingId, maxMs } = effect;
      const one: Running = {
        effect,
        longest: clock.startTimer(maxMs, () => end(recordingId, "duration")),
        silence: undefined,
      };
      running.set(recordingId, one);
      awaitSilence(one);
    },
    stop: (recordingId) => end(recordingId, "stopped"),
    speak(legId, ms) {
      speaksUntil.set(legId, clock.monotonicMs() + ms);
      ofLeg(legId).forEach(awaitSilence);
    },
    press(legId, key) {
      for (const { effect } of ofLeg(legId))
        if (effect.terminators.includes(key)) end(effect.recordingId, "terminator", key);
    },
  };
}
