import { readFileSync, writeFileSync } from "node:fs";

/** What clock(3) of Linux counts in, milliseconds. */
const tickMs = 10;

/** Writes at the end of this process how long it and all that it started, as far as that has ended, kept processors busy, in milliseconds.
 * Node tells that of the process itself only, so that elsewhere than on Linux the rest is missing.
 * @param {string} file */
export function tellProcessorTime(file) {
  process.on("exit", () => writeFileSync(file, String(busyMs())));
}

function busyMs() {
  try {
    const [, words = ""] = /\) (.*)/s.exec(readFileSync("/proc/self/stat", "latin1")) ?? [];
    // utime, stime, cutime and cstime of proc(5), of which the third field is the first here.
    const ticks = words.split(" ").slice(11, 15).map(Number);
    return tickMs * ticks.reduce((sum, count) => sum + count, 0);
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  }
}
