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
  /** Runs a program on the host. */
  start(command: string, words: readonly string[], folder: string, onChange: () => void): Program;
}

/** An address of `here` beside the one on the wire, as a NAT would have. */
export const publicAddress = "198.51.100.7";

/** `there` may send from any address that begins so, and hears what is sent to it: strangers of many addresses. */
export const strangersPrefix = "10.67.";

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
    const strangers = `${strangersPrefix}0.0/16`;
    ip("-n", there, "route", "add", "local", strangers, "dev", "lo");
    ip("-n", here, "route", "add", strangers, "via", "10.66.0.2");
  } catch (error) {
    close();
    throw error;
  }
  return { here: host(here, 1), there: host(there, 2), close };
}

/** A server, a router with NAT, and a phone behind it, which is reached only by what answers its packets. */
export interface Natted {
  readonly server: Host;
  readonly phone: Host;
  close(): void;
}

/** Why there can be no NAT; undefined when there can. */
export function whyNoNat(): string | undefined {
  const { error } = spawnSync("iptables", ["--version"]);
  return whyNoHosts() ?? (error === undefined ? undefined : "needs the program iptables");
}

/** Makes three hosts. The router gives each stream a port of its own. */
export function openNat(): Natted {
  const id = randomBytes(4).toString("hex");
  const [server, router, phone] = [`offhook-s-${id}`, `offhook-r-${id}`, `offhook-p-${id}`];
  const close = () => {
    for (const name of [server, router, phone]) spawnSync("ip", ["netns", "del", name]);
  };
  const wire = (one: readonly [string, string], other: readonly [string, string], kind: string) => {
    const [near, far] = [`n${kind}${id}`, `f${kind}${id}`];
    ip("link", "add", near, "netns", one[0], "type", "veth", "peer", "name", far, "netns", other[0]);
    for (const [name, device, address] of [
      [one[0], near, one[1]],
      [other[0], far, other[1]],
    ] as const) {
      ip("-n", name, "address", "add", `${address}/24`, "dev", device);
      ip("-n", name, "link", "set", device, "up");
    }
  };
  try {
    for (const name of [server, router, phone]) {
      ip("netns", "add", name);
      ip("-n", name, "link", "set", "lo", "up");
    }
    wire([router, "10.66.0.2"], [server, "10.66.0.1"], "o");
    wire([router, "192.168.77.1"], [phone, "192.168.77.2"], "i");
    ip("-n", phone, "route", "add", "default", "via", "192.168.77.1");
    ip("netns", "exec", router, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
    const masquerade = ["-p", "udp", "-j", "MASQUERADE", "--to-ports", "30000-39999", "--random"];
    ip("netns", "exec", router, "iptables", "-t", "nat", "-A", "POSTROUTING", "-o", `no${id}`, ...masquerade);
  } catch (error) {
    close();
    throw error;
  }
  const at = (name: string, four: string): Host => ({ ...host(name, 1), four });
  return { server: at(server, "10.66.0.1"), phone: at(phone, "192.168.77.2"), close };
}

function host(name: string, last: number): Host {
  const start: Host["start"] = (command, words, folder, onChange) =>
    startProgram("ip", ["netns", "exec", name, command, ...words], { folder, onChange });
  return {
    four: `10.66.0.${last}`,
    six: `fd66::${last}`,
    run: (words, folder, onChange) => start(process.execPath, words, folder, onChange),
    start,
  };
}

function ip(...words: readonly string[]): void {
  const { status, stderr, error } = spawnSync("ip", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${words.join(" ")}: ${error?.message ?? stderr}`);
}
