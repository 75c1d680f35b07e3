import type { Command } from "commander";
import { visible } from "../../timeline/index.ts";
import { askAndPrint, drawTable, operatorCommand, type OperatorOptions } from "./operator-command.ts";

interface Spool {
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
    description: "Lists what a running server owes and has not delivered yet: recordings, with the reason.",
    examples: ["offhook spool", "offhook spool --json"],
  }).action((options: OperatorOptions) =>
    askAndPrint("spool", options, async (server) => {
      const spool = await server.ask<Spool>("GET", "/spool");
      console.log(options.json ? JSON.stringify(spool) : draw(spool));
      return undefined;
    }),
  );
}

function draw({ recordings }: Spool): string {
  if (recordings.length === 0) return "Nothing is owed.";
  const rows = recordings.map(({ callId, bucket, key, tries, why, isTriedAgain, path }) => [
    ...[callId, `${bucket}/${key}`, String(tries), isTriedAgain ? "soon" : "at the next start", path, visible(why)],
  ]);
  return drawTable([["CALL", "OBJECT", "TRIES", "AGAIN", "FILE", "WHY"], ...rows]);
}
