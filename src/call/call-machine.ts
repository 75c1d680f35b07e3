import type { LegId, TransactionId } from "../kernel/index.ts";
import { holdsNothing, runningLegId, stepRunning } from "./list/action-list.ts";
import { endLoop } from "./list/action-outcome.ts";
import { flushDigits, hearDigit, listenerOf, tellDigits } from "./leg/digit-listeners.ts";
import { draftOfState } from "./draft.ts";
import type { CallEffect } from "./effects.ts";
import type { CallInput } from "./inputs.ts";
import { queueEvent } from "./event/event-queue.ts";
import { askAgain, sendNextEvent, takeReply } from "./invocations.ts";
import { giveUpAwaited, stepAwaited } from "./list/late-results.ts";
import { forgetRecording } from "./leg/background-recordings.ts";
import {
  applicationFailed,
  endCall,
  endLegsByAction,
  hungUpByOperator,
  legAnswered,
  legEnded,
  legHasEarlyMedia,
  legRings,
  meetingJoined,
  meetingLeft,
  meetingRefused,
  ringTimedOut,
} from "./leg-lifecycle.ts";
import { takeAnswers } from "./look-ups.ts";
import { passTakenDigit, takeVerdict } from "./searches.ts";
import type { CallState, Leg, TargetApplication } from "./state.ts";
import {
  anyLegConnected,
  anyLegLive,
  cancelTimer,
  emit,
  findLeg,
  isLive,
  firstLeg,
  observe,
  startLegTimer,
  startTimer,
  takeFiredTimer,
  type MachineConfig,
  type MachineRules,
  type Turn,
} from "./turn.ts";

/** What a new call is made from. */
export interface NewCall {
  readonly transactionId: TransactionId;
  readonly legId: LegId;
  readonly at: number;
  readonly accountId: string;
  readonly direction: "Inbound" | "Outbound";
  readonly to: string;
  readonly from: string;
  /** Inbound: the rule that matched and all its targets in order. Outbound: one target. */
  readonly sipRuleId: string | undefined;
  readonly targets: readonly [TargetApplication, ...TargetApplication[]];
  /** Inbound: headers of the INVITE that the function may see. */
  readonly shownHeaders: Readonly<Record<string, string>> | undefined;
  /** Outbound: headers for the INVITE, and the API's arguments (undefined when there were none). */
  readonly dialHeaders: Readonly<Record<string, string>>;
  readonly arguments: Readonly<Record<string, string>> | undefined;
}

/** The state before the `start` input. */
export function newCallState(call: NewCall): CallState {
  const [target, ...fallbackTargets] = call.targets;
  const leg: Leg = {
    id: call.legId,
    kind: "telephone",
    meeting: undefined,
    calledFor: undefined,
    joinedWith: undefined,
    timers: {},
    direction: call.direction,
    to: call.to,
    from: call.from,
    startedAt: call.at,
    shownHeaders: call.shownHeaders,
    state: call.direction === "Inbound" ? { type: "offered" } : { type: "created" },
  };
  return {
    transactionId: call.transactionId,
    startedAt: call.at,
    accountId: call.accountId,
    sipRuleId: call.sipRuleId,
    target,
    fallbackTargets,
    attributes: undefined,
    sequence: 0,
    invalidReplies: 0,
    legs: [leg],
    dialHeaders: call.dialHeaders,
    createArguments: call.arguments,
    list: { queue: [], running: undefined, replacement: undefined, heldByReply: false },
    listeners: [],
    recordings: [],
    recordingsMade: 0,
    warnings: [],
    failures: undefined,
    search: undefined,
    searches: 0,
    lookUp: undefined,
    lookUps: 0,
    known: [],
    invocation: undefined,
    pendingEvents: [],
    fallbackRuns: false,
    invokedAt: [],
    timers: {},
    nextId: 1,
    overdue: false,
    isAfterLoss: undefined,
    cause: undefined,
    endType: undefined,
    finished: false,
  };
}

/** One step of a call: the next state and what shall be done, in order. Neither the state nor the input is changed. */
export type CallMachine = (config: MachineConfig, before: CallState, input: CallInput) => [CallState, CallEffect[]];

/** The machine of calls that knows these actions. It is pure: it depends only on its rules, the settings, the state and the input. */
export function createCallMachine(rules: MachineRules): CallMachine {
  return (config, before, input) => stepCall(rules, config, before, input);
}

function stepCall(
  rules: MachineRules,
  config: MachineConfig,
  before: CallState,
  input: CallInput,
): [CallState, CallEffect[]] {
  const turn: Turn = { rules, config, at: input.at, state: draftOfState(before), effects: [], hangUps: [] };
  if (before.finished) {
    ignore(turn, input, "the call is finished");
    return [before, turn.effects];
  }
  // Normally the answer of a search or look-up is the next input; if another one comes, the call does not wait for the answer.
  if (input.type !== "pattern-searched") takeVerdict(turn, "too-slow");
  if (input.type !== "looked-up") takeAnswers(turn, []);
  take(turn, input);
  endLegsByAction(turn);
  refuseOverdueCall(turn);
  sendNextEvent(turn);
  finishWhenDone(turn);
  return [turn.state, turn.effects];
}

