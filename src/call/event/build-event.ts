import type { LegId } from "../../kernel/index.ts";
import type { CompatibilitySwitches } from "../compatibility.ts";
import { tagOf } from "../participant-tag.ts";
import type { CallState, JsonObject, Leg, PendingEvent } from "../state.ts";

/** The participants as an event lists them. `Status` appears once a leg was answered or has ended. A leg that an action called is there from its answer on, and
 * in events about itself. Contract: events-participants, events-partner-departed
 * @param about the leg that the event is about */
export function describeParticipants(
  legs: readonly Leg[],
  about: LegId,
  { listDepartedLegB }: Pick<CompatibilitySwitches, "listDepartedLegB">,
): readonly JsonObject[] {
  const isListed = (leg: Leg) =>
    tagOf(leg) === "LEG-A" ||
    leg.id === about ||
    leg.state.type === "answered" ||
    (leg.state.type === "ended" && listDepartedLegB);
  return legs.filter(isListed).map((leg) => {
    const participant: Record<string, unknown> = {
      CallId: leg.id,
      ParticipantTag: tagOf(leg),
      To: leg.to,
      From: leg.from,
      Direction: leg.direction,
      StartTimeInMilliseconds: String(leg.startedAt),
    };
    const status = statusOf(leg);
    if (status !== undefined) participant["Status"] = status;
    if (leg.shownHeaders !== undefined) participant["SipHeaders"] = leg.shownHeaders;
    return participant;
  });
}

function statusOf(leg: Leg): "Connected" | "Disconnected" | undefined {
  if (leg.state.type === "answered") return "Connected";
  return leg.state.type === "ended" ? "Disconnected" : undefined;
}

/** The event as the function gets it: names and order of the keys are those of the contract. */
export function buildEvent(
  state: CallState,
  pending: PendingEvent,
  sequence: number,
  { sipApplicationId: hasBothIds }: Pick<CompatibilitySwitches, "sipApplicationId">,
): JsonObject {
  const { applicationId } = state.target;
  const call: Record<string, unknown> = { TransactionId: state.transactionId };
  if (state.attributes !== undefined) call["TransactionAttributes"] = state.attributes;
  call["AwsAccountId"] = state.accountId;
  call["AwsRegion"] = state.target.region;
  if (state.sipRuleId !== undefined) call["SipRuleId"] = state.sipRuleId;
  call["SipMediaApplicationId"] = applicationId;
  if (hasBothIds) call["SipApplicationId"] = applicationId;
  call["Participants"] = pending.participants;

  const event: Record<string, unknown> = {
    SchemaVersion: "1.0",
    Sequence: sequence,
    InvocationEventType: pending.type,
  };
  if (pending.mayRepeat === true) event["PossiblyRepeated"] = true;
  if (pending.actionData !== undefined) event["ActionData"] = pending.actionData;
  event["CallDetails"] = call;
  if (pending.error !== undefined) {
    event["ErrorType"] = pending.error.type;
    event["ErrorMessage"] = pending.error.message;
  }
  return event;
}
