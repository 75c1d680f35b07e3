import { stopSignal } from "../stop-signal.ts";

/** Where a phone on the command line prints, and what is typed. */
export interface PhoneTerminal {
  print(line: string): void;
  /** Hears single keys, as they are typed; returns how to stop. */
  listen(onKey: (key: string) => void): () => void;
  /** Whether keys can be typed at all. */
  readonly isInteractive: boolean;
  /** Resolves when the user wants the program to end. */
  stopped(): Promise<unknown>;
  /** Sets the exit code of the program; it ends by itself when nothing is open any more. */
  setExitCode(code: number): void;
}

/** The terminal that this process runs in. */
export function processTerminal(): PhoneTerminal {
  const { stdin } = process;
  return {
    print: (line) => console.log(line),
    isInteractive: stdin.isTTY,
    listen: (onKey) => {
      if (!stdin.isTTY) return () => undefined;
      const onData = (bytes: Buffer) => {
        for (const key of bytes.toString("latin1")) {
          // A raw terminal hands Ctrl-C over instead of raising the signal.
          if (key === "\u0003") process.kill(process.pid, "SIGINT");
          else onKey(key);
        }
      };
      stdin.setRawMode(true);
      stdin.on("data", onData);
      stdin.resume();
      return () => {
        stdin.off("data", onData);
        stdin.setRawMode(false);
        stdin.pause();
      };
    },
    stopped: stopSignal,
    setExitCode: (code) => {
      process.exitCode = code;
    },
  };
}
