import type { SipAddress, SipListener } from "../types.ts";

/** Whether an IP address is of version 6. Does not check that it is an address, since it runs for each message. */
export function isSix(address: string): boolean {
  return address.includes(":");
}

/** Whether a bound host means "every address of this machine". */
export function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** The host that means "every address of this machine", in the family of `address`. */
export function wildcardFor(address: string): string {
  return isSix(address) ? "::" : "0.0.0.0";
}

/** Whether a socket that is bound to `bound` reaches `destination`: the families are the same, or it is bound to every address of both. */
export function fitsFamily(bound: string, destination: string): boolean {
  return bound === "::" || isSix(bound) === isSix(destination);
}

/** Finds the listener that requests to `destination` go out from: one of the same transport and family if there is any, else of the same family;
 * among those the one at the address that the system itself would send from, then one that listens everywhere, then one that is on loopback
 * just as the destination is. undefined: there is none of the destination's address family. */
export function chooseListener(
  listeners: readonly SipListener[],
  destination: SipAddress,
  sourceHost: (destination: string) => string | undefined,
): SipListener | undefined {
  const ownFamily = listeners.filter((listener) => isSix(listener.host) === isSix(destination.host));
  const sameFamily =
    ownFamily.length > 0 ? ownFamily : listeners.filter((listener) => fitsFamily(listener.host, destination.host));
  const sameTransport = sameFamily.filter((listener) => listener.transport === destination.transport);
  const fitting = sameTransport.length > 0 ? sameTransport : sameFamily;
  const [first, ...others] = fitting;
  if (first === undefined || others.length === 0) return first;
  const source = sourceHost(destination.host);
  const isLocalDestination = isLoopback(destination.host);
  return (
    fitting.find((listener) => listener.host === source) ??
    fitting.find((listener) => isWildcard(listener.host)) ??
    fitting.find((listener) => isLoopback(listener.host) === isLocalDestination) ??
    first
  );
}

/** Whether only this machine can have this address. */
export function isLoopback(host: string): boolean {
  return host.startsWith("127.") || host === "::1";
}

const mappedPrefix = "::ffff:";

/** An IPv4 peer of a dual-stack socket shows up as ::ffff:a.b.c.d. */
export function withoutMappedPrefix(host: string): string {
  return host.startsWith(mappedPrefix) && host.includes(".") ? host.slice(mappedPrefix.length) : host;
}
