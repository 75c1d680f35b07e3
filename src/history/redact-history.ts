import type { LegId } from "../kernel/index.ts";
import type { CallInput, CallState, FunctionReply, JsonObject, Leg } from "../call/index.ts";
import { dataSpot, replySpot } from "./place.ts";
import { createValueRedactor } from "./redact-value.ts";
import { createStandIns } from "./stand-ins.ts";

/** Redacts the history of one call: same values get same stand-ins throughout. */
export interface HistoryRedactor {
  /** The state before the first input. */
  call(call: CallState): CallState;
  /** An input that came in the state `before`. Inputs come in order. */
  input(before: CallState, input: CallInput): CallInput;
}

type Texts = Readonly<Record<string, string>>;

/** Makes the redactor of one call. */
export function createHistoryRedactor(): HistoryRedactor {
  const standIns = createStandIns();
  const ids = new Set<string>();
  const redact = createValueRedactor(standIns, (text) => ids.has(text));
  const all = <Value>(value: Value) => redact.value(value, dataSpot) as Value;
  const remember = ({ transactionId, legs }: CallState) => {
    ids.add(transactionId);
    for (const { id } of legs) ids.add(id);
  };

  const leg = (original: Leg): Leg => ({
    ...original,
    // The caller's number first: it gets the first of the counted numbers.
    from: redact.text(original.from),
    to: redact.text(original.to),
    shownHeaders: all(original.shownHeaders),
  });
  const error = <Failure extends { readonly message: string }>(original: Failure): Failure => ({
    ...original,
    message: redact.text(original.message),
  });
  const reply = (original: FunctionReply): FunctionReply =>
    original.type === "response"
      ? { type: "response", value: redact.value(original.value, replySpot) }
      : { ...error(original), stack: undefined };

  const key = (before: CallState, { legId, digit }: { readonly legId: LegId; readonly digit: string }) =>
    standIns.key(digit, enteredBefore(before, legId), keysThatEnd(before, legId));

  const redactInput = (before: CallState, input: CallInput): CallInput => {
    switch (input.type) {
      case "digit":
        return { ...input, digit: key(before, input) };
      case "function-replied":
        return { ...input, reply: reply(input.reply) };
      case "update-requested":
        return { ...input, arguments: all<Texts>(input.arguments) };
      case "leg-ended":
        return "why" in input.end ? { ...input, end: { ...input.end, why: redact.text(input.end.why) } } : input;
      case "playback-failed":
      case "recording-failed":
        return { ...input, error: error(input.error) };
      case "recording-ended":
        return { ...input, terminator: input.terminator === undefined ? undefined : redact.text(input.terminator) };
      default:
        return input;
    }
  };

  return {
    call(call) {
      remember(call);
      return {
        ...call,
        legs: call.legs.map(leg),
        attributes: all<JsonObject | undefined>(call.attributes),
        dialHeaders: all<Texts>(call.dialHeaders),
        createArguments: all<Texts | undefined>(call.createArguments),
      };
    },
    input(before, input) {
      remember(before);
      return redactInput(before, input);
    },
  };
}

/** The keys that are waiting for more on this leg: those of the running action, else those of the listener. */
function enteredBefore({ list: { running }, listeners }: CallState, legId: LegId): string {
  if (running?.legId === legId && running.phase.type === "running") {
    const { state } = running.phase;
    if (typeof state === "object" && state !== null && "digits" in state) return String(state.digits);
  }
  const listener = listeners.find((one) => one.legId === legId);
  return listener === undefined || listener.isStale ? "" : listener.digits;
}

/** The digits that end something on this leg now, by what the running action was sent. */
function keysThatEnd({ list: { running } }: CallState, legId: LegId): readonly string[] {
  if (running?.legId !== legId) return [];
  const { PlaybackTerminators, TerminatorDigits, RecordingTerminators } = running.request.parameters;
  return [PlaybackTerminators, TerminatorDigits, RecordingTerminators]
    .flatMap((list) => (Array.isArray(list) ? (list as unknown[]).map(String) : []))
    .filter((key) => /^\d$/.test(key))
    .toSorted();
}
