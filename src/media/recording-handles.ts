import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { AppError } from "../kernel/index.ts";
import type { RecorderSetting } from "./node/recorder/recorder.ts";
import type { RecordingOutcome } from "./node/recorder/recording.ts";
import type { RtpCommand, SessionNumber } from "./worker/messages.ts";
import type { WorkerHandle } from "./worker/worker-handle.ts";
import type { MediaRecording, RecordingOptions, TimedRecording, TimedRecordingOptions } from "./node/recorder/types.ts";

type Recorded = Extract<RecordingOutcome, { readonly type: "recorded" }>;

/** The main thread's handles on recordings of one session. */
export interface SessionRecordings {
  start(options: RecordingOptions): MediaRecording;
  startTimed(options: TimedRecordingOptions): TimedRecording;
}

/** Makes the handles.
 * @param folder where files grow
 * @param isClosed whether the session is closing or closed: nothing can be recorded then */
export function createSessionRecordings(
  worker: Pick<WorkerHandle, "tell" | "expectRecording">,
  session: SessionNumber,
  folder: string,
  isClosed: () => boolean,
): SessionRecordings {
  const begin = (
    setting: RecorderSetting,
    { note, path = join(folder, `${randomUUID()}.wav`) }: Pick<RecordingOptions, "note" | "path">,
  ) => {
    if (isClosed()) {
      const refused = Promise.reject<Recorded>(new AppError("MEDIA_SESSION_CLOSED", "the session is closed"));
      return { path, begun: Promise.resolve(false), ended: quiet(refused), tell: () => undefined };
    }
    const { number, begun, outcome } = worker.expectRecording(path);
    worker.tell({ type: "start-recording", session, recording: number, place: { path, note }, setting });
    const tell = (type: Extract<RtpCommand, { readonly recording: number; readonly place?: never }>["type"]): void => {
      if (!isClosed()) worker.tell({ type, session, recording: number });
    };
    return { path, begun, ended: quiet(outcome.then(orThrow)), tell };
  };

  return {
    start({ track, ...place }) {
      const { path, begun, ended, tell } = begin({ track }, place);
      const audio = quiet(ended.then((outcome) => outcome.audio));
      return {
        path,
        // What has ended without a word of its beginning never will.
        begun: Promise.race([
          begun,
          ended.then(
            () => true,
            () => false,
          ),
        ]),
        ended: audio,
        pause: () => tell("pause-recording"),
        resume: () => tell("resume-recording"),
        stop() {
          tell("stop-recording");
          return audio;
        },
      };
    },
    startTimed({ note, ...until }) {
      const { path, ended, tell } = begin({ track: "incoming", until }, note === undefined ? {} : { note });
      const outcome = ended.then(({ audio, end, terminator }) => ({ audio, end, terminator }));
      return { path, ended: quiet(outcome), stop: () => tell("stop-recording") };
    },
  };
}

/** The owner need not wait for the end, so an unhandled rejection must not end the process. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function orThrow(outcome: RecordingOutcome): Recorded {
  if (outcome.type === "recorded") return outcome;
  const { systemCode, why, path, samples } = outcome;
  throw new AppError("MEDIA_RECORDING_FAILED", `the recording could not be written: ${why}`, {
    details: { path, samples, systemCode },
    retry: "later",
  });
}