function take(turn: Turn, input: CallInput): void {
  switch (input.type) {
    case "start":
      start(turn);
      return;
    case "leg-ringing":
    case "leg-early-media":
    case "leg-answered":
    case "leg-ended":
    case "meeting-joined":
    case "meeting-refused":
    case "meeting-left":
      takeFromLeg(turn, input);
      return;
    case "function-replied":
      if (turn.state.invocation?.id === input.invocationId) takeReply(turn, turn.state.invocation, input.reply);
      else ignore(turn, input, "no such invocation is under way");
      return;
    case "update-requested":
      if (anyLegLive(turn)) queueUpdate(turn, input.arguments);
      else ignore(turn, input, "no leg is up");
      return;
    case "playback-finished":
    case "playback-failed":
      if (!stepRunning(turn, input)) ignore(turn, input, "no action waits for this playback");
      return;
    case "digit":
      takeDigit(turn, input);
      return;
    case "digits-sent":
      if (!stepRunning(turn, input)) ignore(turn, input, "no action waits for these digits");
      return;
    case "attendees-muted":
    case "attendees-not-muted":
      if (!stepRunning(turn, input)) ignore(turn, input, "no action waits for these attendees");
      return;
    case "recording-started":
    case "recording-ended":
    case "recording-failed":
      takeRecording(turn, input);
      return;
    case "pattern-searched":
      if (turn.state.search?.id === input.searchId) takeVerdict(turn, input.verdict);
      else ignore(turn, input, "no such search is under way");
      return;
    case "looked-up":
      if (turn.state.lookUp?.id === input.lookUpId) takeAnswers(turn, input.answers);
      else ignore(turn, input, "no such look-up is under way");
      return;
    case "timer-fired":
      takeTimer(turn, input);
      return;
    case "hang-up-requested":
      hangUp(turn, input);
      return;
    case "shutdown":
      if (anyLegLive(turn)) stop(turn);
      else ignore(turn, input, "no leg is up");
      return;
    default:
      input satisfies never;
  }
}

function hangUp(turn: Turn, input: Extract<CallInput, { type: "hang-up-requested" }>): void {
  const leg = findLeg(turn, input.legId);
  if (leg !== undefined && isLive(leg)) hungUpByOperator(turn, leg);
  else ignore(turn, input, leg === undefined ? "no such leg" : "the leg has ended");
}

/** The server stops: recordings end and are reported, all else is dropped. */
function stop(turn: Turn): void {
  const code = anyLegConnected(turn) ? 0 : 480;
  const cause = "the server stops";
  endCall(turn, { endType: "server-stops", cause, code, reason: { status: 503, text: cause }, keepsResults: true });
}

function start(turn: Turn): void {
  const { limits } = turn.config;
  const leg = firstLeg(turn);
  if (turn.state.sequence > 0 || turn.state.pendingEvents.length > 0 || turn.state.invocation !== undefined) {
    emit(turn, { do: "ignore", input: "start", why: "the call has started already" });
    return;
  }
  observe(turn, {
    type: "call-started",
    direction: leg.direction === "Inbound" ? "inbound" : "outbound",
    from: leg.from,
    to: leg.to,
    applicationId: turn.state.target.applicationId,
  });
  startTimer(turn, "longest-call", limits.longestCallMs);
  if (leg.direction === "Inbound") {
    startLegTimer(turn, leg.id, "unanswered", limits.unansweredMs);
    queueEvent(turn, { type: "NEW_INBOUND_CALL", legId: leg.id });
    return;
  }
  const args = turn.state.createArguments;
  queueEvent(turn, {
    type: "NEW_OUTBOUND_CALL",
    legId: leg.id,
    ...(args === undefined ? {} : { actionData: { Type: "CallCreateRequest", Parameters: { Arguments: args } } }),
  });
}

function queueUpdate(turn: Turn, updateArguments: Readonly<Record<string, string>>): void {
  const leg = turn.state.legs.find(isLive) ?? firstLeg(turn);
  queueEvent(turn, {
    type: "CALL_UPDATE_REQUESTED",
    legId: leg.id,
    actionData: { Type: "CallUpdateRequest", Parameters: { Arguments: updateArguments } },
  });
}

type LegInput = Extract<CallInput, { type: `leg-${string}` | `meeting-${string}` }>;

/** Which legs an input is valid for: their kind, and their states. */
const fitting: Readonly<Record<LegInput["type"], readonly [Leg["kind"], ...Leg["state"]["type"][]]>> = {
  "leg-ringing": ["telephone", "dialing"],
  "leg-early-media": ["telephone", "dialing", "ringing"],
  "leg-answered": ["telephone", "answering", "dialing", "ringing"],
  "leg-ended": ["telephone", "offered", "answering", "created", "dialing", "ringing", "answered"],
  "meeting-joined": ["meeting", "dialing"],
  "meeting-refused": ["meeting", "dialing"],
  "meeting-left": ["meeting", "answered"],
};

