import type { Command } from "commander";
import { visible } from "../../kernel/index.ts";
import { askAndPrint, drawTable, operatorCommand, type OperatorOptions } from "./operator-command.ts";

interface Spool {
  readonly detailRecords: { readonly waiting: number; readonly why: readonly string[] };
  readonly recordings: readonly {
    readonly callId: string;
    readonly bucket: string;
    readonly key: string;
    readonly tries: number;
    readonly why: string;
    readonly isTriedAgain: boolean;
    readonly path: string;
  }[];
}

/** `offhook spool`: what is owed and not delivered yet. */
export function spoolCommand(): Command {
  return operatorCommand({
    name: "spool",
    description:
      "Lists what a running server owes and has not delivered yet: recordings and call detail records, with the reason.",
    examples: ["offhook spool", "offhook spool --json"],
  }).action((options: OperatorOptions) =>
    askAndPrint("spool", options, async (server) => {
      const spool = await server.ask<Spool>("GET", "/spool");
      console.log(options.json ? JSON.stringify(spool) : draw(spool));
      return undefined;
    }),
  );
}

function draw({ recordings, detailRecords: { waiting, why } }: Spool): string {
  const owed = waiting === 0 ? [] : [`${waiting} call detail records are owed`, ...why.map(visible)];
  if (recordings.length === 0) return owed.length === 0 ? "Nothing is owed." : owed.join("\n");
  const rows = recordings.map(({ callId, bucket, key, tries, why, isTriedAgain, path }) => [
    ...[callId, `${bucket}/${key}`, String(tries), isTriedAgain ? "soon" : "at the next start", path, visible(why)],
  ]);
  return [drawTable([["CALL", "OBJECT", "TRIES", "AGAIN", "FILE", "WHY"], ...rows]), ...owed].join("\n");
}
