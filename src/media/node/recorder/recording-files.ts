import type { RecordingNote } from "./types.ts";
import { createDiskTurns } from "./disk-turns.ts";
import { createRecordingFile, type RecordingFile } from "./recording-file.ts";

/** Where the recordings of a media worker are written. */
export interface RecordingFiles {
  /** Begins a file: see `createRecordingFile`. */
  begin(path: string, channels: 1 | 2, note?: RecordingNote): RecordingFile;
  /** A number from 0 to 1, another one for each file: files that begin together, and grow as quickly, are written at different times by it. */
  phase(): number;
}

/** Multiples of it, without their whole part, lie far from each other however many there are: the golden ratio. */
const SPREAD = (Math.sqrt(5) - 1) / 2;

/** Gives one phase after the other. */
export function createPhases(): () => number {
  let count = 0;
  return () => (++count * SPREAD) % 1;
}

/** Writes them in the calling thread, with the threads that the process has for files.
 * @param atOnce how many are written at one time */
export function createLocalFiles(atOnce: number): RecordingFiles {
  const turns = createDiskTurns(atOnce);
  return {
    begin: (path, channels, note) => createRecordingFile(path, channels, turns, { note }),
    phase: createPhases(),
  };
}
