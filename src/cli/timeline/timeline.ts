import {
  describeOccurrence,
  describeRefusal,
  type CallFact,
  type CallObservation,
  type FunctionOutput,
  type MeetingOccurrence,
  type Refusal,
  type RegistrationChange,
  type SipTraceEntry,
} from "../../app/index.ts";
import pc from "picocolors";
import { visible } from "../../kernel/index.ts";
import { withBrackets } from "../../sip-syntax/index.ts";
import { describeFact } from "../../timeline/index.ts";

/** Prints what happens in calls as it happens, one line each. */
export interface Timeline {
  observe(observation: CallObservation): void;
  /** A line about a meeting; its time counts from when the meeting was made. */
  meet(occurrence: MeetingOccurrence): void;
  trace(entry: SipTraceEntry): void;
  /** A call that was refused before there was one has a line each, ten a minute and cause; other messages as often as the log tells of them. */
  refuse(refusal: Refusal): void;
  /** A line for each phone that registers, leaves or is gone; a phone that stays has none. */
  register(change: RegistrationChange): void;
  output(output: FunctionOutput): void;
  /** A line of the log, JSON. */
  log(line: string): void;
  /** A line about something that is not the server's, such as the test phone. */
  note(sipCallId: string, source: string, text: string): void;
}

/** Most calls and dialogs that are remembered; the oldest go first. */
const longestMemory = 200;
/** Most lines of refused calls in a minute, of each cause. */
const mostRefusals = 10;
const minuteMs = 60_000;

interface CallOnTimeline {
  readonly tag: string;
  readonly startedAt: number;
  /** The last failure of the function, which is shown once. */
  lastFailure?: string;
  /** The function loops: events of the loop are not shown. */
  isLooping?: boolean;
}

/** Makes a timeline that hands finished lines to `print`. Times count from the start of each call.
 * @param now epoch milliseconds */
export function createTimeline(print: (line: string) => void, now: () => number): Timeline {
  const calls = new Map<string, CallOnTimeline>();
  const refused = createRefusalRanks(now);
  const dialogs = createDialogs((transactionId) => calls.get(transactionId));

  const line = (call: CallOnTimeline, at: number, source: string, text: string) => {
    const seconds = `+${(Math.max(0, at - call.startedAt) / 1000).toFixed(3)} s`.padStart(10);
    print(`${pc.dim(call.tag)} ${pc.dim(seconds)}  ${inColor(source)}  ${visibleLines(text)}`);
  };
  const callFor = (transactionId: string, at: number) => {
    const known = calls.get(transactionId);
    if (known !== undefined) return known;
    const call: CallOnTimeline = { tag: transactionId.slice(0, 4), startedAt: at };
    calls.set(transactionId, call);
    dropOldest(calls);
    return call;
  };
  const note = (sipCallId: string, source: string, text: string) => {
    const at = now();
    dialogs.whenClaimed(sipCallId, (call) => call.isLooping === true || line(call, at, source, text));
  };

  return {
    observe: ({ at, transactionId, fact }) => {
      const call = callFor(transactionId, at);
      if (fact.type === "leg-signalled") dialogs.claim(fact.sipCallId, transactionId);
      if (isPartOfLoop(call, fact)) return;
      const isRepeated = fact.type === "function-failed" && fact.message === call.lastFailure;
      if (fact.type === "function-failed") call.lastFailure = fact.message;
      for (const { source, text } of describeFact(fact, isRepeated)) line(call, at, source, text);
    },
    meet: (occurrence) => {
      const { meeting, at } = occurrence;
      const of = { tag: meeting.id.slice(0, 4), startedAt: meeting.createdAt };
      line(of, at, "meeting", visible(describeOccurrence(occurrence)));
    },
    trace: ({ direction, isRetransmission, sipCallId, startLine }) => {
      const again = isRetransmission ? " (again)" : "";
      note(sipCallId, "sip", `${direction === "sent" ? "->" : "<-"} ${startLine}${again}`);
    },
    refuse: (refusal) => {
      const rank = isShown(refusal) ? refused.rankOf(refusal.cause) : mostRefusals + 1;
      if (rank > mostRefusals) return;
      const last = rank === mostRefusals ? "; further ones of this cause are counted for a minute" : "";
      print(`${" ".repeat(17)}${inColor("refused")}  ${visible(describeRefusal(refusal) + last)}`);
    },
    register: (change) => print(`${" ".repeat(17)}${inColor("phone")}  ${visible(describeRegistration(change))}`),
    output: ({ functionName, stream, line: text }) => {
      const shown = stream === "stderr" ? pc.red(visible(text)) : visible(text);
      print(`${" ".repeat(17)}${inColor("console")}  ${pc.dim(`${functionName}:`)} ${shown}`);
    },
    log: (text) => printLog(text, print),
    note,
  };
}

