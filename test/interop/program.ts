import { spawn } from "node:child_process";
import { once } from "node:events";

/** A program that a test started. */
export interface Program {
  readonly name: string;
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  /** The exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** The last part of what it printed. */
  output(): string;
  isRunning(): boolean;
  /** Writes a line to its standard input. */
  tell(line: string): void;
  end(signal?: NodeJS.Signals): Promise<void>;
  /** Sends a signal that does not end it. */
  signal(signal: NodeJS.Signals): void;
}

/** Most characters of output that are kept. */
const outputLimit = 6_000;

/** Starts a program in `folder` without a terminal.
 * @param onChange told when it printed something or ended */
export function startProgram(
  command: string,
  words: readonly string[],
  { folder, onChange }: { readonly folder: string; readonly onChange: () => void },
): Program {
  const child = spawn(command, words, { cwd: folder, stdio: ["pipe", "pipe", "pipe"] });
  // One that reads nothing may be gone before a line comes.
  child.stdin.on("error", () => undefined);
  let output = "";
  let running = true;
  const take = (piece: Buffer) => {
    output = (output + piece.toString("utf8")).slice(-outputLimit);
    onChange();
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const ended = once(child, "close").then(([code, signal]: (number | string | null)[]) => {
    running = false;
    onChange();
    return code ?? signal ?? "unknown";
  });
  return {
    name: command,
    pid: child.pid,
    ended,
    output: () => output,
    isRunning: () => running,
    tell: (line) => void child.stdin.write(`${line}\n`),
    signal: (signal) => void child.kill(signal),
    end: async (signal = "SIGKILL") => {
      if (running) child.kill(signal);
      await ended;
    },
  };
}
