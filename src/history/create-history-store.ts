import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { errorMessage, type Clock, type Logger } from "../kernel/index.ts";
import type { StepRecorder, CallState, MachineConfig, MachineRules } from "../call/index.ts";
import { dropOldest } from "./drop-oldest.ts";
import { openHistoryFile } from "./history-file.ts";
import { createHistoryPrinter, type HistoryPrinter } from "./print-history.ts";
import { replyRedaction } from "./reply-redaction.ts";

export interface HistoryStoreOptions {
  /** Absolute path; made when it is missing. */
  readonly folder: string;
  /** Put stand-ins in place of numbers, keys and texts. */
  readonly redact: boolean;
  /** Most files; the oldest go. 0: all stay. */
  readonly keepCalls: number;
  /** Of the machine that runs the calls. */
  readonly settings: MachineConfig;
  /** Whose parameters say what of a reply is redacted. */
  readonly actions: MachineRules["actions"];
  readonly clock: Clock;
  readonly log: Logger;
}

/** Keeps the histories of calls, one file each: `<folder>/<transaction>.jsonl`. Contract: records-histories */
export interface HistoryStore {
  /** Begins the file of a call; never throws. */
  open(initialState: CallState): StepRecorder;
  /** Files that are open, also of calls that have ended. */
  openFiles(): number;
  /** Ends all files and waits until they are written. Never rejects. */
  close(): Promise<void>;
}

/** A full disk fails for every call; it is logged at most once in this time. */
const tellEveryMs = 60_000;

/** Makes the folder, removes the oldest files, and records calls from now on. Failures to write are logged. */
export async function createHistoryStore(options: HistoryStoreOptions): Promise<HistoryStore> {
  const { folder, keepCalls, redact, actions, settings } = options;
  const ofReply = redact ? replyRedaction(actions) : undefined;
  const open = new Map<string, { readonly close: () => void }>();
  const tell = createComplaint(options);
  let waiting: (() => void)[] = [];
  let madeSinceSweep = 0;
  let sweeping: Promise<void> = Promise.resolve();

  const sweep = () => {
    madeSinceSweep = 0;
    if (keepCalls === 0) return;
    sweeping = sweeping
      .then(() => dropOldest(folder, keepCalls, new Set(open.keys())))
      .catch((error: unknown) => tell("old histories of calls cannot be removed", error));
  };
  const closed = (path: string, error: Error | undefined) => {
    open.delete(path);
    if (error !== undefined) tell("the history of a call could not be written", error);
    if (open.size > 0) return;
    for (const resume of waiting) resume();
    waiting = [];
  };

  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) =>
    tell("the folder for histories of calls cannot be made", error),
  );
  sweep();
  return {
    open(initialState) {
      const path = join(folder, `${initialState.transactionId}.jsonl`);
      const file = openHistoryFile(path, (error) => closed(path, error));
      open.set(path, file);
      madeSinceSweep += 1;
      // Not at each call: reading a folder takes time.
      if (madeSinceSweep > keepCalls / 10) sweep();
      return writeHistory(file, initialState, createHistoryPrinter(settings, ofReply), tell);
    },
    openFiles: () => open.size,
    async close() {
      for (const file of open.values()) file.close();
      if (open.size > 0) await new Promise<void>((resolve) => waiting.push(resolve));
      await sweeping;
    },
  };
}

function writeHistory(
  file: ReturnType<typeof openHistoryFile>,
  initialState: CallState,
  printer: HistoryPrinter,
  tell: (what: string, error: unknown) => void,
): StepRecorder {
  // An error in here must not affect the call.
  const attempt = (line: () => string) => {
    try {
      file.append(line());
    } catch (error) {
      tell("the history of a call could not be written", error);
      file.close();
    }
  };
  attempt(() => printer.head(initialState));
  return {
    add: (before, step) => attempt(() => printer.step(before, step)),
    addAudio: (record) => attempt(() => printer.audio(record)),
    close: () => file.close(),
  };
}

/** Logs a warning, but only once in a while; the next one has the number of those that were not logged. */
function createComplaint({ clock, log, folder }: HistoryStoreOptions) {
  let reportedAtMs = Number.NEGATIVE_INFINITY;
  let unreported = 0;
  return (what: string, error: unknown): void => {
    const now = clock.monotonicMs();
    if (now - reportedAtMs < tellEveryMs) {
      unreported += 1;
      return;
    }
    log.warn({ folder, untold: unreported }, `${what}: ${errorMessage(error)}`);
    reportedAtMs = now;
    unreported = 0;
  };
}
