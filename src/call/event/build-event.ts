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
    const status = statusOf(leg);
    return {
      CallId: leg.id,
      ParticipantTag: tagOf(leg),
      To: leg.to,
      From: leg.from,
      Direction: leg.direction,
      StartTimeInMilliseconds: String(leg.startedAt),
      ...(status === undefined ? {} : { Status: status }),
      ...(leg.shownHeaders === undefined ? {} : { SipHeaders: leg.shownHeaders }),
    };
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
  return {
    SchemaVersion: "1.0",
    Sequence: sequence,
    InvocationEventType: pending.type,
    ...(pending.mayRepeat === true ? { PossiblyRepeated: true } : {}),
    ...(pending.actionData === undefined ? {} : { ActionData: pending.actionData }),
    CallDetails: {
      TransactionId: state.transactionId,
      ...(state.attributes === undefined ? {} : { TransactionAttributes: state.attributes }),
      AwsAccountId: state.accountId,
      AwsRegion: state.target.region,
      ...(state.sipRuleId === undefined ? {} : { SipRuleId: state.sipRuleId }),
      SipMediaApplicationId: applicationId,
      ...(hasBothIds ? { SipApplicationId: applicationId } : {}),
      Participants: pending.participants,
    },
    ...(pending.error === undefined ? {} : { ErrorType: pending.error.type, ErrorMessage: pending.error.message }),
  };
}
