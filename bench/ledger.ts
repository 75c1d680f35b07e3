import type { ServerLedger } from "../src/app/index.ts";
import { pause } from "./pause.ts";
import type { Peer } from "./peer.ts";
import type { Row } from "./report.ts";

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

/** What a server process has left open once its last transaction has run out. */
export async function ledgerRow(name: string, server: Peer): Promise<Row> {
  const open = openThings(await untilIdle(() => server.ask<ServerLedger>("ledger")));
  return {
    ...{ name, what: "left open once the last transaction has run out", unit: "things", target: { atMost: 0 } },
    value: open.reduce((total, [, count]) => total + count, 0),
    note: open.map(([what, count]) => `${count} ${what}`).join(", "),
  };
}
