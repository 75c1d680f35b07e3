import { isatty } from "node:tty";

const exitStatuses = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type StopSignal = keyof typeof exitStatuses;

/** What the operator tells a server by signals. */
export interface ServeSignals {
  /** The first SIGINT or SIGTERM, or SIGHUP of a terminal that was closed. */
  readonly stop: Promise<StopSignal>;
  /** The second. A third ends the process at once. */
  readonly hurry: Promise<StopSignal>;
}

const standardStreams = [0, 1, 2];
const hasTerminal = () => standardStreams.some((fd) => isatty(fd));

/** Listens for signals from now on.
 * @param onReload a SIGHUP while the terminal, if there was one, is still there: the configuration is to be read again */
export function listenForSignals(onReload: () => void): ServeSignals {
  const hadTerminal = hasTerminal();
  const told: ((signal: StopSignal) => void)[] = [];
  const stop = new Promise<StopSignal>((resolve) => told.push(resolve));
  const hurry = new Promise<StopSignal>((resolve) => told.push(resolve));
  let isClosed = false;
  const take = (signal: StopSignal) => {
    const next = told.shift();
    if (next === undefined) process.exit(exitStatuses[signal]);
    next(signal);
  };
  process.on("SIGINT", () => take("SIGINT"));
  process.on("SIGTERM", () => take("SIGTERM"));
  process.on("SIGHUP", () => {
    if (!hadTerminal || hasTerminal()) return onReload();
    // A terminal that closes tells more than once.
    if (!isClosed) take("SIGHUP");
    isClosed = true;
    return undefined;
  });
  return { stop, hurry };
}
