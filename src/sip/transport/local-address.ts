import type { SipAddress } from "../types.ts";

/** Whether an IP address is of version 6. It is asked for each message, and known to be an address. */
export function isSix(address: string): boolean {
  return address.includes(":");
}

/** Whether a bound host means "every address of this machine". */
export function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** Whether a socket that is bound to `bound` reaches `target`: the families are the same, or it is bound to every address of both. */
export function fitsFamily(bound: string, target: string): boolean {
  return bound === "::" || isSix(bound) === isSix(target);
}

/** Finds the listener that requests to `target` go out from: one of the same transport and family if there is any, else of the same family;
 * among those the one at the address that the system itself would send from, then one that listens everywhere, then one that is on loopback
 * just as the target is. undefined: there is none of the target's address family. */
export function chooseListener(
  listeners: readonly SipAddress[],
  target: SipAddress,
  sourceHost: (target: string) => string | undefined,
): SipAddress | undefined {
  const ownFamily = listeners.filter((listener) => isSix(listener.host) === isSix(target.host));
  const sameFamily =
    ownFamily.length > 0 ? ownFamily : listeners.filter((listener) => fitsFamily(listener.host, target.host));
  const sameTransport = sameFamily.filter((listener) => listener.transport === target.transport);
  const fitting = sameTransport.length > 0 ? sameTransport : sameFamily;
  const [first, ...others] = fitting;
  if (first === undefined || others.length === 0) return first;
  const source = sourceHost(target.host);
  const isLocalTarget = isLoopback(target.host);
  return (
    fitting.find((listener) => listener.host === source) ??
    fitting.find((listener) => isWildcard(listener.host)) ??
    fitting.find((listener) => isLoopback(listener.host) === isLocalTarget) ??
    first
  );
}

function isLoopback(host: string): boolean {
  return host.startsWith("127.") || host === "::1";
}
