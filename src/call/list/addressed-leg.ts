import type { ActionDefinition } from "../action/action.ts";
import { tagOf } from "../participant-tag.ts";
import type { JsonObject, Leg, RequestedAction } from "../state.ts";
import { findLeg, isLive, firstLeg, type Turn } from "../turn.ts";

/** CallId wins over ParticipantTag; "" counts as absent; neither means the leg of the event, or the connected one when that
 * leg has gone. undefined: no such leg. Contract: actions-leg, actions-leg-meant */
export function resolveLeg(turn: Turn, request: RequestedAction, definition: ActionDefinition): Leg | undefined {
  const { CallId: callId, ParticipantTag: tag } = request.parameters;
  if (isGiven(callId)) return turn.state.legs.find((leg) => leg.id === callId);
  if (isGiven(tag)) return turn.state.legs.find((leg) => tagOf(leg) === tag);
  const meant = findLeg(turn, request.defaultLegId);
  if (meant !== undefined && isLive(meant)) return ofFittingKind(turn, meant, definition);
  const connected = turn.state.legs.find((leg) => leg.state.type === "answered");
  return ofFittingKind(turn, connected ?? firstLeg(turn), definition);
}

/** A telephone in place of the meeting that it is in, or the other way round, as the action needs it. Contract: actions-leg-meeting */
function ofFittingKind(turn: Turn, meant: Leg, definition: ActionDefinition): Leg {
  const legs: Leg["kind"] | "any" = definition.legs ?? "telephone";
  if (legs === "any" || meant.kind === legs) return meant;
  const { calledFor } = meant;
  const other =
    legs === "meeting"
      ? turn.state.legs.find((leg) => leg.kind === "meeting" && leg.state.type === "answered")
      : calledFor && findLeg(turn, calledFor);
  return other ?? meant;
}

/** Whether an action of this definition answers an unanswered inbound leg. */
export function answersLeg(turn: Turn, { answers }: ActionDefinition): boolean {
  return typeof answers === "function" ? answers(turn.config.compatibility) : answers;
}

/** Whether an action of this definition can start on the leg as it is now. */
export function isUsable(turn: Turn, leg: Leg, definition: ActionDefinition): boolean {
  if (leg.kind === "meeting" && definition.legs === undefined) return false;
  if (leg.state.type === "answered" || definition.needs === "known") return true;
  if (definition.needs === "live") return isLive(leg);
  const canAnswer = answersLeg(turn, definition) || definition.needs === "answerable";
  return canAnswer && (leg.state.type === "offered" || leg.state.type === "answering");
}

/** The parameters with the leg filled in: the tag always, the id when it was sent and for actions that always name it. */
export function echoTarget(parameters: JsonObject, leg: Leg, { namesLegById }: ActionDefinition): JsonObject {
  const { CallId: callId } = parameters;
  const echo: Record<string, unknown> = {};
  for (const name of Object.keys(parameters)) {
    if (name !== "CallId" && name !== "ParticipantTag") echo[name] = parameters[name];
  }
  if (isGiven(callId) || namesLegById === true) echo["CallId"] = leg.id;
  echo["ParticipantTag"] = tagOf(leg);
  return echo;
}

/** Whether it was sent with the id of a leg, which wins over a tag. */
export function namesLegById({ parameters }: RequestedAction): boolean {
  return isGiven(parameters["CallId"]);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}
