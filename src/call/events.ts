import type { CallState, JsonObject, Leg, PendingEvent } from "./state.ts";

/** The participants as events list them. `Status` appears once a leg was answered or has ended. */
export function describeParticipants(legs: readonly Leg[]): readonly JsonObject[] {
  return legs.filter(isListed).map((leg) => {
    const status = statusOf(leg);
    return {
      CallId: leg.id,
      ParticipantTag: leg.tag,
      To: leg.to,
      From: leg.from,
      Direction: leg.direction,
      StartTimeInMilliseconds: String(leg.startedAt),
      ...(status === undefined ? {} : { Status: status }),
      ...(leg.shownHeaders === undefined ? {} : { SipHeaders: leg.shownHeaders }),
    };
  });
}

/** LEG-B is listed once it was answered. */
function isListed({ tag, state }: Leg): boolean {
  return tag === "LEG-A" || state.type === "answered" || state.type === "ended";
}

function statusOf(leg: Leg): "Connected" | "Disconnected" | undefined {
  if (leg.state.type === "answered") return "Connected";
  return leg.state.type === "ended" ? "Disconnected" : undefined;
}

/** The event as the function gets it: names and order of the keys are those of the contract. */
export function buildEvent(state: CallState, pending: PendingEvent, sequence: number): JsonObject {
  return {
    SchemaVersion: "1.0",
    Sequence: sequence,
    InvocationEventType: pending.type,
    ...(pending.actionData === undefined ? {} : { ActionData: pending.actionData }),
    CallDetails: {
      TransactionId: state.transactionId,
      ...(state.attributes === undefined ? {} : { TransactionAttributes: state.attributes }),
      AwsAccountId: state.accountId,
      AwsRegion: state.target.region,
      ...(state.sipRuleId === undefined ? {} : { SipRuleId: state.sipRuleId }),
      SipMediaApplicationId: state.target.applicationId,
      Participants: pending.participants,
    },
    ...(pending.error === undefined ? {} : { ErrorType: pending.error.type, ErrorMessage: pending.error.message }),
  };
}
