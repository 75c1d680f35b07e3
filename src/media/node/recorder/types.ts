/** `incoming` is what the far end says, `outgoing` what it hears; `both` is stereo: left incoming, right outgoing. */
export type RecordingTrack = "incoming" | "outgoing" | "both";

export interface RecordingOptions {
  readonly track: RecordingTrack;
  /** Absolute path of its file, which does not exist; default: a new one in the folder of recordings. */
  readonly path?: string;
  readonly note?: RecordingNote;
}

/** A file that is made before that of a recording, so that the recording never lies there without it. */
export interface RecordingNote {
  /** What its path has behind that of the recording. */
  readonly ending: string;
  readonly text: string;
}

/** A recording in the background. All rejections are `MEDIA_RECORDING_FAILED` (the disk; `details`: `path`, `samples`, `systemCode`; what was
 * written until then is whole at `path`) or `MEDIA_WORKER_FAILED` (`details.path`: the part that was written, its header unfinished). */
export interface MediaRecording {
  /** Where its file will be; `<path>.part` while it grows. */
  readonly path: string;
  /** Resolves when its note and the beginning of its file are there; false: they never will be, and `ended` says why once it is stopped. */
  readonly begun: Promise<boolean>;
  /** From here on silence is kept, after a tone of 200 ms. The length of the recording is not changed by it. */
  pause(): void;
  /** Keeps sound again; the tone of 200 ms before it lies in the silence, so that nothing said after it is covered. */
  resume(): void;
  /** Ends the recording; gives the same when it ended already. */
  stop(): Promise<RecordedAudio>;
  /** Resolves when the recording ended, also with its session. */
  readonly ended: Promise<RecordedAudio>;
}

/** When a timed recording ends, by the first that comes. */
export interface TimedRecordingOptions {
  readonly note?: RecordingNote;
  readonly maxMs: number;
  /** Ends after so much silence without a break, counted from the start too; never for silence when left out. */
  readonly silenceMs?: number;
  /** A packet is silent when the mean absolute value of its samples (16 bit) is below; default 200, about -44 dBFS. */
  readonly silenceThreshold?: number;
  /** Keys that end it, of 0-9 * # A-D. Such a key is not in the recording, which ends where the key was pressed. */
  readonly terminators?: readonly string[];
}

/** Why a timed recording ended: `stopped` by `stop()`, `closed` with its session. */
export type RecordingEnd = "duration" | "silence" | "terminator" | "stopped" | "closed";

export interface TimedRecordingOutcome {
  readonly audio: RecordedAudio;
  readonly end: RecordingEnd;
  /** The key, when a terminator ended it. */
  readonly terminator: string | undefined;
}

/** A recording that ends by itself. Rejects as `MediaRecording` does. */
export interface TimedRecording {
  /** Where its file will be; `<path>.part` while it grows. */
  readonly path: string;
  readonly ended: Promise<TimedRecordingOutcome>;
  /** Ends it now; `ended` tells the outcome. */
  stop(): void;
}

/** A finished WAV file: 16 bit, 8,000 Hz. Its owner is who asked for it, and has to move or delete it. */
export interface RecordedAudio {
  /** Absolute path. */
  readonly path: string;
  /** Per channel: time from start to end by the session's clock, to the sample. */
  readonly samples: number;
  readonly channels: 1 | 2;
  readonly durationMs: number;
  /** Where packets of the far end were lost, in order; the first 10,000. Of each, 60 ms are concealed, and the rest is silence. */
  readonly gaps: readonly RecordingGap[];
  /** Sum of all gaps, also of those beyond the list. */
  readonly lostSamples: number;
  /** SHA-256 of the whole file, lower case hexadecimal. */
  readonly sha256: string;
}

/** What there is of a recording whose end nobody saw; what was lost in it is not known. */
export interface MendedRecording extends Pick<
  RecordedAudio,
  "path" | "samples" | "channels" | "durationMs" | "sha256"
> {
  /** It was still growing: what came last is missing. */
  readonly wasUnfinished: boolean;
}

/** A piece of a recording that was never received. */
export interface RecordingGap {
  readonly atSample: number;
  readonly samples: number;
}
