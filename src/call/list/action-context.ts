import type { ActionContext, ActionDefinition, CheckContext } from "../action/action.ts";
import { recordingOf } from "../leg/background-recordings.ts";
import type { Leg, RunningAction } from "../state.ts";
import { KnownFacts } from "../questions.ts";
import { findLeg, isLive, nextId, type Turn } from "../turn.ts";

/** The definition of a type that the list was checked for. */
export function definitionOf(turn: Turn, type: string): ActionDefinition {
  const definition = turn.rules.actions.get(type);
  if (definition === undefined) throw new Error(`no definition of the action ${type}`);
  return definition;
}

/** What a running action sees. */
export function contextOf(turn: Turn, { legId }: RunningAction): ActionContext {
  const leg = findLeg(turn, legId);
  return {
    legId,
    isAnswered: leg?.state.type === "answered",
    newPlaybackId: () => nextId(turn, "p"),
    newSendId: () => nextId(turn, "d"),
    newMuteId: () => nextId(turn, "m"),
    newRecording: () => {
      turn.state.recordingsMade += 1;
      return { recordingId: nextId(turn, "r"), number: turn.state.recordingsMade };
    },
    transactionId: turn.state.transactionId,
    legStartedAt: leg?.startedAt ?? turn.state.startedAt,
    callRecording: recordingOf(turn, legId)?.state ?? "none",
    compatibility: turn.config.compatibility,
  };
}

/** What a check of parameters sees. */
export function checkContext(turn: Turn, leg: Leg): CheckContext {
  const { limits, compatibility } = turn.config;
  const partner = turn.state.legs.find((other) => other.id !== leg.id && isLive(other))?.kind;
  return { limits, compatibility, leg, partner, facts: new KnownFacts(leg.from, turn.state.known) };
}
