import { idFromName, type LegId } from "../../kernel/index.ts";
import type { ActionEffect } from "../action/action.ts";
import type { HangUpReason } from "../effects.ts";
import { tagOf } from "../participant-tag.ts";
import type { Leg } from "../state.ts";
import { changeLeg, emit, isLive, nextId, observe, findLeg, setLegState, type Turn } from "../turn.ts";

/** The number that meetings are called by. Contract: actions-join-chime-meeting-leg, sip-and-media-meeting-number */
export const meetingNumber = "+17035550122";
/** Whom they are called by. */
const meetingCaller = "SMA";

/** The leg that an action called, or the meeting that it joined, while it is up or on its way. */
function livePartner(turn: Turn): Leg | undefined {
  return turn.state.legs.find((leg) => tagOf(leg) === "LEG-B" && isLive(leg));
}

/** Calls a second party. A LEG-B that has ended gives its place to the new one; one that is up is hung up at the end of the turn.
 * Contract: actions-call-and-bridge, actions-bridge-second */
export function dialPartner(turn: Turn, calledFor: LegId, effect: Extract<ActionEffect, { do: "dial-partner" }>): void {
  const { destination, to, from, headers } = effect;
  const replaced = livePartner(turn);
  if (replaced !== undefined) turn.hangUps.push({ legId: replaced.id, code: 0, action: undefined });
  const legId = addPartner(turn, { kind: "telephone", calledFor, to, from }, replaced);
  emit(turn, { do: "dial-leg", legId, destination, to, from, headers });
}

/** Joins a meeting, whose leg takes the place of a LEG-B that has ended. Contract: actions-join-chime-meeting */
export function joinMeeting(turn: Turn, calledFor: LegId, effect: Extract<ActionEffect, { do: "join-meeting" }>): void {
  const { joinToken, meeting } = effect;
  const legId = addPartner(turn, { kind: "meeting", calledFor, to: meetingNumber, from: meetingCaller }, undefined);
  emit(turn, { do: "join-meeting", legId, phoneLegId: calledFor, joinToken, meeting });
}

function addPartner(
  turn: Turn,
  facts: Pick<Leg, "kind" | "calledFor" | "to" | "from">,
  replaced: Leg | undefined,
): LegId {
  const legId = idFromName("leg", `${turn.state.transactionId}:${nextId(turn, "l")}`) as LegId;
  const leg: Leg = {
    ...facts,
    id: legId,
    meeting: undefined,
    joinedWith: undefined,
    timers: {},
    direction: "Outbound",
    startedAt: turn.at,
    shownHeaders: undefined,
    state: { type: "dialing" },
  };
  turn.state.legs = [...turn.state.legs.filter((other) => tagOf(other) === "LEG-A" || other === replaced), leg];
  return legId;
}

/** Gives up a second party that has not answered, or a meeting that is being joined. It never was a participant, so there is no HANGUP.
 * Contract: events-hangup-unanswered-partner */
export function dropPartner(turn: Turn, cause = "given up before it answered"): void {
  const partner = livePartner(turn);
  if (partner === undefined || partner.state.type === "answered") return;
  release(turn, partner);
  forgetPartner(turn, partner, cause);
}

/** Removes a second party that never answered from the call. */
export function forgetPartner(turn: Turn, partner: Leg, cause: string): void {
  unbridgeLeg(turn, partner.id);
  turn.state.legs = turn.state.legs.filter((leg) => leg.id !== partner.id);
  observe(turn, { type: "leg-changed", participantTag: tagOf(partner), state: "ended", cause });
}

/** Lets go of the far end of a leg that is not offered: hangs up, or leaves the meeting. */
export function release(turn: Turn, { id: legId, kind }: Leg, reason?: HangUpReason): void {
  switch (kind) {
    case "telephone":
      emit(turn, { do: "hang-up-leg", legId, ...(reason === undefined ? {} : { reason }) });
      return;
    case "meeting":
      emit(turn, { do: "leave-meeting", legId });
      return;
    default:
      kind satisfies never;
  }
}

/** The telephone has left, so it is in no meeting any more; its HANGUP is the only one. Contract: events-hangup-meeting-with-telephone */
export function leaveMeetingOf(turn: Turn, telephone: LegId): void {
  for (const leg of turn.state.legs) {
    if (leg.kind !== "meeting" || leg.calledFor !== telephone || leg.state.type !== "answered") continue;
    release(turn, leg);
    setLegState(turn, leg.id, { type: "ended", endedAt: turn.at });
    observe(turn, { type: "leg-changed", participantTag: tagOf(leg), state: "ended", cause: "the telephone has left" });
  }
}

/** Joins a leg with the one that its action called, unless it is joined. With an unanswered leg the audio is early media, in both directions. */
export function bridgeLegs(turn: Turn, legId: LegId): void {
  const first = findLeg(turn, legId);
  const second = livePartner(turn);
  if (first === undefined || second === undefined || !isLive(first)) return;
  if (first.joinedWith !== undefined || second.joinedWith !== undefined) return;
  joinWith(turn, first.id, second.id);
  joinWith(turn, second.id, first.id);
  emit(turn, { do: "bridge-legs", legIds: [first.id, second.id] });
}

function joinWith(turn: Turn, legId: LegId, other: LegId | undefined): void {
  changeLeg(turn, legId, (leg) => {
    leg.joinedWith = other;
  });
}

/** Ends the bridge of a leg, if it has one. */
export function unbridgeLeg(turn: Turn, legId: LegId): void {
  const otherId = findLeg(turn, legId)?.joinedWith;
  if (otherId === undefined) return;
  for (const id of [legId, otherId]) joinWith(turn, id, undefined);
  emit(turn, { do: "unbridge-legs", legIds: [legId, otherId] });
}
