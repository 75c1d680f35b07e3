import { mkdir } from "node:fs/promises";
import { errorMessage, type Clock, type Logger } from "../kernel/index.ts";
import { dropOldest } from "./drop-oldest.ts";

/** What a folder of histories needs, of calls or of meetings. */
export interface FolderOptions {
  /** Absolute path; made when it is missing. */
  readonly folder: string;
  /** Most files; the oldest go. 0: all stay. */
  readonly keep: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Looks after a folder of histories: how many files there are, and what is said of failures. */
export interface HistoryFolder {
  /** A file was made. */
  made(): void;
  /** Logs a warning, but only once in a while; the next one has the number of those that were not logged. */
  tell(what: string, error: unknown): void;
  /** Resolves when no file is being removed. Never rejects. */
  settled(): Promise<void>;
}

/** A full disk fails for every file; it is logged at most once in this time. */
const tellEveryMs = 60_000;

/** Makes the folder, and removes the oldest files now and from time to time. Failures are logged; never rejects.
 * @param used paths of files that stay */
export async function openHistoryFolder(options: FolderOptions, used: () => Iterable<string>): Promise<HistoryFolder> {
  const { folder, keep } = options;
  const tell = createComplaint(options);
  let madeSinceSweep = 0;
  let sweeping: Promise<void> = Promise.resolve();
  const sweep = () => {
    madeSinceSweep = 0;
    if (keep === 0) return;
    sweeping = sweeping
      .then(() => dropOldest(folder, keep, new Set(used())))
      .catch((error: unknown) => tell("old histories cannot be removed", error));
  };
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) =>
    tell("the folder for histories cannot be made", error),
  );
  sweep();
  return {
    made() {
      madeSinceSweep += 1;
      // Not at each file: reading a folder takes time.
      if (madeSinceSweep > keep / 10) sweep();
    },
    tell,
    settled: () => sweeping,
  };
}

function createComplaint({ clock, log, folder }: FolderOptions): HistoryFolder["tell"] {
  let reportedAtMs = Number.NEGATIVE_INFINITY;
  let unreported = 0;
  return (what, error) => {
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
