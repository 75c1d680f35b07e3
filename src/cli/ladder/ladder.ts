import { Command } from "commander";
import type { LadderRow, LadderSource } from "../../app/index.ts";
import { errorCode, errorMessage } from "../../kernel/index.ts";
import { findServer } from "../operate/ask-server.ts";
import { pcapOption, writePcap } from "./write-pcap.ts";

interface LadderOptions {
  readonly config?: string;
  readonly folder?: string;
  readonly url?: string;
  readonly messages: boolean;
  readonly json: boolean;
  readonly pcap?: string;
}

const mostListed = 20;
const help = `
Examples:
  offhook ladder                                        the latest calls
  offhook ladder 3f0c1d52-2b61-4b0e-9d7e-0c5f1c2b7a10   one of them, or one that was refused
  offhook ladder a84b4c76e66710@192.0.2.9               a refused call by its Call-ID, as the log has it
  offhook ladder 3f0c1d52-2b61-4b0e-9d7e-0c5f1c2b7a10 --pcap call.pcap   its messages, for Wireshark and others

Calls have a ladder where histories.write is true, as it is in development; offhook serve has to be told.`;

/** `offhook ladder`: the messages of a call with times, parties, and what the server decided. */
export function ladderCommand(): Command {
  return new Command("ladder")
    .description(
      "Shows the SIP messages of a call, with times, and what the server decided beside them. Exits with 2 if there is no such call.",
    )
    .argument(
      "[call]",
      "a transaction's id, the Call-ID of a refused call, or a history's file; none: the latest calls",
    )
    .option(
      "-c, --config <file>",
      "configuration file, or a folder with an offhook.yaml (default: the working folder, if it has one)",
    )
    .option("--folder <folder>", "the folder of histories, in place of that of the configuration")
    .option("--url <url>", "ask the running server at this address in place of reading files here")
    .option("--messages", "print each message in full below the ladder", false)
    .option("--json", "print one JSON object in place of a drawing", false)
    .option("--pcap <file>", pcapOption)
    .addHelpText("after", help)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(async (call: string | undefined, options: LadderOptions) => {
      process.exitCode = await runLadder(call, options);
    });
}

/** The exit code. */
async function runLadder(call: string | undefined, options: LadderOptions): Promise<number> {
  const { url } = options;
  if (call === undefined && options.pcap !== undefined) {
    console.error("offhook ladder: --pcap needs a call; without one the latest calls are listed.");
    return 2;
  }
  if (url !== undefined) return askForLadder(call, { ...options, url });
  const source: LadderSource = { config: options.config, folder: options.folder };
  try {
    if (call !== undefined) return await show(call, source, options);
    await list(source, options.json);
    return 0;
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    console.error(`offhook ladder: ${errorMessage(error)} (${code})`);
    const { whyNoLadders } = await import("../../app/index.ts");
    const why = code === "HISTORY_NOT_FOUND" ? whyNoLadders(source) : undefined;
    if (why !== undefined) console.error(why);
    return 2;
  }
}

/** Asks a running server; the exit code. */
async function askForLadder(
  call: string | undefined,
  { config, url, json, messages, pcap }: LadderOptions & { readonly url: string },
): Promise<number> {
  try {
    const server = await findServer({ url, ...(config === undefined ? {} : { config }) });
    if (call === undefined) {
      const { calls } = await server.ask<{ readonly calls: readonly AskedCall[] }>("GET", "/calls", {
        ...{ state: "ended", limit: mostListed },
      });
      console.log(json ? JSON.stringify(calls) : calls.map(({ startedAt, id }) => `${startedAt}  ${id}`).join("\n"));
      return 0;
    }
    const path = `/calls/${encodeURIComponent(call)}/ladder`;
    const ladder = await server.ask<AskedLadder>("GET", path);
    const { isRedacted: redacted, rows } = ladder;
    if (pcap !== undefined) return await writePcap(pcap, rows, redacted);
    const { drawLadder } = await import("./draw-ladder.ts");
    console.log(json ? JSON.stringify(ladder) : drawLadder({ ...ladder, redacted }, rows, messages));
    return 0;
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    console.error(`offhook ladder: ${errorMessage(error)} (${code})`);
    return code === "CLI_NOT_FOUND" ? 2 : 1;
  }
}

interface AskedCall {
  readonly id: string;
  readonly startedAt: string;
}

/** A ladder as a server shows it. */
export interface AskedLadder {
  readonly id: string;
  readonly isRedacted: boolean;
  readonly isRefused: boolean;
  readonly rows: readonly LadderRow[];
}

async function show(call: string, source: LadderSource, { json, messages, pcap }: LadderOptions): Promise<number> {
  const { findLadder, ladderRows } = await import("../../app/index.ts");
  const ladder = await findLadder(call, source);
  const { id, redacted, isRefused } = ladder;
  const rows = ladderRows(ladder);
  if (pcap !== undefined) return writePcap(pcap, rows, redacted);
  const { drawLadder } = await import("./draw-ladder.ts");
  console.log(json ? JSON.stringify({ id, redacted, isRefused, rows }) : drawLadder(ladder, rows, messages));
  return 0;
}

async function list(source: LadderSource, isJson: boolean): Promise<void> {
  const { listCalls, whyNoLadders } = await import("../../app/index.ts");
  const calls = await listCalls(source, mostListed);
  if (isJson) return console.log(JSON.stringify(calls));
  for (const { id, writtenAt, isRefused } of calls)
    console.log(`${new Date(writtenAt).toISOString()}  ${id}${isRefused ? "  refused" : ""}`);
  if (calls.length > 0) return;
  console.log("There are no histories of calls yet.");
  const why = whyNoLadders(source);
  if (why !== undefined) console.log(why);
}
