import type { LegId } from "../../kernel/index.ts";
import type { ActionEffect } from "../action/action.ts";
import { queueEvent } from "../event/event-queue.ts";
import type { PatternVerdict } from "../pattern/pattern-matcher.ts";
import { tagOf } from "../participant-tag.ts";
import type { DigitListener, JsonObject } from "../state.ts";
import { cancelLegTimer, emit, findLeg, search, startLegTimer, type Turn } from "../turn.ts";

/** Most digits that are kept for a pattern; older ones are dropped. Contract: actions-receive-digits-length */
const mostDigits = 128;

/** Starts a listener for the keys of a leg, in place of an earlier one. `parameters` go into its events. Contract: actions-receive-digits-one */
export function listenForDigits(
  turn: Turn,
  legId: LegId,
  effect: Extract<ActionEffect, { do: "listen-for-digits" }>,
  parameters: JsonObject,
): void {
  if (findLeg(turn, legId) === undefined) return;
  dropListener(turn, legId);
  const { pattern, betweenMs, flushMs } = effect;
  const listener: DigitListener = { legId, pattern, betweenMs, flushMs, parameters, ...nothingHeard };
  turn.state.listeners = [...turn.state.listeners, listener];
}

const nothingHeard = { digits: "", matches: false, isStale: false, isTooSlow: false } as const;

/** The listener of a leg. */
export function listenerOf(turn: Turn, legId: LegId): DigitListener | undefined {
  return turn.state.listeners.find((one) => one.legId === legId);
}

/** Takes a key of a leg; a search then tells whether the keys match with it. False: the leg has no listener. */
export function hearDigit(turn: Turn, legId: LegId, digit: string): boolean {
  const listener = listenerOf(turn, legId);
  if (listener === undefined) return false;
  const before = withoutStaleKeys(listener);
  if (before.isTooSlow) takeHeardDigit(turn, legId, digit, "too-slow");
  else
    search(turn, { legId, asker: "listener", digit }, { pattern: before.pattern, texts: [withDigit(before, digit)] });
  return true;
}

/** Takes the verdict of that search. */
export function takeHeardDigit(turn: Turn, legId: LegId, digit: string, verdict: PatternVerdict): void {
  const listener = listenerOf(turn, legId);
  if (listener === undefined) return;
  const { pattern } = listener;
  const before = withoutStaleKeys(listener);
  if (verdict === "too-slow" && !before.isTooSlow) {
    const leg = findLeg(turn, legId);
    const tag = leg === undefined ? "a leg" : tagOf(leg);
    const message = `ReceiveDigits on ${tag}: looking for ${pattern} takes too long; the keys do not count`;
    emit(turn, { do: "warn", message });
  }
  if (before.digits === "") startLegTimer(turn, legId, "flush-digits", listener.flushMs);
  if (verdict === true) startLegTimer(turn, legId, "between-digits", listener.betweenMs);
  else cancelLegTimer(turn, legId, "between-digits");
  const digits = withDigit(before, digit);
  replace(turn, { ...before, digits, matches: verdict === true, isTooSlow: verdict === "too-slow" });
}

function withoutStaleKeys(listener: DigitListener): DigitListener {
  return listener.digits === "" || listener.isStale ? { ...listener, ...nothingHeard } : listener;
}

function withDigit({ digits }: DigitListener, digit: string): string {
  return (digits + digit).slice(-mostDigits);
}

/** The first of the collected keys has reached the flush time: the next key starts anew. Keys that match already stay, since they are about to be
 * reported. Contract: actions-receive-digits-flush */
export function flushDigits(turn: Turn, legId: LegId): void {
  const listener = listenerOf(turn, legId);
  if (listener === undefined) return;
  if (turn.config.compatibility.tellFlushedDigits && !listener.matches) tellDigits(turn, legId);
  else replace(turn, { ...listener, isStale: true });
}

/** No further key came after keys that match: they are reported. The listener stays, unless it is for one match only. Contract:
 * actions-receive-digits-stays */
export function tellDigits(turn: Turn, legId: LegId): void {
  const listener = listenerOf(turn, legId);
  if (listener === undefined) return;
  const { digits, parameters } = listener;
  cancelLegTimer(turn, legId, "flush-digits");
  if (listener.matches && turn.config.compatibility.listenOnlyOnce) dropListener(turn, legId);
  else replace(turn, { ...listener, ...nothingHeard });
  queueEvent(turn, {
    type: "DIGITS_RECEIVED",
    legId,
    // The event says nowhere else which leg it was, and functions use either name of it. Contract: events-digits-leg
    actionData: { ReceivedDigits: digits, Type: "ReceiveDigits", Parameters: { ...parameters, CallId: legId } },
  });
}

/** Ends the listener of a leg, if it has one: the leg has ended. */
export function dropListener(turn: Turn, legId: LegId): void {
  const listener = listenerOf(turn, legId);
  if (listener === undefined) return;
  cancelLegTimer(turn, legId, "flush-digits");
  cancelLegTimer(turn, legId, "between-digits");
  turn.state.listeners = turn.state.listeners.filter((one) => one !== listener);
}

function replace(turn: Turn, listener: DigitListener): void {
  turn.state.listeners = turn.state.listeners.map((one) => (one.legId === listener.legId ? listener : one));
}