/** What a phone did, in words. */
function describeRegistration({ type, account, contact, source }: RegistrationChange): string {
  const where = `${contact} (from ${withBrackets(source.host)}:${source.port}, ${source.transport.toUpperCase()})`;
  switch (type) {
    case "registered":
      return `${account} registered: it rings at ${where}`;
    case "left":
      return `${account} took its registration back: ${where}`;
    case "expired":
      return `${account} is registered no more, since it did not register again in time: ${where}`;
    case "lost":
      return `${account} is registered no more, since its connection broke: ${where}`;
    default:
      return type satisfies never;
  }
}

/** How many of each cause there were in its minute. */
function createRefusalRanks(now: () => number) {
  const minutes = new Map<string, { readonly startedAt: number; count: number }>();
  return {
    /** Counts one more, and gives which of its minute it is. */
    rankOf(cause: string): number {
      const known = minutes.get(cause);
      const minute =
        known === undefined || now() - known.startedAt >= minuteMs ? { startedAt: now(), count: 0 } : known;
      minutes.set(cause, minute);
      dropOldest(minutes);
      return ++minute.count;
    },
  };
}

/** Whether a fact is one more of a loop that was told; what is none ends the loop. */
function isPartOfLoop(call: CallOnTimeline, fact: CallFact): boolean {
  if (fact.type === "function-loops") {
    call.isLooping = true;
    return false;
  }
  call.isLooping &&= repeats(fact);
  return call.isLooping === true;
}

function repeats(fact: CallFact): boolean {
  switch (fact.type) {
    case "invoked":
      return "InvocationEventType" in fact.event && fact.event.InvocationEventType === "ACTION_FAILED";
    case "action-ended":
      return fact.outcome !== "failed" || fact.repeat > 1;
    case "leg-changed":
      return fact.participantTag === "LEG-B";
    case "replied":
    case "response-findings":
    case "action-started":
    case "audio-started":
    case "audio-problem":
    case "speech-by":
    case "leg-signalled":
    case "recording-lost":
      return true;
    default:
      return false;
  }
}

/** Which SIP dialogs belong to which call. What is told of a dialog before its call is known waits for that. */
function createDialogs(findCall: (transactionId: string) => CallOnTimeline | undefined) {
  const transactions = new Map<string, string>();
  const waiting = new Map<string, ((call: CallOnTimeline) => void)[]>();
  const callOf = (sipCallId: string) => findCall(transactions.get(sipCallId) ?? "");

  return {
    whenClaimed: (sipCallId: string, act: (call: CallOnTimeline) => void) => {
      const call = callOf(sipCallId);
      if (call !== undefined) {
        act(call);
        return;
      }
      waiting.set(sipCallId, [...(waiting.get(sipCallId) ?? []), act]);
      dropOldest(waiting);
    },
    claim: (sipCallId: string, transactionId: string) => {
      transactions.set(sipCallId, transactionId);
      dropOldest(transactions);
      const call = callOf(sipCallId);
      const acts = waiting.get(sipCallId) ?? [];
      waiting.delete(sipCallId);
      if (call !== undefined) for (const act of acts) act(call);
    },
  };
}

/** Whether the call has no other line. */
function isShown({ method, cause }: Pick<Refusal, "method" | "cause">): boolean {
  return method === "INVITE" && cause !== "declined" && cause !== "cancelled";
}

interface LogLine {
  readonly level: number;
  readonly msg?: string;
  readonly err?: { readonly stack?: string };
  /** Of a function's own code. */
  readonly stack?: string;
  /** Of a call: an observation of it comes as well. */
  readonly fact?: object;
  /** Of a meeting: the timeline is told of it. */
  readonly eventType?: string;
  /** Cause of a refusal, and what goes with it. */
  readonly refusal?: string;
  readonly method?: string;
  /** Of a registration: the timeline is told of it. */
  readonly change?: string;
  /** How many like it the line stands for. */
  readonly leftOut?: number;
}

/** Prints one line of pino's JSON, unless it tells what the timeline has told. */
function printLog(text: string, print: (line: string) => void): void {
  const line = JSON.parse(text) as LogLine;
  const { level, msg, err, refusal, method = "", leftOut = 0, stack = err?.stack } = line;
  if (line.fact !== undefined || line.change !== undefined || (line.eventType !== undefined && level < 40)) return;
  const wasShown = refusal !== undefined && leftOut < mostRefusals && isShown({ method, cause: refusal });
  if (wasShown && err === undefined) return;
  const source = level >= 50 ? "error" : level >= 40 ? "warning" : "log";
  print(`${" ".repeat(17)}${inColor(source)}  ${visibleLines(msg ?? "")}`);
  for (const stackLine of stack?.split("\n") ?? []) print(`${" ".repeat(27)}${pc.dim(visible(stackLine))}`);
}

/** The lines of a message under each other. */
function visibleLines(text: string): string {
  return text
    .split("\n")
    .map(visible)
    .join(`\n${" ".repeat(27)}`);
}

function inColor(source: string): string {
  return colorOf(source)(source.padEnd(8));
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
    case "meeting":
      return pc.green;
    case "phone":
    case "audio":
      return pc.magenta;
    case "error":
      return pc.red;
    case "warning":
    case "refused":
      return pc.yellow;
    case "sip":
      return pc.blue;
    default:
      return pc.bold;
  }
}
