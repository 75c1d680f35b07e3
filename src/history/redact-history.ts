import type { LegId } from "../kernel/index.ts";
import {
  redactCut,
  type CallInput,
  type CallState,
  type Cut,
  type FunctionReply,
  type Leg,
  type LegEnd,
} from "../call/index.ts";
import { redactionOfLeaf, redactionOfMember, type Redaction } from "../contract/index.ts";
import { createValueRedactor, type ValueRedactor } from "./redact-value.ts";
import { createStandIns, type StandIns } from "./stand-ins.ts";

/** Redacts the history of one call: same values get same stand-ins throughout. Contract: records-histories-redacted */
export interface HistoryRedactor {
  /** The state before the first input. */
  call(call: CallState): CallState;
  /** An input that came in the state `before`. Inputs come in order. */
  input(before: CallState, input: CallInput): CallInput;
}

/** Makes the redactor of one call.
 * @param ofReply what replies can tell of people */
export function createHistoryRedactor(ofReply: Redaction): HistoryRedactor {
  const standIns = createStandIns();
  const ids = new Set<string>();
  const redact = createValueRedactor(standIns, (text) => ids.has(text));
  const redactInput = createInputRedactor(standIns, redact, ofReply);
  const all = <Value>(value: Value) => redact.value(value, "text") as Value;
  const remember = ({ transactionId, legs }: CallState) => {
    ids.add(transactionId);
    for (const { id } of legs) ids.add(id);
  };
  const leg = (original: Leg): Leg => ({
    ...original,
    from: redact.text(original.from),
    to: redact.text(original.to),
    shownHeaders: all(original.shownHeaders),
  });

  return {
    call(call) {
      remember(call);
      return {
        ...call,
        legs: call.legs.map(leg),
        attributes: all(call.attributes),
        dialHeaders: all(call.dialHeaders),
        createArguments: all(call.createArguments),
      };
    },
    input(before, input) {
      remember(before);
      return redactInput(before, input);
    },
  };
}

type Failure = Extract<FunctionReply, { type: "failed" }>;

function createInputRedactor(standIns: StandIns, redact: ValueRedactor, ofReply: Redaction) {
  const withoutWords = <Worded extends { readonly message: string }>(original: Worded): Worded => ({
    ...original,
    message: redact.text(original.message),
  });
  const reply = (original: FunctionReply): FunctionReply =>
    original.type === "response"
      ? { type: "response", value: redact.value(original.value, ofReply), ...redactCuts(original.cuts) }
      : { ...withoutWords(original), stack: undefined, ...redactActions(original.fallbackActions) };
  const redactActions = (actions: Failure["fallbackActions"]) =>
    actions && {
      fallbackActions: redact.value(actions, redactionOfMember(ofReply, undefined, "Actions")) as typeof actions,
    };
  const end = (original: LegEnd): LegEnd =>
    "why" in original && original.why !== undefined ? { ...original, why: redact.text(original.why) } : original;

  return (before: CallState, input: CallInput): CallInput => {
    switch (input.type) {
      case "digit": {
        const { legId, digit } = input;
        return {
          ...input,
          digit: standIns.key(digit, enteredBefore(before, legId), keysThatEnd(before, legId, ofReply)),
        };
      }
      case "function-replied":
        return { ...input, reply: reply(input.reply) };
      case "update-requested":
        return { ...input, arguments: redact.value(input.arguments, "text") as typeof input.arguments };
      case "leg-ended":
        return { ...input, end: end(input.end) };
      case "playback-failed":
      case "recording-failed":
      case "attendees-not-muted":
        return { ...input, error: withoutWords(input.error) };
      case "meeting-joined": {
        const { meetingId, attendeeId } = input;
        return { ...input, meetingId: redact.text(meetingId), attendeeId: redact.text(attendeeId) };
      }
      case "meeting-refused":
      case "meeting-left":
        return { ...input, why: redact.text(input.why) };
      case "attendees-muted":
        return { ...input, unknown: input.unknown.map((attendee) => redact.text(attendee)) };
      case "recording-ended":
        return { ...input, terminator: input.terminator === undefined ? undefined : redact.text(input.terminator) };
      case "looked-up": {
        const answers = input.answers.map((answer) => (typeof answer === "string" ? redact.text(answer) : answer));
        return { ...input, answers };
      }
      case "start":
      case "leg-ringing":
      case "leg-early-media":
      case "leg-answered":
      case "playback-finished":
      case "digits-sent":
      case "recording-started":
      case "pattern-searched":
      case "timer-fired":
      case "hang-up-requested":
      case "shutdown":
        return input;
      default:
        return input satisfies never;
    }
  };
}

/** The keys collected so far on this leg: those of the running action, else those of the listener. */
function enteredBefore({ list: { running }, listeners }: CallState, legId: LegId): string {
  if (running?.legId === legId && running.phase.type === "running") {
    const { state } = running.phase;
    if (typeof state === "object" && state !== null && "digits" in state) return String(state.digits);
  }
  const listener = listeners.find((one) => one.legId === legId);
  return listener === undefined || listener.isStale ? "" : listener.digits;
}

/** The digits that end something on this leg now, by what the running action was sent. */
function keysThatEnd({ list: { running } }: CallState, legId: LegId, ofReply: Redaction): readonly string[] {
  if (running?.legId !== legId) return [];
  const { type, parameters } = running.request;
  const ofAction = redactionOfMember(ofReply, undefined, "Actions");
  const ofParameters = redactionOfMember(ofAction, { Type: type }, "Parameters");
  return Object.entries(parameters)
    .filter(([name]) => redactionOfLeaf(redactionOfMember(ofParameters, parameters, name)) === "terminators")
    .flatMap(([, list]) => (Array.isArray(list) ? (list as unknown[]).map(String) : []))
    .filter((key) => /^\d$/.test(key))
    .toSorted();
}

/** It matters for the reply whether the attributes were cut; other paths can contain names of the function. */
function redactCuts(cuts: readonly Cut[] | undefined): { readonly cuts?: readonly Cut[] } {
  if (cuts === undefined) return {};
  return { cuts: cuts.map(redactCut) };
}
