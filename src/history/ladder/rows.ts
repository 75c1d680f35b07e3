import type { History } from "../format.ts";
import type { LadderLine } from "./ladder-line.ts";
import type { Ladder } from "./read-ladder.ts";

/** One row of a ladder. */
export type LadderRow =
  | {
      readonly type: "message";
      /** Epoch milliseconds. */
      readonly at: number;
      readonly participantTag?: string;
      readonly from: string;
      readonly to: string;
      /** The server's own end, where it is known. */
      readonly local?: string;
      readonly transport: string;
      readonly startLine: string;
      readonly again: boolean;
      readonly text?: string;
    }
  | { readonly type: "decision"; readonly at: number; readonly text: string };

/** The name of this server among the parties. */
export const ownPartyName = "offhook";

/** The messages of a ladder and what the server decided, in the order of time. */
export function ladderRows({ lines, steps }: Pick<Ladder, "lines" | "steps">): readonly LadderRow[] {
  const placed = [
    ...lines.map((line) => ({ row: rowOf(line), place: line.line })),
    ...steps.flatMap((step) => decisionsOf(step).map((row) => ({ row, place: step.line }))),
  ];
  return placed.toSorted((a, b) => a.row.at - b.row.at || a.place - b.place).map(({ row }) => row);
}

function rowOf(line: LadderLine): LadderRow {
  const { at, participantTag } = line;
  if ("refused" in line) {
    const { cause, status, method, why } = line.refused;
    const outcome = status === undefined ? "dropped" : `refused with ${status}`;
    return { type: "decision", at, text: `${method} ${outcome} (${cause})${why === undefined ? "" : `: ${why}`}` };
  }
  const { direction, peer, local, transport, startLine, again = false, text } = line.sip;
  const [from, to] = direction === "sent" ? [ownPartyName, peer] : [peer, ownPartyName];
  return {
    ...{ type: "message", at, from, to, transport, startLine, again },
    ...(participantTag === undefined ? {} : { participantTag }),
    ...(local === undefined ? {} : { local }),
    ...(text === undefined ? {} : { text }),
  };
}

type Step = History["steps"][number];

/** Effects that are no decision for people: they follow from others. */
const quiet = new Set(["start-timer", "cancel-timer", "prepare-audio", "look-up", "search-pattern", "end-call"]);

function decisionsOf({ input, effects, broke }: Step): readonly LadderRow[] {
  const told = [...describeInput(input), ...effects.flatMap(describeEffect)];
  if (broke) told.push("the engine failed, and the call ended");
  return told.map((text) => ({ type: "decision", at: input.at, text }));
}

function describeInput(input: Step["input"]): readonly string[] {
  switch (input.type) {
    case "function-replied":
      return [describeReply(input.reply)];
    case "leg-ended":
      return [`a leg ended: ${input.end.type}${"why" in input.end ? `, ${input.end.why ?? ""}` : ""}`];
    case "playback-failed":
    case "recording-failed":
      return [`${input.type}: ${input.error.message}`];
    case "hang-up-requested":
      return ["an operator hangs up"];
    case "shutdown":
      return ["the server stops"];
    default:
      return [];
  }
}

function describeReply(reply: Extract<Step["input"], { type: "function-replied" }>["reply"]): string {
  if (reply.type === "failed") return `the function failed (${reply.reason}): ${reply.message}`;
  const actions: unknown = (reply.value as { readonly Actions?: unknown } | null)?.Actions;
  if (!Array.isArray(actions)) return "the function replied without a list of actions";
  const types = actions.map((action: { readonly Type?: unknown } | null) => String(action?.Type));
  return `the function replied: ${types.length === 0 ? "no actions" : types.join(", ")}`;
}

function describeEffect(effect: Step["effects"][number]): readonly string[] {
  const name = String(effect["do"]);
  if (quiet.has(name)) return [];
  const event = effect["event"] as { readonly InvocationEventType?: string } | undefined;
  if (name === "invoke") return [`the function is asked: ${event?.InvocationEventType ?? "an event"}`];
  const status = effect["status"];
  return [`${name.replaceAll("-", " ")}${typeof status === "number" ? ` with ${status}` : ""}`];
}
