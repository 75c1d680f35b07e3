/** Lets those who write to one disk do so one after the other. Each operation on a file holds one of the few threads that a process has for
 * files; on a slow disk, recordings that write side by side would hold all of them, and prompts could not be read any more. */
export interface DiskTurns {
  /** Does the work when everything before it is done. Settles as the work does. */
  take<Value>(work: () => Promise<Value>): Promise<Value>;
}

/** Makes the turns of one disk. */
export function createDiskTurns(): DiskTurns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take(work) {
      const done = last.then(work);
      last = done.catch(() => undefined);
      return done;
    },
  };
}
