import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { SipAddress } from "../../src/sip/index.ts";

/** A program that a test started. */
export interface Program {
  readonly name: string;
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
    ended,
    output: () => output,
    isRunning: () => running,
    end: async (signal = "SIGKILL") => {
      if (running) child.kill(signal);
      await ended;
    },
  };
}

/** A UDP port of loopback that is free now, and the next one too when `pair` is asked for. */
export async function freePort(pair = false): Promise<number> {
  for (;;) {
    const first = await bind(0);
    const { port } = first?.address() ?? { port: 0 };
    const second = pair && port % 2 === 0 ? await bind(port + 1) : undefined;
    first?.close();
    second?.close();
    if (port !== 0 && (!pair || second !== undefined)) return port;
  }
}

async function bind(port: number) {
  const socket = createSocket("udp4");
  try {
    socket.bind(port, "127.0.0.1");
    await once(socket, "listening");
    return socket;
  } catch {
    return undefined;
  }
}

/** Whether a program of this machine is bound to a port of IPv4 (Linux). */
export async function isBound({ transport, port }: Pick<SipAddress, "transport" | "port">): Promise<boolean> {
  const table = await readFile(`/proc/net/${transport}`, "utf8");
  const hexadecimal = port.toString(16).toUpperCase().padStart(4, "0");
  return new RegExp(`^\\s*\\d+: [0-9A-F]{8}:${hexadecimal} 0{8}:0000`, "m").test(table);
}
