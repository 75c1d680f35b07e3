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
  end(signal?: NodeJS.Signals): Promise<void>;
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
  const child = spawn(command, words, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
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
    end: async (signal = "SIGKILL") => {
      if (running) child.kill(signal);
      await ended;
    },
  };
}
