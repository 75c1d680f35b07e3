import { countryOf } from "../kernel/index.ts";
import type { EndedLeg } from "../journal/index.ts";
import type { RuleRecords } from "../store/index.ts";

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
    UsageType: usageType(ended),
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

/** Where the record of a leg belongs in its bucket: `Amazon-Chime-SMADRs/json/<application>/YYYY/MM/DD/HH.MM.SS.mmm_<transaction>`, by when it began, UTC.
 * @param startedAt of the leg; another one than those of other legs of its call */
export function recordKey({ transactionId, target }: EndedLeg["call"], startedAt: number): string {
  const [date = "", time = ""] = new Date(startedAt).toISOString().split("T");
  const [clock] = time.split("Z");
  return `Amazon-Chime-SMADRs/json/${target.applicationId}/${date.replaceAll("-", "/")}/${clock?.replaceAll(":", ".")}_${transactionId}`;
}

/** What is begun counts. */
function wholeSeconds(ms: number): number {
  return Math.ceil(Math.max(0, ms) / 1_000);
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

/** Such as `USE1-US-US-outbound-minutes`: region, countries of both numbers where they have one, direction. */
function usageType({ call, leg }: EndedLeg): string {
  const countries = [leg.from, leg.to].map((number) => countryOf(number) ?? "ZZ");
  return [shortRegion(call.target.region), ...countries, leg.direction.toLowerCase(), "minutes"].join("-");
}

const areas: Readonly<Record<string, string>> = {
  ...{ us: "US", eu: "EU", ap: "AP", ca: "CA", sa: "SA", me: "ME", af: "AF", il: "IL" },
};
const sides: Readonly<Record<string, string>> = {
  ...{ east: "E", west: "W", north: "N", south: "S", central: "C", northeast: "NE", southeast: "SE", northwest: "NW" },
};

/** `us-east-1` is USE1 on bills. */
function shortRegion(region: string): string {
  const [area = "", side = "", number = ""] = region.split("-");
  return `${areas[area] ?? area.toUpperCase()}${sides[side] ?? side.toUpperCase()}${number}`;
}
