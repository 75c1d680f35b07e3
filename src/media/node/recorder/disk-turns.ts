/** Bounds how many write to a disk at one time. Each operation on a file holds one of the few threads that a process has for files; on a slow
 * disk, recordings that write side by side would hold all of them, and prompts could not be read any more. */
export interface DiskTurns {
  /** Does the work when its turn comes, in order. Settles as the work does. */
  take<Value>(work: () => Promise<Value>): Promise<Value>;
}

/** Threads that a process has for files, unless it is told otherwise (libuv). */
const FILE_THREADS = 4;

/** So many turns each of some workers may have at one time that a thread is left for others; one is the least. */
export function turnsAtOnce(workers: number): number {
  return Math.max(1, Math.floor((FILE_THREADS - 1) / workers));
}

/** Makes the turns of one worker. */
export function createDiskTurns(atOnce: number): DiskTurns {
  const waiting: (() => void)[] = [];
  let free = atOnce;
  return {
    async take(work) {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => void waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) free++;
        else next();
      }
    },
  };
}
