import { Option, type Command } from "commander";
import { visible } from "../../kernel/index.ts";
import { askAndPrint, drawTable, operatorCommand, type OperatorOptions } from "./operator-command.ts";

interface CallsOptions extends OperatorOptions {
  readonly state: string;
  readonly number?: string;
  readonly id?: string;
  readonly text?: string;
  readonly since?: string;
  readonly until?: string;
  readonly cause?: string;
  readonly application?: string;
  readonly limit: string;
  readonly after?: string;
}

/** A call as the server lists it. */
export interface ListedCall {
  readonly id: string;
  readonly state: string;
  readonly startedAt: string;
  readonly durationMs?: number;
  readonly direction?: string;
  readonly from?: string;
  readonly to?: string;
  readonly endType?: string;
  readonly cause?: string;
}

interface Page {
  readonly calls: readonly ListedCall[];
  readonly next?: string;
  readonly notes: readonly string[];
}

/** `offhook calls`: calls that are up, over or refused. */
export function callsCommand(): Command {
  return operatorCommand({
    name: "calls",
    description: "Lists calls of a running server: those that are up, that are over, or that were refused.",
    examples: [
      "offhook calls                                      those that are up",
      "offhook calls --state ended --number 5550101       those of a number that are over",
      "offhook calls --state ended --cause function-failed --since 2026-11-29",
      "offhook calls --state refused --json",
    ],
  })
    .addOption(
      new Option("--state <state>", "which calls").choices(["live", "ended", "all", "refused"]).default("live"),
    )
    .option("--number <digits>", "the caller's or the called number, or a part of it")
    .option("--id <id>", "the id of a call or its beginning; or the CallId, or Call-ID of SIP, of a leg")
    .option("--text <text>", "a part of either number, of why it ended, or of any event or reply, or what --id finds")
    .option("--since <time>", "that began then or later, ISO 8601")
    .option("--until <time>", "that began then or before")
    .option("--cause <cause>", "how they ended in one word (docs/operating.md), or a part of it for people")
    .option("--application <id>", "of this application")
    .option("--limit <count>", "how many", "50")
    .option("--after <next>", "the next page: what the one before said")
    .action((options: CallsOptions) =>
      askAndPrint("calls", options, async (server) => {
        const { state, number, id, text, since, until, cause, application, limit, after } = options;
        const query = { state, number, id, text, since, until, cause, application, limit, after };
        const page = await server.ask<Page>("GET", "/calls", query);
        console.log(options.json ? JSON.stringify(page) : draw(page, state));
        return undefined;
      }),
    );
}

function draw({ calls, next, notes }: Page, state: string): string {
  const rows = calls.map(({ id, startedAt, durationMs, direction = "", from = "", to = "", endType = "" }) => [
    ...[startedAt, id, direction, visible(from), visible(to)],
    ...[durationMs === undefined ? "" : `${(durationMs / 1_000).toFixed(1)} s`, endType],
  ]);
  const head = ["BEGAN", "ID", "DIRECTION", "FROM", "TO", "LENGTH", "END"];
  const table = rows.length === 0 ? `No call is ${state}, or none fits.` : drawTable([head, ...rows]);
  const more = next === undefined ? [] : [`There are more: --after ${next}`];
  return [table, ...more, ...notes].join("\n");
}
