import type { AppError } from "../../kernel/index.ts";
import type { RecordingOutcome } from "../node/recorder/recording.ts";
import type { RecordingNumber } from "./messages.ts";

/** The recordings of one worker that have not ended, as the main thread waits for them. */
export interface PendingRecordings {
  /** A number for a recording to be started at `path`, and what will become of it. */
  expect(path: string): { readonly number: RecordingNumber; readonly outcome: Promise<RecordingOutcome> };
  settle(number: RecordingNumber, outcome: RecordingOutcome): void;
  /** Rejects all, each with an error for where its unfinished part lies. */
  failAll(errorFor: (partPath: string) => AppError): void;
}

interface Pending {
  readonly path: string;
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
      const outcome = new Promise<RecordingOutcome>((resolve, reject) =>
        pending.set(number, { path, resolve, reject }),
      );
      return { number, outcome };
    },
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
