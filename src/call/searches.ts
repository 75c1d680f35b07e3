import type { LegId } from "../kernel/index.ts";
import { stepRunning } from "./list/action-list.ts";
import { hearDigit, listenerOf, takeHeardDigit } from "./leg/digit-listeners.ts";
import type { DigitListener } from "./state.ts";
import type { PatternVerdict } from "./pattern/pattern-matcher.ts";
import type { Turn } from "./turn.ts";

/** Takes the verdict of the search that the call waits for; the action or listener that asked goes on. */
export function takeVerdict(turn: Turn, verdict: PatternVerdict): void {
  const { search } = turn.state;
  if (search === undefined) return;
  turn.state.search = undefined;
  const { asker, legId, digit } = search;
  if (asker === "listener") {
    takeHeardDigit(turn, legId, digit ?? "", verdict);
    return;
  }
  const listener = listenerOf(turn, legId);
  stepRunning(turn, { type: "pattern-searched", verdict });
  if (digit !== undefined) passTakenDigit(turn, legId, digit, listener);
}

/** Gives a key that an action took to the leg's listener too, where the operator wants that. A listener that is there only because the key
 * ended the action before it does not hear it. Contract: actions-receive-digits-taken */
export function passTakenDigit(
  turn: Turn,
  legId: LegId,
  digit: string,
  listenerBefore: DigitListener | undefined,
): void {
  if (!turn.config.compatibility.listenersHearTakenKeys || listenerBefore !== listenerOf(turn, legId)) return;
  hearDigit(turn, legId, digit);
}
