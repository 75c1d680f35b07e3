import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
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

/** Below the ports that systems give to sockets which ask for any: those could take one between our look and the peer's. */
const somePort = () => 10_000 + Math.floor(Math.random() * 20_000);

/** A port of loopback that is free now, for UDP and TCP; with `pair`, an even one whose next is free for UDP. */
export async function freePort(pair = false): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = await bindUdp(somePort());
    const isGood = port !== undefined && (!pair || (port % 2 === 0 && (await bindUdp(port + 1)) !== undefined));
    if (isGood && (await canListen(port))) return port;
  }
  throw new Error("no port is free");
}

/** The port that was bound, and is free again; undefined when it was taken. */
async function bindUdp(port: number): Promise<number | undefined> {
  const socket = createSocket("udp4");
  try {
    socket.bind(port, "127.0.0.1");
    await once(socket, "listening");
    return socket.address().port;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** Whether a program of this machine is bound to a port of IPv4 (Linux). */
export async function isBound({ transport, port }: Pick<SipAddress, "transport" | "port">): Promise<boolean> {
  const table = await readFile(`/proc/net/${transport}`, "utf8");
  const hexadecimal = port.toString(16).toUpperCase().padStart(4, "0");
  return new RegExp(`^\\s*\\d+: [0-9A-F]{8}:${hexadecimal} 0{8}:0000`, "m").test(table);
}
