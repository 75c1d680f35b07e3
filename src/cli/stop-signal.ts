const exitStatuses = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type StopSignal = keyof typeof exitStatuses;
const signals = Object.keys(exitStatuses) as readonly StopSignal[];

/** Resolves at the first SIGINT, SIGTERM or SIGHUP (the terminal was closed). A second one ends the process at once. */
export function stopSignal(): Promise<StopSignal> {
  return new Promise((resolve) => {
    const stop = (first: StopSignal) => {
      // A terminal that closes tells more than once.
      for (const signal of signals) {
        process.removeListener(signal, stop);
        process.on(signal, () => {
          if (signal !== "SIGHUP" || first !== "SIGHUP") process.exit(exitStatuses[signal]);
        });
      }
      resolve(first);
    };
    for (const signal of signals) process.on(signal, stop);
  });
}
