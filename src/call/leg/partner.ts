import { idFromName, type LegId } from "../../kernel/index.ts";
import type { ActionEffect } from "../action/action.ts";
import type { Leg } from "../state.ts";
import { emit, isLive, nextId, observe, type Turn } from "../turn.ts";

/** The second leg that is up or being called. */
export function livePartner(turn: Turn): Leg | undefined {
  return turn.state.legs.find((leg) => leg.tag === "LEG-B" && isLive(leg));
}

/** Calls a second party. A LEG-B that has ended gives its place to the new one; one that is up is hung up at the end of the turn.
 * Contract: actions-call-and-bridge, actions-bridge-second */
export function dialPartner(turn: Turn, effect: Extract<ActionEffect, { do: "dial-partner" }>): void {
  const { destination, to, from, headers } = effect;
  const legId = idFromName("leg", `${turn.state.transactionId}:${nextId(turn, "l")}`) as LegId;
  const leg: Leg = {
    id: legId,
    tag: "LEG-B",
    direction: "Outbound",
    to,
    from,
    startedAt: turn.at,
    shownHeaders: undefined,
    state: { type: "dialing" },
  };
  const replaced = livePartner(turn);
  if (replaced !== undefined) turn.hangUps.push({ legId: replaced.id, code: 0, action: undefined });
  turn.state.legs = [...turn.state.legs.filter((other) => other.tag !== "LEG-B" || other === replaced), leg];
  emit(turn, { do: "dial-leg", legId, destination, to, from, headers });
}

/** Gives up a second party that has not answered. It never was a participant, so there is no HANGUP. Contract: events-hangup-unanswered-partner */
export function dropPartner(turn: Turn, cause = "given up before it answered"): void {
  const partner = livePartner(turn);
  if (partner === undefined || partner.state.type === "answered") return;
  emit(turn, { do: "hang-up-leg", legId: partner.id });
  forgetPartner(turn, partner, cause);
}

/** Takes a second party that never answered off the call. */
export function forgetPartner(turn: Turn, partner: Leg, cause: string): void {
  unbridgeLegs(turn);
  turn.state.legs = turn.state.legs.filter((leg) => leg.id !== partner.id);
  observe(turn, { type: "leg-changed", participantTag: partner.tag, state: "ended", cause });
}

/** Joins the audio of both legs, unless it is joined. One that is not answered hears and says early media. */
export function bridgeLegs(turn: Turn): void {
  const [first, second] = turn.state.legs;
  if (turn.state.bridged || first === undefined || second === undefined) return;
  if (!isLive(first) || !isLive(second)) return;
  turn.state.bridged = true;
  emit(turn, { do: "bridge-legs", legIds: [first.id, second.id] });
}

/** Parts the audio of both legs, if it is joined. */
export function unbridgeLegs(turn: Turn): void {
  if (!turn.state.bridged) return;
  turn.state.bridged = false;
  emit(turn, { do: "unbridge-legs" });
}
