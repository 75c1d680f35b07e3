import type { CallState, Leg, PendingEvent } from "./state.ts";

/** The state of a call whose process is gone, for another one that tells its end: far ends, timers and actions went with it. Of the events that were
 * under way or waited, those of legs that had ended are still owed; one under way may have been told. The next input is to be `shutdown`.
 * Contract: events-after-a-loss */
export function afterLoss(state: CallState): CallState {
  const { invocation } = state;
  const isOwed = ({ type }: PendingEvent) => type === "HANGUP";
  const owed = state.pendingEvents.filter(isOwed);
  const again = invocation !== undefined && isOwed(invocation.pending);
  return {
    ...state,
    legs: state.legs.filter(isParty).map((leg) => ({ ...leg, timers: {}, joinedWith: undefined })),
    list: { queue: [], running: undefined, replacement: undefined, heldByReply: false },
    listeners: [],
    search: undefined,
    lookUp: undefined,
    invocation: undefined,
    pendingEvents: again ? [{ ...invocation.pending, mayRepeat: true }, ...owed] : owed,
    // A repeated event has the number that it had.
    sequence: again ? invocation.sequence - 1 : state.sequence,
    invokedAt: [],
    timers: {},
    recordings: [],
    overdue: false,
    isAfterLoss: true,
  };
}

/** A leg that was called and never answered is none, and has no HANGUP. */
function isParty({ calledFor, state }: Leg): boolean {
  return calledFor === undefined || state.type === "answered" || state.type === "ended";
}
