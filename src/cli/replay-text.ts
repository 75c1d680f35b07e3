import type {
  Difference,
  EngineReport,
  FunctionOutput,
  History,
  InvocationReport,
  ReplayReport,
} from "../app/index.ts";
import pc from "picocolors";

/** Longer values are cut in the middle of a line. */
const longestValue = 200;
const indent = " ".repeat(12);

/** What the file is about: the call, and what it means that it is redacted. */
export function describeHistory({ call, steps, redacted }: History): string {
  const [leg] = call.legs;
  const lastAt = steps.at(-1)?.input.at ?? call.startedAt;
  const seconds = ((lastAt - call.startedAt) / 1_000).toFixed(1);
  const at = new Date(call.startedAt).toISOString();
  const way = `${leg?.direction.toLowerCase()} call from ${leg?.from} to ${leg?.to}`;
  const head = `${pc.bold(call.transactionId)}  ${way}, ${at}, ${seconds} s\n`;
  return redacted ? `${head}\n${redactedNote}\n` : head;
}

const redactedNote = `This history is redacted: numbers, keys, texts and attributes in it are stand-ins, and the function gets these. Where it decides by such a
value it may decide otherwise than in the call. Its own numbers and texts are compared with stand-ins by kind, by length, and by whether
the same stands for the same throughout.`;

/** One event and what the function made of it. */
export function describeInvocation({
  sequence,
  eventType,
  actionType,
  verdict,
  differences,
}: InvocationReport): string {
  const event = `event ${String(sequence).padStart(3)}   ${eventType}${actionType === undefined ? "" : `  ${actionType}`}`;
  if (verdict === "same") return `${event}  ${pc.green("same")}`;
  if (verdict === "unknown") return `${event}  ${pc.yellow("not compared: the file ends before the recorded reply")}`;
  return [`${event}  ${pc.red("differs")}`, ...differences.map(describeDifference)].join("\n");
}

/** A step in which this version of the engine does something else. */
export function describeEngine({ line, input, differences }: EngineReport): string {
  const head = `engine      ${pc.red("differs")}: at line ${line} (${input}) this version does something else than was recorded`;
  return [head, ...differences.map(describeDifference)].join("\n");
}

/** A line of the function's console. */
export function describeOutput({ stream, line }: FunctionOutput): string {
  return `console     ${stream === "stderr" ? pc.red(line) : pc.dim(line)}`;
}

/** The last lines: counts, and what else there is to know. */
export function summarizeReplay(report: ReplayReport, isCutShort: boolean): string {
  const { invocations, engine, isWhole } = report;
  const count = (verdict: InvocationReport["verdict"]) => invocations.filter((one) => one.verdict === verdict).length;
  const [same, other, unknown] = [count("same"), count("differs"), count("unknown")];
  const notes = [
    ...(engine.length === 0 ? [] : [`The engine differs in ${countOf(engine.length, "step")}.`]),
    ...(isCutShort ? ["The last line of the file is not whole: the server was stopped while it wrote."] : []),
    ...(isWhole ? [] : ["The file ends before the call did."]),
  ];
  const compared = `${countOf(invocations.length, "event")}, ${same} the same, ${other} ${other === 1 ? "differs" : "differ"}`;
  const last = unknown === 0 ? `${compared}.` : `${compared}, ${unknown} not compared.`;
  const colored = wentTheSame(report) ? pc.green(last) : pc.red(last);
  return `\n${[colored, ...notes].join("\n")}`;
}

/** Whether neither the function nor the engine differs. */
export function wentTheSame({ invocations, engine }: ReplayReport): boolean {
  return engine.length === 0 && invocations.every(({ verdict }) => verdict !== "differs");
}

function describeDifference({ path, recorded, now }: Difference): string {
  // Of the whole reply the values are words about it.
  const describe = path === "" ? String : describeValue;
  const lines = [`recorded  ${describe(recorded)}`, `now       ${describe(now)}`];
  const shown = path === "" ? lines : [pc.bold(path), ...lines.map((line) => `  ${line}`)];
  return shown.map((line) => `${indent}${line}`).join("\n");
}

function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)} ... (${text.length} characters)` : text;
}

function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}
