import type { CallInput, CallState } from "../../src/call/index.ts";

const legA = ["offered", "answering", "created", "dialing", "ringing", "answered", "ended"] as const;
const legB = ["none", "dialing", "ringing", "answered", "ended", "being joined", "joined"] as const;
/** The list: nothing to do; an action has the floor; a new list waits for its end; a reply decides how it goes on. */
const lists = ["idle", "runs", "waits", "held"] as const;
const asked = ["", "asked"] as const;
const inputs = [
  ...[
    "start",
    "leg-ringing",
    "leg-early-media",
    "leg-answered",
    "leg-ended",
    "function-replied",
    "update-requested",
    "digit",
  ],
  ...["playback-finished", "playback-failed", "digits-sent", "recording-started", "recording-ended"],
  ...[
    "recording-failed",
    "meeting-joined",
    "meeting-refused",
    "meeting-left",
    "attendees-muted",
    "attendees-not-muted",
  ],
  ...["timer-fired", "shutdown"],
] as const;

const inputIndex = new Map<string, number>(inputs.map((name, index) => [name, index]));
const aIndex = new Map<string, number>(legA.map((name, index) => [name, index]));
const bIndex = new Map<string, number>(legB.map((name, index) => [name, index]));

/** How often each input met each state, in the order of `describePairs`. */
export type Coverage = Uint32Array;

/** Counts that are all zero. */
export function noCoverage(): Coverage {
  return new Uint32Array(legA.length * legB.length * lists.length * asked.length * inputs.length);
}

/** Counts one step. The state is that before it: the states of both legs, the list, and whether an invocation is under way. */
export function cover(coverage: Coverage, state: CallState, input: CallInput): void {
  const [a, b] = state.legs;
  let index = aIndex.get(a?.state.type ?? "") ?? 0;
  index = index * legB.length + (bIndex.get(b === undefined ? "none" : stateOfPartner(b)) ?? 0);
  index = index * lists.length + lists.indexOf(listOf(state));
  index = index * asked.length + (state.invocation === undefined ? 0 : 1);
  index = index * inputs.length + (inputIndex.get(input.type) ?? 0);
  coverage[index] = (coverage[index] ?? 0) + 1;
}

/** A meeting that has ended is like any other leg that has. */
function stateOfPartner({ kind, state }: CallState["legs"][number]): string {
  if (kind === "telephone" || state.type === "ended") return state.type;
  return state.type === "answered" ? "joined" : "being joined";
}

function listOf({ list }: CallState): (typeof lists)[number] {
  if (list.running !== undefined) return list.replacement === undefined ? "runs" : "waits";
  return list.heldByReply ? "held" : "idle";
}

/** A pair of a state and an input. */
export interface Pair {
  readonly name: string;
  readonly count: number;
  /** Whether the rules let it happen at all. */
  readonly canBe: boolean;
}

/** All pairs, readable. */
export function describePairs(coverage: Coverage): readonly Pair[] {
  const pairs: Pair[] = [];
  for (const a of legA) {
    for (const b of legB) {
      for (const list of lists) {
        for (const isAsked of asked) {
          for (const input of inputs) {
            const name = `A ${a}, B ${b}, list ${list}${isAsked === "" ? "" : ", asked"} x ${input}`;
            const canBe = canBeState(a, b, list, isAsked === "asked", input);
            pairs.push({ name, count: coverage[pairs.length] ?? 0, canBe });
          }
        }
      }
    }
  }
  return pairs;
}

type LegA = (typeof legA)[number];
type LegB = (typeof legB)[number];

/** Whether the rules let a call be so. Every input can come in every state that can be, since stray ones are given too. */
function canBeState(a: LegA, b: LegB, list: (typeof lists)[number], isAsked: boolean, input: string): boolean {
  if (!canBeLegs(a, b)) return false;
  const isCalling = b === "dialing" || b === "ringing" || b === "being joined";
  const isJoining = a === "answering" && b === "answered";
  if (isCalling || isJoining) return list === "runs" || list === "waits";
  // Before the function is asked for the first time a call only starts; when no leg is up nothing runs.
  if (a === "created") return list === "idle" && (isAsked || input === "start");
  return a !== "ended" || b === "answered" || list === "idle";
}

/** LEG-B is called from a LEG-A that is, or can be, answered; it leaves no trace when it does not answer. */
function canBeLegs(a: LegA, b: LegB): boolean {
  if (b === "none") return true;
  if (b === "being joined" || b === "joined") return a === "answered";
  if (b === "dialing" || b === "ringing") return a === "offered" || a === "answering" || a === "answered";
  return (a === "answering" && b === "answered") || a === "answered" || a === "ended";
}
