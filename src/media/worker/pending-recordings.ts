import type { AppError } from "../../kernel/index.ts";
import type { RecordingOutcome } from "../node/recorder/recording.ts";
import type { RecordingNumber } from "./messages.ts";

/** What will be told of a recording. */
export interface ExpectedRecording {
  readonly number: RecordingNumber;
  /** Resolves when its file is there, or never will be; not at all where the outcome comes first. */
  readonly begun: Promise<boolean>;
  readonly outcome: Promise<RecordingOutcome>;
}

/** The recordings of one worker that have not ended, as the main thread waits for them. */
export interface PendingRecordings {
  /** A number for a recording to be started at `path`, and what will become of it. */
  expect(path: string): ExpectedRecording;
  begin(number: RecordingNumber, isBegun: boolean): void;
  settle(number: RecordingNumber, outcome: RecordingOutcome): void;
  /** Rejects all, each with an error for where its unfinished part lies. */
  failAll(errorFor: (partPath: string) => AppError): void;
}

interface Pending {
  readonly path: string;
  readonly begin: (isBegun: boolean) => void;
  readonly resolve: (outcome: RecordingOutcome) => void;
  readonly reject: (error: AppError) => void;
}

/** Makes an empty list. */
export function createPendingRecordings(): PendingRecordings {
  const pending = new Map<RecordingNumber, Pending>();
  let next = 1;

  return {
    expect(path) {
      const number = next++;
      let begin: Pending["begin"] = () => undefined;
      const begun = new Promise<boolean>((resolve) => (begin = resolve));
      const outcome = new Promise<RecordingOutcome>((resolve, reject) =>
        pending.set(number, { path, begin, resolve, reject }),
      );
      return { number, begun, outcome };
    },
    begin: (number, isBegun) => pending.get(number)?.begin(isBegun),
    settle(number, outcome) {
      pending.get(number)?.resolve(outcome);
      pending.delete(number);
    },
    failAll(errorFor) {
      for (const { path, reject } of pending.values()) reject(errorFor(`${path}.part`));
      pending.clear();
    },
  };
}
