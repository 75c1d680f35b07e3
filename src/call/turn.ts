import type { WhyUnspeakable } from "../contract/index.ts";
import type { LegId } from "../kernel/index.ts";
import { usualClosedPrefixes, usualEmergencyNumbers } from "../sip-syntax/index.ts";
import type { ActionDefinition, ActionLimits } from "./action/action.ts";
import type { CompatibilitySwitches } from "./compatibility.ts";
import { draftOfLeg, type Draft } from "./draft.ts";
import type { CallEffect } from "./effects.ts";
import type { FunctionReply } from "./inputs.ts";
import type { Question } from "./questions.ts";
import type { CallState, JsonObject, Leg, LegState, PendingSearch, Timers, LegTimerName, TimerName } from "./state.ts";
import type { CallFact } from "./facts.ts";

/** Limits of the contract, adjustable by the operator. */
export interface CallLimits extends ActionLimits {
  /** Time a function has for its answer, a retry included; 20,000. */
  readonly functionDeadlineMs: number;
  /** Ringing time of outbound calls that were asked for through the API; 60,000. */
  readonly ringTimeoutMs: number;
  /** Time after which an inbound call without any action is refused; 30,000. */
  readonly unansweredMs: number;
  /** A call is ended after this time; 24 hours. */
  readonly longestCallMs: number;
  /** Invocations per call; 1,000. The last ones are kept for HANGUP. */
  readonly invocationsPerCall: number;
  /** Invocations of a call in any second; 50. Further ones wait, so that a loop does not take a whole processor. */
  readonly invocationsPerSecond: number;
  /** Unusable replies in a row that end the call; 2. */
  readonly invalidReplies: number;
  /** Actions per reply; 10. */
  readonly actionsPerReply: number;
  /** TransactionAttributes: entries (100) and bytes as JSON (20,480). */
  readonly attributes: { readonly entries: number; readonly bytes: number };
}

/** The limits that the original documents, and defaults of our own where it has none. */
export const documentedLimits: CallLimits = {
  functionDeadlineMs: 20_000,
  ringTimeoutMs: 60_000,
  unansweredMs: 30_000,
  longestCallMs: 24 * 3_600_000,
  invocationsPerCall: 1_000,
  invocationsPerSecond: 50,
  invalidReplies: 2,
  actionsPerReply: 10,
  attributes: { entries: 100, bytes: 20_480 },
  pauseMs: { min: 100, max: 30_000 },
  sipHeaderLength: 2_048,
  shortNumbers: false,
  emergencyNumbers: usualEmergencyNumbers,
  closedPrefixes: usualClosedPrefixes,
  digitGapMs: 100,
  longestRecordingMs: 4 * 3_600_000,
};

/** What a server has set: plain data, the same at every step of a call. */
export interface MachineConfig {
  readonly limits: CallLimits;
  readonly compatibility: CompatibilitySwitches;
}

/** The parts of the machine: pure functions. */
export interface MachineRules {
  readonly actions: ReadonlyMap<string, ActionDefinition>;
  /** Checks a speech as soon as the reply comes. */
  readonly whyUnspeakable?: WhyUnspeakable;
}

/** A machine with its settings. */
export interface MachineParts {
  readonly rules: MachineRules;
  readonly config: MachineConfig;
}

/** The end of a leg by an action. `action`: the Hangup, for events; undefined: a new LEG-B takes the leg's place. */
interface HangUp {
  readonly legId: LegId;
  readonly code: number | undefined;
  readonly action: JsonObject | undefined;
}

/** One step in progress: a shallow copy of the state whose fields are replaced, never changed in place, and the effects so far. */
export interface Turn extends MachineParts {
  readonly at: number;
  readonly state: Draft<CallState>;
  readonly effects: CallEffect[];
  /** Legs that an action of this turn ends; `code` undefined: the function named none. */
  readonly hangUps: HangUp[];
}

/** Adds an effect. */
export function emit(turn: Turn, effect: CallEffect): void {
  turn.effects.push(effect);
}

/** Adds a fact for observers. */
export function observe(turn: Turn, fact: CallFact): void {
  turn.effects.push({ do: "observe", fact });
}

/** Most warnings of a call; further ones are not logged. */
const mostWarnings = 200;

/** Whether this text is new in the call; it is remembered then. */
export function isFirstTime(turn: Turn, words: string): boolean {
  const { warnings } = turn.state;
  if (warnings.length >= mostWarnings || warnings.includes(words)) return false;
  turn.state.warnings = [...warnings, words];
  return true;
}

/** A new id, unique in the call: a letter and a number. */
export function nextId(turn: Turn, prefix: "i" | "p" | "t" | "l" | "d" | "r" | "m"): string {
  const id = `${prefix}${turn.state.nextId}`;
  turn.state.nextId += 1;
  return id;
}

