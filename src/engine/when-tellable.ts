import type { CallEffect, CallKeeper } from "../call/index.ts";

/** Calls back when a function may be told an event: where it would be told again, or a phone would ring twice, if this process ended now, once that is kept. */
export function whenTellable(
  { event }: Pick<Extract<CallEffect, { do: "invoke" }>, "event">,
  keeper: CallKeeper,
  then: () => void,
): void {
  const { InvocationEventType: type } = event;
  // Were it told before it is kept that it was, it could be told again, and nobody would know.
  if (type === "HANGUP" || !keeper.isOurs()) return keeper.whenKept(then);
  // Whoever asks for the call again, here or at another node, is to find this one.
  if (type === "NEW_OUTBOUND_CALL") return keeper.whenBegun(then);
  then();
}
