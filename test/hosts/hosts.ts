import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { startProgram, type Program } from "../interop/program.ts";

/** Two hosts on one wire, each a network namespace; `there` has no way to anywhere but `here`, and reaches `publicAddress` through it. */
export interface Hosts {
  readonly here: Host;
  readonly there: Host;
  close(): void;
}

/** One host. */
export interface Host {
  readonly four: string;
  readonly six: string;
  /** Runs this Node with these words on the host. */
  run(words: readonly string[], folder: string, onChange: () => void): Program;
}

/** An address of `here` beside the one on the wire, as a NAT would have. */
export const publicAddress = "198.51.100.7";

/** Why there can be no hosts; undefined when there can. */
export function whyNoHosts(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root, for network namespaces";
  const name = `offhook-try-${process.pid}`;
  const made = spawnSync("ip", ["netns", "add", name], { encoding: "utf8" });
  if (made.error !== undefined) return "needs the program ip (package iproute2)";
  if (made.status !== 0) return `the system allows no network namespaces: ${made.stderr.trim()}`;
  spawnSync("ip", ["netns", "del", name]);
  return undefined;
}

/** Makes two hosts. */
export function openHosts(): Hosts {
  const id = randomBytes(4).toString("hex");
  const [here, there] = [`offhook-a-${id}`, `offhook-b-${id}`];
  const [wireHere, wireThere] = [`oha${id}`, `ohb${id}`];
  const close = () => {
    for (const name of [here, there]) spawnSync("ip", ["netns", "del", name]);
  };
  try {
    for (const name of [here, there]) ip("netns", "add", name);
    ip("link", "add", wireHere, "netns", here, "type", "veth", "peer", "name", wireThere, "netns", there);
    for (const [name, wire, last] of [
      [here, wireHere, 1],
      [there, wireThere, 2],
    ] as const) {
      ip("-n", name, "address", "add", `10.66.0.${last}/24`, "dev", wire);
      ip("-n", name, "address", "add", `fd66::${last}/64`, "dev", wire, "nodad");
      ip("-n", name, "link", "set", wire, "up");
      ip("-n", name, "link", "set", "lo", "up");
    }
    ip("-n", here, "address", "add", `${publicAddress}/32`, "dev", "lo");
    ip("-n", there, "route", "add", publicAddress, "via", "10.66.0.1");
  } catch (error) {
    close();
    throw error;
  }
  return { here: host(here, 1), there: host(there, 2), close };
}

function host(name: string, last: number): Host {
  return {
    four: `10.66.0.${last}`,
    six: `fd66::${last}`,
    run: (words, folder, onChange) =>
      startProgram("ip", ["netns", "exec", name, process.execPath, ...words], { folder, onChange }),
  };
}

function ip(...words: readonly string[]): void {
  const { status, stderr, error } = spawnSync("ip", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${words.join(" ")}: ${error?.message ?? stderr}`);
}
