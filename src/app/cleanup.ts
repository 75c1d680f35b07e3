/** Something that was opened and must be closed. */
export interface Closable {
  close(): Promise<void>;
}

/** Closes what was opened, last first. */
export interface Cleanup {
  /** Remembers `opened` and gives it back. */
  add<Opened extends Closable>(opened: Opened): Opened;
  /** Closes everything once; one that fails does not keep the others open. Rejects with the first failure. */
  run(): Promise<void>;
}

/** Makes an empty cleanup. */
export function createCleanup(): Cleanup {
  const opened: Closable[] = [];
  return {
    add: (closable) => {
      opened.push(closable);
      return closable;
    },
    run: async () => {
      const failures: unknown[] = [];
      for (let next = opened.pop(); next !== undefined; next = opened.pop()) {
        await next.close().catch((error: unknown) => failures.push(error));
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
