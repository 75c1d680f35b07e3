import { createWriteStream } from "node:fs";

/** Appends lines to a file without waiting for the disk. */
export interface HistoryFile {
  append(line: string): void;
  close(): void;
}

/** Most bytes that wait for a slow disk; beyond that the file is given up. */
const longestBacklogBytes = 4 * 1_048_576;

/** Makes a new file, for its owner only.
 * @param onClosed called once, when the file is closed; with the error if not all of it was written */
export function openHistoryFile(path: string, onClosed: (error: Error | undefined) => void): HistoryFile {
  const stream = createWriteStream(path, { flags: "wx", mode: 0o600 });
  let failure: Error | undefined;
  stream.on("error", (error) => {
    failure = error;
  });
  stream.on("close", () => onClosed(failure));
  return {
    append(line) {
      if (stream.destroyed || stream.writableEnded) return;
      if (stream.writableLength > longestBacklogBytes) stream.destroy(new Error("the disk is too slow"));
      else stream.write(`${line}\n`);
    },
    close: () => void stream.end(),
  };
}
