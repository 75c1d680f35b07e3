import { setImmediate as nextTurn } from "node:timers/promises";
import { tagOf, type CallFact, type CallInput, type CallState, type MachineRules } from "../../call/index.ts";
import type { History } from "../format.ts";
import { stepThrough, type WalkedStep } from "../replay-history.ts";

/** Something that happened in a call, whole: a fact, or what came from outside that is told by no fact. */
export interface TimelineEntry {
  readonly type: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly participantTag?: string;
}

/** What happened in a call, in order. */
export interface Timeline {
  readonly id: string;
  readonly isRedacted: boolean;
  /** The call came to its end in it. */
  readonly isWhole: boolean;
  readonly entries: readonly TimelineEntry[];
  /** There was more than is told. */
  readonly isCut: boolean;
}

/** Most entries that are told; a call of an hour that asks its function every second has as many. */
const mostEntries = 10_000;
/** Steps that are run before other work has its turn. */
const stepsInTurn = 50;

/** Runs a history, and tells what happened in it. Other work of this thread goes on meanwhile. */
export async function describeTimeline(history: History, actions: MachineRules["actions"]): Promise<Timeline> {
  const entries: TimelineEntry[] = [];
  const state = { isWhole: false, steps: 0 };
  for (const step of stepThrough(history, actions)) {
    entries.push(...entriesOf(step));
    state.isWhole ||= step.effects.some((effect) => effect.do === "end-call");
    state.steps += 1;
    if (entries.length > mostEntries) break;
    if (state.steps % stepsInTurn === 0) await nextTurn();
  }
  const audio = history.audio.map(({ at, ...leg }) => ({ ...leg, type: "audio-ended", at }));
  const all = [...entries.slice(0, mostEntries), ...audio].toSorted((one, other) => one.at - other.at);
  return {
    ...{ id: history.call.transactionId, isRedacted: history.redacted, isWhole: state.isWhole },
    ...{ entries: all, isCut: entries.length > mostEntries },
  };
}

function entriesOf({ before, input, effects }: WalkedStep): readonly TimelineEntry[] {
  const facts = effects.flatMap((effect) => (effect.do === "observe" ? [entryOf(effect.fact, input.at)] : []));
  const outside = describeInput(input, before);
  return outside === undefined ? facts : [outside, ...facts];
}

function entryOf(fact: CallFact, at: number): TimelineEntry {
  return { ...fact, at };
}

/** What comes from outside and is no fact of the machine. */
function describeInput(input: CallInput, { legs }: CallState): TimelineEntry | undefined {
  const tag = (legId: string) => {
    const leg = legs.find(({ id }) => id === legId);
    return leg === undefined ? {} : { participantTag: tagOf(leg) };
  };
  const { type, at } = input;
  switch (type) {
    case "digit":
      return { type, at, ...tag(input.legId), ...{ digit: input.digit } };
    case "hang-up-requested":
      return { type, at, ...tag(input.legId) };
    case "update-requested":
      return { type, at, ...{ arguments: input.arguments } };
    default:
      return undefined;
  }
}
