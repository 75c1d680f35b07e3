import { createInterface } from "node:readline";

/** Lines typed on standard input: an empty one, or "q". */
export interface Keys {
  /** Resolves when q was typed. Never, when standard input is not a terminal. */
  readonly quit: Promise<void>;
  close(): void;
}

/** Listens for Enter and q when standard input is a terminal. */
export function onKeys(handlers: { readonly enter: () => void }): Keys {
  if (!process.stdin.isTTY) return { quit: new Promise<void>(() => undefined), close: () => undefined };
  const lines = createInterface({ input: process.stdin });
  const quit = new Promise<void>((resolve) => {
    lines.on("line", (line) => {
      if (line.trim() === "q") resolve();
      else if (line.trim() === "") handlers.enter();
    });
    lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  });
  return { quit, close: () => lines.close() };
}