function takeFromLeg(turn: Turn, input: LegInput): void {
  const leg = findLeg(turn, input.legId);
  if (leg === undefined) {
    ignore(turn, input, "no such leg");
    return;
  }
  const [kind, ...states] = fitting[input.type];
  if (leg.kind !== kind || !states.includes(leg.state.type)) {
    ignore(turn, input, `the leg is ${leg.kind === kind ? leg.state.type : `a ${leg.kind}`}`);
    return;
  }
  switch (input.type) {
    case "leg-ringing":
      legRings(turn, leg);
      return;
    case "leg-early-media":
      if (!legHasEarlyMedia(turn, leg)) ignore(turn, input, "nobody hears early media of this leg now");
      return;
    case "leg-answered":
      legAnswered(turn, leg);
      return;
    case "leg-ended":
      legEnded(turn, leg, input.end);
      return;
    case "meeting-joined":
      meetingJoined(turn, leg, input);
      return;
    case "meeting-refused":
      meetingRefused(turn, leg, input.why, input.isOurs);
      return;
    case "meeting-left":
      meetingLeft(turn, leg, input.why);
      return;
    default:
      input satisfies never;
  }
}

/** A key goes to the action that runs on its leg, else to the leg's listener. Contract: actions-receive-digits-taken */
function takeDigit(turn: Turn, input: Extract<CallInput, { type: "digit" }>): void {
  const { legId, digit } = input;
  const listener = listenerOf(turn, legId);
  const isTaken = runningLegId(turn) === legId && stepRunning(turn, input);
  const { search } = turn.state;
  if (search !== undefined) turn.state.search = { ...search, digit };
  else if (isTaken) passTakenDigit(turn, legId, digit, listener);
  else if (!hearDigit(turn, legId, digit)) ignore(turn, input, "no action or listener takes digits");
}

/** The outcome of a recording goes to the action that made it, also when its leg has left. */
function takeRecording(
  turn: Turn,
  input: Extract<CallInput, { type: "recording-started" | "recording-ended" | "recording-failed" }>,
): void {
  if (input.type === "recording-failed") forgetRecording(turn, input.recordingId);
  if (!stepRunning(turn, input) && !stepAwaited(turn, input)) ignore(turn, input, "no action waits for this recording");
}

function takeTimer(turn: Turn, input: Extract<CallInput, { type: "timer-fired" }>): void {
  const fired = takeFiredTimer(turn, input.timerId);
  switch (fired?.name) {
    case undefined:
      ignore(turn, input, "the timer is not pending");
      return;
    case "unanswered":
      turn.state.overdue = true;
      return;
    case "ring":
      ringTimedOut(turn, fired.legId);
      return;
    case "longest-call":
      endLongestCall(turn);
      return;
    case "action":
      stepRunning(turn, { type: "timer" });
      return;
    case "awaited":
      giveUpAwaited(turn);
      return;
    case "pace":
      return; // The next event goes out at the end of the step.
    case "retry":
      askAgain(turn);
      return;
    case "flush-digits":
      flushDigits(turn, fired.legId);
      return;
    case "between-digits":
      tellDigits(turn, fired.legId);
      return;
    default:
      fired satisfies never;
  }
}

function endLongestCall(turn: Turn): void {
  const cause = "the longest time for a call has passed";
  endCall(turn, { endType: "too-long", cause, code: 0, reason: { status: 480, text: cause } });
}

/** 30 s after the INVITE, a call that no action has answered is refused. Contract: events-unanswered */
function refuseOverdueCall(turn: Turn): void {
  const { overdue, invocation, pendingEvents } = turn.state;
  if (!overdue || firstLeg(turn).state.type !== "offered") return;
  if (invocation !== undefined || pendingEvents.length > 0 || !holdsNothing(turn)) return;
  const seconds = turn.config.limits.unansweredMs / 1000;
  const cause = `no action answered or refused the call within ${seconds} s`;
  endCall(turn, { endType: "overdue", cause, code: 480, reason: applicationFailed });
}

function finishWhenDone(turn: Turn): void {
  if (anyLegLive(turn) || turn.state.invocation !== undefined || turn.state.pendingEvents.length > 0) return;
  const { cause = "ended", endType = "failed" } = turn.state;
  cancelTimer(turn, "longest-call");
  cancelTimer(turn, "pace");
  turn.state.finished = true;
  endLoop(turn);
  observe(turn, { type: "call-ended", endType, cause, durationMs: turn.at - turn.state.startedAt });
  emit(turn, { do: "end-call", endType, cause });
}

function ignore(turn: Turn, input: CallInput, why: string): void {
  emit(turn, { do: "ignore", input: input.type, why });
}