/** Asks for a search; until its answer the call takes nothing else. */
export function search(
  turn: Turn,
  { legId, asker, digit }: Omit<PendingSearch, "id">,
  { pattern, texts }: { readonly pattern: string; readonly texts: readonly string[] },
): void {
  turn.state.searches += 1;
  const id = `s${turn.state.searches}`;
  turn.state.search = { id, legId, asker, digit };
  emit(turn, { do: "search-pattern", searchId: id, pattern, texts });
}

/** Asks for answers without which a reply cannot be checked; until they come the call takes nothing else. */
export function lookUp(turn: Turn, questions: readonly Question[], reply: FunctionReply): void {
  turn.state.lookUps += 1;
  const id = `q${turn.state.lookUps}`;
  turn.state.lookUp = { id, questions, reply };
  emit(turn, { do: "look-up", lookUpId: id, questions });
}

/** Starts the named timer, in place of one that runs. */
export function startTimer(turn: Turn, name: keyof Timers, delayMs: number): void {
  cancelTimer(turn, name);
  const timerId = nextId(turn, "t");
  turn.state.timers = { [name]: timerId, ...turn.state.timers };
  emit(turn, { do: "start-timer", timerId, delayMs });
}

/** Cancels the named timer if it runs. */
export function cancelTimer(turn: Turn, name: keyof Timers): void {
  const timerId = turn.state.timers[name];
  if (timerId === undefined) return;
  turn.state.timers = without(turn.state.timers, name);
  emit(turn, { do: "cancel-timer", timerId });
}

/** Starts the named timer of a leg, in place of one that runs. */
export function startLegTimer(turn: Turn, legId: LegId, name: LegTimerName, delayMs: number): void {
  cancelLegTimer(turn, legId, name);
  const timerId = nextId(turn, "t");
  changeLeg(turn, legId, (leg) => {
    leg.timers = { [name]: timerId, ...leg.timers };
  });
  emit(turn, { do: "start-timer", timerId, delayMs });
}

/** Cancels the named timer of a leg if it runs. */
export function cancelLegTimer(turn: Turn, legId: LegId, name: LegTimerName): void {
  const timerId = findLeg(turn, legId)?.timers[name];
  if (timerId === undefined) return;
  changeLeg(turn, legId, (leg) => {
    leg.timers = without(leg.timers, name);
  });
  emit(turn, { do: "cancel-timer", timerId });
}

/** A timer that fired. `legId`: of a leg's timer. */
export type FiredTimer =
  | { readonly name: TimerName; readonly legId: undefined }
  | { readonly name: LegTimerName; readonly legId: LegId };

/** Forgets a timer that fired and gives its name; undefined when it was not pending. */
export function takeFiredTimer(turn: Turn, timerId: string): FiredTimer | undefined {
  const { timers, legs } = turn.state;
  const name = nameOf(timers, timerId);
  if (name !== undefined) {
    turn.state.timers = without(timers, name);
    return { name, legId: undefined };
  }
  for (const { id: legId, timers: ofLeg } of legs) {
    const legTimer = nameOf(ofLeg, timerId);
    if (legTimer === undefined) continue;
    changeLeg(turn, legId, (leg) => {
      leg.timers = without(ofLeg, legTimer);
    });
    return { name: legTimer, legId };
  }
  return undefined;
}

type TimerIds<Name extends string> = Readonly<Partial<Record<Name, string>>>;

function nameOf<Name extends string>(timers: TimerIds<Name>, timerId: string): Name | undefined {
  return (Object.keys(timers) as Name[]).find((name) => timers[name] === timerId);
}

function without<Name extends string>(timers: TimerIds<Name>, name: Name): TimerIds<Name> {
  const { [name]: _gone, ...others } = timers;
  return others as TimerIds<Name>;
}

/** The leg with this id. */
export function findLeg(turn: Turn, legId: LegId): Leg | undefined {
  for (const leg of turn.state.legs) if (leg.id === legId) return leg;
  return undefined;
}

/** Puts a leg into a new state. */
export function setLegState(turn: Turn, legId: LegId, state: LegState): void {
  changeLeg(turn, legId, (leg) => {
    leg.state = state;
  });
}

/** Puts a changed leg in the place of the one with this id. `change` gets a copy of that. */
export function changeLeg(turn: Turn, legId: LegId, change: (leg: Draft<Leg>) => void): void {
  turn.state.legs = turn.state.legs.map((leg) => {
    if (leg.id !== legId) return leg;
    const changed = draftOfLeg(leg);
    change(changed);
    return changed;
  });
}

/** Whether the leg has not ended. */
export function isLive(leg: Leg): boolean {
  return leg.state.type !== "ended";
}

/** Whether any leg of the call has not ended. */
export function anyLegLive(turn: Turn): boolean {
  return turn.state.legs.some(isLive);
}

/** Whether any leg is answered and has not ended. */
export function anyLegConnected(turn: Turn): boolean {
  return turn.state.legs.some((leg) => leg.state.type === "answered");
}

/** The first leg of the call. */
export function firstLeg(turn: Turn): Leg {
  const leg = turn.state.legs[0];
  if (leg === undefined) throw new Error("a call always has the leg that it began with");
  return leg;
}
