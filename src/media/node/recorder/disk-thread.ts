import { Worker } from "node:worker_threads";
import { ownModule } from "../../../kernel/index.ts";
import type { RecordingNote } from "./types.ts";
import type { FileOutcome, RecordingFile } from "./recording-file.ts";
import { createPhases, type RecordingFiles } from "./recording-files.ts";

/** What the thread is told of a file, by its number. */
export type DiskCommand =
  | {
      readonly type: "begin";
      readonly file: number;
      readonly path: string;
      readonly channels: 1 | 2;
      readonly note: RecordingNote | undefined;
    }
  | { readonly type: "write"; readonly file: number; readonly piece: Uint8Array }
  | { readonly type: "finish"; readonly file: number };

/** What it says of a file: when it began, and in the end. */
export type DiskAnswer = { readonly file: number } & (
  | { readonly isBegun: boolean }
  | { readonly outcome: FileOutcome }
);

/** What it is started with. */
export interface DiskSetting {
  readonly atOnce: number;
}

/** Writes recordings from a thread of its own, which begins with the first of them and takes no part in anything else. A thread in real time must not ask
 * for work on files itself: it would wait until those who do it, whom other programs keep from a busy processor, have noticed.
 * @param atOnce how many are written at one time
 * @param entry the thread's file */
export function createDiskFiles(atOnce: number, entry = ownModule("media/node/recorder/disk-worker")): RecordingFiles {
  const beginning = new Map<number, (isBegun: boolean) => void>();
  const waiting = new Map<number, { readonly path: string; readonly resolve: (outcome: FileOutcome) => void }>();
  /** Files of a thread that ended. */
  const lost = new Set<number>();
  const open = new Set<number>();
  let thread: Worker | undefined;
  let next = 1;

  const start = (): Worker => {
    const setting: DiskSetting = { atOnce };
    const started = new Worker(entry, { name: "offhook-disk", workerData: setting });
    started.on("message", (answer: DiskAnswer) => {
      if ("outcome" in answer) settle(answer.file, answer.outcome);
      else hasBegun(answer.file, answer.isBegun);
    });
    // Why it ended is told by the outcome of each recording; without a listener, the error would end the media worker.
    started.on("error", () => undefined);
    started.on("exit", () => {
      if (thread === started) thread = undefined;
      for (const file of open) lost.add(file);
      for (const file of open) hasBegun(file, false);
      for (const [file, { path }] of waiting) settle(file, ended(path));
    });
    return started;
  };
  const hasBegun = (file: number, isBegun: boolean): void => {
    beginning.get(file)?.(isBegun);
    beginning.delete(file);
  };
  const settle = (file: number, outcome: FileOutcome): void => {
    const one = waiting.get(file);
    waiting.delete(file);
    open.delete(file);
    lost.delete(file);
    // As long as it writes, it keeps the process.
    if (open.size === 0) thread?.unref();
    one?.resolve(outcome);
  };

  return {
    phase: createPhases(),
    begin(path, channels, note): RecordingFile {
      const file = next++;
      open.add(file);
      const tell = (command: DiskCommand, transfer: ArrayBuffer[] = []) => {
        if (lost.has(file)) return;
        thread ??= start();
        thread.ref();
        thread.postMessage(command, transfer);
      };
      const begun = new Promise<boolean>((resolve) => void beginning.set(file, resolve));
      tell({ type: "begin", file, path, channels, note });
      return {
        begun,
        write: (piece) => tell({ type: "write", file, piece }, [piece.buffer as ArrayBuffer]),
        finish: () =>
          new Promise((resolve) => {
            waiting.set(file, { path, resolve });
            if (lost.has(file)) settle(file, ended(path));
            else tell({ type: "finish", file });
          }),
      };
    },
  };
}

/** What was written stays where it is; how much that is will be seen when it is mended. */
function ended(path: string): FileOutcome {
  const why = "the thread that writes recordings ended";
  return { type: "failed", systemCode: "", why, path: `${path}.part`, samples: 0 };
}
