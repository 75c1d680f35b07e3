import type { EndedLeg } from "../journal/index.ts";
import type { RuleRecords } from "../store/index.ts";
import { usageType, wholeSeconds } from "./usage-type.ts";

/** What is known of the parties of a leg from elsewhere. */
export interface LegFacts {
  /** Id of the Voice Connector that a number belongs to, or that is called; "": none. */
  readonly connectorId: string;
  /** As the inventory names the numbers; "": they have no name, or are none of ours. */
  readonly fromName: string;
  readonly toName: string;
}

/** The record of a leg: the members in the order of the contract, each a text, and "" for what the leg has not. Contract: records-details */
export function printLegRecord(ended: EndedLeg, { connectorId, fromName, toName }: LegFacts): string {
  const { call, leg, answeredAt, noiseSuppressedMs } = ended;
  const { direction } = leg;
  return JSON.stringify({
    AwsAccountId: call.accountId,
    TransactionId: call.transactionId,
    CallId: leg.id,
    VoiceConnectorId: connectorId,
    Status: answeredAt === undefined ? "Failed" : "Completed",
    BillableDurationSeconds: String(wholeSeconds(answeredAt === undefined ? 0 : ended.endedAt - answeredAt)),
    SchemaVersion: "2.0",
    SourcePhoneNumber: withoutPlus(leg.from),
    SourcePhoneNumberName: fromName,
    DestinationPhoneNumber: withoutPlus(leg.to),
    DestinationPhoneNumberName: toName,
    UsageType: usageType(call.target.region, leg),
    ServiceCode: "AmazonChimeVoiceConnector",
    Direction: direction,
    TimeStampEpochSeconds: String(Math.floor(leg.startedAt / 1_000)),
    Region: call.target.region,
    SipRuleId: call.sipRuleId ?? "",
    SipApplicationId: call.target.applicationId,
    CallLegTriggerType: triggerOf(ended),
    BillableVoiceFocusSeconds: String(wholeSeconds(noiseSuppressedMs)),
  });
}

function withoutPlus(number: string): string {
  return number.replace(/^\+/, "");
}

/** The same record, with what the rule of an inbound call goes by: calls do not know it. */
export async function withTrigger(document: string, rules: Pick<RuleRecords, "get">): Promise<string> {
  const record = JSON.parse(document) as Readonly<Record<string, string>>;
  const { CallLegTriggerType, SipRuleId = "" } = record;
  if (CallLegTriggerType !== "ToPhoneNumber") return document;
  const rule = await rules.get(SipRuleId);
  return rule === undefined ? document : JSON.stringify({ ...record, CallLegTriggerType: rule.triggerType });
}

/** What brought the leg about. */
function triggerOf({ call, leg }: EndedLeg): string {
  if (leg.kind === "meeting") return "JoinChimeMeeting";
  if (leg.calledFor !== undefined) return "CallAndBridge";
  if (leg.direction === "Outbound" || call.sipRuleId === undefined) return "CreateSipMediaApplicationCall";
  return "ToPhoneNumber";
}
