import { idFromName, type LegId } from "../../kernel/index.ts";
import type { ActionEffect } from "../action/action.ts";
import { tagOf } from "../participant-tag.ts";
import type { Leg } from "../state.ts";
import { changeLeg, emit, isLive, nextId, observe, findLeg, type Turn } from "../turn.ts";

/** The leg that an action called, while it is up or being called. */
function livePartner(turn: Turn): Leg | undefined {
  return turn.state.legs.find((leg) => tagOf(leg) === "LEG-B" && isLive(leg));
}

/** Calls a second party. A LEG-B that has ended gives its place to the new one; one that is up is hung up at the end of the turn.
 * Contract: actions-call-and-bridge, actions-bridge-second */
export function dialPartner(turn: Turn, calledFor: LegId, effect: Extract<ActionEffect, { do: "dial-partner" }>): void {
  const { destination, to, from, headers } = effect;
  const legId = idFromName("leg", `${turn.state.transactionId}:${nextId(turn, "l")}`) as LegId;
  const leg: Leg = {
    id: legId,
    kind: "telephone",
    calledFor,
    joinedWith: undefined,
    timers: {},
    direction: "Outbound",
    to,
    from,
    startedAt: turn.at,
    shownHeaders: undefined,
    state: { type: "dialing" },
  };
  const replaced = livePartner(turn);
  if (replaced !== undefined) turn.hangUps.push({ legId: replaced.id, code: 0, action: undefined });
  turn.state.legs = [...turn.state.legs.filter((other) => tagOf(other) === "LEG-A" || other === replaced), leg];
  emit(turn, { do: "dial-leg", legId, destination, to, from, headers });
}

/** Gives up a second party that has not answered. It never was a participant, so there is no HANGUP. Contract: events-hangup-unanswered-partner */
export function dropPartner(turn: Turn, cause = "given up before it answered"): void {
  const partner = livePartner(turn);
  if (partner === undefined || partner.state.type === "answered") return;
  emit(turn, { do: "hang-up-leg", legId: partner.id });
  forgetPartner(turn, partner, cause);
}

/** Removes a second party that never answered from the call. */
export function forgetPartner(turn: Turn, partner: Leg, cause: string): void {
  unbridgeLeg(turn, partner.id);
  turn.state.legs = turn.state.legs.filter((leg) => leg.id !== partner.id);
  observe(turn, { type: "leg-changed", participantTag: tagOf(partner), state: "ended", cause });
}

/** Joins a leg with the one that its action called, unless it is joined. With an unanswered leg the audio is early media, in both directions. */
export function bridgeLegs(turn: Turn, legId: LegId): void {
  const first = findLeg(turn, legId);
  const second = livePartner(turn);
  if (first === undefined || second === undefined || !isLive(first)) return;
  if (first.joinedWith !== undefined || second.joinedWith !== undefined) return;
  changeLeg(turn, first.id, (leg) => ({ ...leg, joinedWith: second.id }));
  changeLeg(turn, second.id, (leg) => ({ ...leg, joinedWith: first.id }));
  emit(turn, { do: "bridge-legs", legIds: [first.id, second.id] });
}

/** Ends the bridge of a leg, if it has one. */
export function unbridgeLeg(turn: Turn, legId: LegId): void {
  const otherId = findLeg(turn, legId)?.joinedWith;
  if (otherId === undefined) return;
  for (const id of [legId, otherId]) changeLeg(turn, id, (leg) => ({ ...leg, joinedWith: undefined }));
  emit(turn, { do: "unbridge-legs", legIds: [legId, otherId] });
}
