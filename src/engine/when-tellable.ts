import type { CallEffect, CallKeeper, CallState } from "../call/index.ts";

/** Calls back when a function may be told an event: where it would be told again, or a phone would ring twice, if this process ended now, once that is kept. */
export function whenTellable(
  { event }: Pick<Extract<CallEffect, { do: "invoke" }>, "event">,
  keeper: CallKeeper,
  { legs }: Pick<CallState, "legs">,
  then: () => void,
): void {
  const { InvocationEventType: type } = event;
  // Were it told before it is kept that it was, it could be told again, and nobody would know.
  if (type === "HANGUP" || !keeper.isOurs()) {
    const isHurried = legs.some(({ state }) => state.type !== "ended");
    return keeper.whenKept(then, isHurried);
  }
  // Whoever asks for the call again, here or at another node, is to find this one.
  if (type === "NEW_OUTBOUND_CALL") return keeper.whenBegun(then);
  then();
}
