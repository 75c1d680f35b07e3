import { SAMPLES_PER_MS } from "../../pcm.ts";
import { createRecorder, type Recorder, type RecorderSetting } from "./recorder.ts";
import type { RecordingFiles } from "./recording-files.ts";
import type { RecordedAudio, RecordingEnd, RecordingNote } from "./types.ts";

/** The outcome of a recording. */
export type RecordingOutcome =
  | {
      readonly type: "recorded";
      readonly audio: RecordedAudio;
      readonly end: RecordingEnd;
      readonly terminator: string | undefined;
    }
  | {
      readonly type: "failed";
      readonly systemCode: string;
      readonly why: string;
      readonly path: string | undefined;
      readonly samples: number;
    };

/** A recorder and its file. */
export interface Recording {
  readonly recorder: Recorder;
  /** Resolves once its note and the beginning of its file are there; false: they never will be. */
  readonly begun: Promise<boolean>;
  /** Ends it and completes the file. To be called once. Never rejects. */
  finish(end: RecordingEnd, terminator: string | undefined, nowMs: number): Promise<RecordingOutcome>;
}

/** Where a recording is written. */
export interface RecordingPlace {
  /** Absolute. */
  readonly path: string;
  readonly note?: RecordingNote | undefined;
}

/** Begins a recording.
 * @param onEnd is called once when it ended by its own rule; call `finish` then */
export function createRecording(
  setting: RecorderSetting,
  { path, note }: RecordingPlace,
  nowMs: number,
  files: RecordingFiles,
  onEnd: (end: RecordingEnd, terminator: string | undefined) => void,
): Recording {
  const channels = setting.track === "both" ? 2 : 1;
  const file = files.begin(path, channels, note);
  const recorder = createRecorder({ ...setting, phase: files.phase() }, nowMs, (piece) => file.write(piece), onEnd);

  return {
    recorder,
    begun: file.begun,
    async finish(end, terminator, finishMs) {
      const length = recorder.finish(finishMs);
      const outcome = await file.finish();
      if (outcome.type === "failed") return outcome;
      const { path: at, sha256 } = outcome;
      const durationMs = length.samples / SAMPLES_PER_MS;
      return { type: "recorded", audio: { path: at, ...length, channels, durationMs, sha256 }, end, terminator };
    },
  };
}
