import type { Command } from "commander";
import { askAndPrint, drawTable, operatorCommand, type OperatorOptions } from "./operator-command.ts";

type Counts = Readonly<Record<string, number>>;

interface Ledger {
  readonly open: Counts;
  readonly rtpPackets: { readonly sent: number; readonly received: number; readonly dropped: Counts };
  readonly refusals: Counts;
  readonly sipMessages: Counts;
  readonly functions: Readonly<Record<string, { readonly answered: number; readonly failed: Counts }>>;
}

/** `offhook ledger`: what is open, and what was counted. */
export function ledgerCommand(): Command {
  return operatorCommand({
    name: "ledger",
    description: "Shows what a running server has open, and what it counted since its start.",
    examples: ["offhook ledger", "offhook ledger --json"],
  }).action((options: OperatorOptions) =>
    askAndPrint("ledger", options, async (server) => {
      const ledger = await server.ask<Ledger>("GET", "/ledger");
      console.log(options.json ? JSON.stringify(ledger) : draw(ledger));
      return undefined;
    }),
  );
}

function draw({ open, rtpPackets, refusals, sipMessages, functions }: Ledger): string {
  const { sent, received, dropped } = rtpPackets;
  const ofFunctions = Object.entries(functions).map(([name, { answered, failed }]) => [
    ...[name, `${answered} answered`],
    Object.entries(failed)
      .map(([reason, count]) => `${count} ${reason}`)
      .join(", "),
  ]);
  return [
    section("OPEN", open),
    section("RTP PACKETS", { sent, received, ...prefixed("dropped: ", dropped) }),
    section("SIP MESSAGES", sipMessages),
    section("REFUSED OR DROPPED", refusals),
    ["FUNCTIONS", ofFunctions.length === 0 ? "none was asked" : drawTable(ofFunctions)].join("\n"),
  ].join("\n\n");
}

function section(title: string, counts: Counts): string {
  const rows = Object.entries(counts).map(([name, count]) => [name, String(count)]);
  return [title, rows.length === 0 ? "none" : drawTable(rows)].join("\n");
}

function prefixed(prefix: string, counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${prefix}${name}`, count]));
}
