import { BlockList, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import type { SipAddress } from "../types.ts";

/** Whether a bound host means "every address of this machine". */
export function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** Finds the listener that requests to `target` go out from: the same transport and address family, else the same
 * family, else the first. Loopback listeners are passed over for targets elsewhere when another fits. */
export function chooseListener(listeners: readonly SipAddress[], target: SipAddress): SipAddress | undefined {
  const isSix = isIPv6(target.host);
  const sameFamily = listeners.filter((listener) => isIPv6(listener.host) === isSix);
  const fitting = sameFamily.filter((listener) => listener.transport === target.transport);
  const isLocalTarget = isLoopback(target.host);
  const near = fitting.find((listener) => isWildcard(listener.host) || isLoopback(listener.host) === isLocalTarget);
  return near ?? fitting[0] ?? sameFamily[0] ?? listeners[0];
}

/** The address of this machine that a packet to `targetHost` would leave from, when the socket is bound to a wildcard:
 * loopback for loopback, the interface of the same subnet, else the first outward one. */
export function outwardHost(targetHost: string): string {
  const isSix = isIPv6(targetHost);
  if (isLoopback(targetHost)) return isSix ? "::1" : "127.0.0.1";
  const family = isSix ? "IPv6" : "IPv4";
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const own = all.filter((entry) => entry.family === family && !entry.address.startsWith("fe80:"));
  const near = own.find((entry) => entry.cidr !== null && isInside(targetHost, entry.cidr, isSix));
  const outward = near ?? own.find((entry) => !entry.internal) ?? own[0];
  return outward?.address ?? (isSix ? "::1" : "127.0.0.1");
}

function isLoopback(host: string): boolean {
  return host.startsWith("127.") || host === "::1";
}

function isInside(host: string, cidr: string, isSix: boolean): boolean {
  const [network, prefix] = cidr.split("/");
  if (network === undefined || prefix === undefined) return false;
  const list = new BlockList();
  const family = isSix ? "ipv6" : "ipv4";
  list.addSubnet(network, Number(prefix), family);
  return list.check(host, family);
}
