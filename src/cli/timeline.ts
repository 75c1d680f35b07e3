import type { CallObservation, FunctionOutput, SipTraceEntry } from "../app/index.ts";
import pc from "picocolors";
import { describeFact } from "./timeline-text.ts";

/** Prints what happens in calls as it happens, one line each. */
export interface Timeline {
  observe(observation: CallObservation): void;
  trace(entry: SipTraceEntry): void;
  output(output: FunctionOutput): void;
  /** A line of the log, JSON. */
  log(line: string): void;
  /** A line about something that is not the server's, such as the test phone. */
  note(sipCallId: string, source: string, text: string): void;
}

/** Most calls and dialogs that are remembered; the oldest go first. */
const longestMemory = 200;

interface CallOnTimeline {
  readonly tag: string;
  readonly startedAt: number;
}

/** Makes a timeline that hands finished lines to `print`. Times count from the start of each call. */
export function createTimeline(print: (line: string) => void, now: () => number): Timeline {
  const calls = new Map<string, CallOnTimeline>();
  const transactionByDialog = new Map<string, string>();
  const unclaimed = new Map<string, (() => void)[]>();

  const line = (call: CallOnTimeline, at: number, source: string, text: string) => {
    const seconds = `+${(Math.max(0, at - call.startedAt) / 1000).toFixed(3)} s`.padStart(10);
    print(`${pc.dim(call.tag)} ${pc.dim(seconds)}  ${colorOf(source)(source.padEnd(8))}  ${text}`);
  };
  const callOfDialog = (sipCallId: string) => calls.get(transactionByDialog.get(sipCallId) ?? "");
  const callFor = (transactionId: string, at: number) => {
    const known = calls.get(transactionId);
    if (known !== undefined) return known;
    const call = { tag: transactionId.slice(0, 4), startedAt: at };
    calls.set(transactionId, call);
    dropOldest(calls);
    return call;
  };

  /** Prints now, or when the dialog's call is known. */
  const whenClaimed = (sipCallId: string, act: (call: CallOnTimeline) => void) => {
    const call = callOfDialog(sipCallId);
    if (call !== undefined) {
      act(call);
      return;
    }
    const waiting = unclaimed.get(sipCallId) ?? [];
    waiting.push(() => {
      const claimed = callOfDialog(sipCallId);
      if (claimed !== undefined) act(claimed);
    });
    unclaimed.set(sipCallId, waiting);
    dropOldest(unclaimed);
  };

  const claim = (sipCallId: string, transactionId: string) => {
    transactionByDialog.set(sipCallId, transactionId);
    dropOldest(transactionByDialog);
    const waiting = unclaimed.get(sipCallId) ?? [];
    unclaimed.delete(sipCallId);
    for (const act of waiting) act();
  };

  return {
    observe: ({ at, transactionId, fact }) => {
      const call = callFor(transactionId, at);
      if (fact.type === "leg-signalled") claim(fact.sipCallId, transactionId);
      for (const { source, text } of describeFact(fact)) line(call, at, source, text);
    },
    trace: (entry) => {
      const at = now();
      const arrow = entry.direction === "sent" ? "->" : "<-";
      const again = entry.isRetransmission ? pc.dim(" (again)") : "";
      whenClaimed(entry.sipCallId, (call) => line(call, at, "sip", `${arrow} ${entry.startLine}${again}`));
    },
    output: ({ functionName, stream, line: text }) => {
      const shown = stream === "stderr" ? pc.red(text) : text;
      print(`${" ".repeat(17)}${colorOf("console")("console".padEnd(8))}  ${pc.dim(`${functionName}:`)} ${shown}`);
    },
    log: (text) => {
      const { level, msg, err } = JSON.parse(text) as { level: number; msg?: string; err?: { stack?: string } };
      const source = level >= 50 ? "error" : level >= 40 ? "warning" : "log";
      print(`${" ".repeat(17)}${colorOf(source)(source.padEnd(8))}  ${msg ?? ""}`);
      for (const stackLine of err?.stack?.split("\n") ?? []) print(`${" ".repeat(27)}${pc.dim(stackLine)}`);
    },
    note: (sipCallId, source, text) => {
      const at = now();
      whenClaimed(sipCallId, (call) => line(call, at, source, text));
    },
  };
}

function dropOldest(map: Map<string, unknown>): void {
  const oldest = map.keys().next().value;
  if (map.size > longestMemory && oldest !== undefined) map.delete(oldest);
}

function colorOf(source: string): (text: string) => string {
  switch (source) {
    case "event":
    case "reply":
      return pc.cyan;
    case "action":
      return pc.green;
    case "phone":
    case "audio":
      return pc.magenta;
    case "error":
      return pc.red;
    case "warning":
      return pc.yellow;
    case "sip":
      return pc.blue;
    default:
      return pc.bold;
  }
}
