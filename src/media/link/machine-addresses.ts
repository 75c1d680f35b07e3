import { networkInterfaces } from "node:os";
import type { Clock } from "../../kernel/index.ts";

/** How long the list of addresses is used. Asking for each packet would let anybody slow this down. */
const FRESH_MS = 10_000;

/** Makes a function that says whether an address is one of this machine's. */
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
