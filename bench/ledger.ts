import type { ServerLedger } from "../src/app/index.ts";
import { pause } from "./pause.ts";

/** A finished SIP transaction is kept 32 s for late messages (RFC 3261 §17.2); what is open after that is left open for good. */
const quietMs = 40_000;
const lookMs = 500;

/** Waits until nothing is open, or until it should have been. @returns the ledger then */
export async function untilIdle(read: () => Promise<ServerLedger>): Promise<ServerLedger> {
  const startedAt = performance.now();
  for (;;) {
    const ledger = await read();
    if (openThings(ledger).length === 0 || performance.now() - startedAt > quietMs) return ledger;
    await pause(lookMs);
  }
}

/** What is open; warm function processes may stay. */
export function openThings(ledger: ServerLedger): readonly [string, number][] {
  return Object.entries(ledger).filter(([name, open]) => name !== "functionProcesses" && open > 0);
}
