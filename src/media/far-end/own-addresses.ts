import { networkInterfaces } from "node:os";
import type { Clock } from "../../kernel/index.ts";

/** The system is asked again after so long; strangers' packets must not make us ask it. */
const FRESH_MS = 10_000;

/** Tells whether an address is one of this machine's. */
export function createOwnAddresses(clock: Clock): (address: string) => boolean {
  let addresses = new Set<string>();
  let readMs = -Infinity;
  return (address) => {
    const nowMs = clock.monotonicMs();
    if (nowMs - readMs >= FRESH_MS) {
      addresses = new Set(Object.values(networkInterfaces()).flatMap((all = []) => all.map((one) => one.address)));
      readMs = nowMs;
    }
    return addresses.has(address);
  };
}
