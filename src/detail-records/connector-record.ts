import { countryOf } from "../kernel/index.ts";
import type { EndedLeg } from "../journal/index.ts";
import { usageType, wholeSeconds } from "./usage-type.ts";

/** What is known from elsewhere of a call that a Voice Connector takes without an application. */
export interface ConnectorFacts {
  readonly connectorId: string;
  readonly region: string;
}

/** The record of such a call, by the leg that it began with: the members in the order of the contract. Contract: records-connector-details */
export function printConnectorRecord(ended: EndedLeg, { connectorId, region }: ConnectorFacts): string {
  const { call, leg, answeredAt, endedAt, partner } = ended;
  const seconds = answeredAt === undefined ? 0 : wholeSeconds(endedAt - answeredAt);
  return JSON.stringify({
    AwsAccountId: call.accountId,
    TransactionId: call.transactionId,
    CallId: partner?.sipCallId ?? ended.sipCallId ?? "",
    VoiceConnectorId: connectorId,
    Status: answeredAt === undefined ? "Failed" : "Completed",
    StatusMessage: answeredAt === undefined ? (partner?.cause ?? ended.cause ?? "") : "OK",
    SipAuthUser: "",
    BillableDurationSeconds: seconds,
    BillableDurationMinutes: Math.round((seconds / 60) * 100) / 100,
    SchemaVersion: "2.0",
    SourcePhoneNumber: leg.from,
    SourceCountry: countryOf(leg.from) ?? "",
    DestinationPhoneNumber: leg.to,
    DestinationCountry: countryOf(leg.to) ?? "",
    UsageType: usageType(region, leg),
    ServiceCode: "AmazonChimeVoiceConnector",
    Direction: leg.direction,
    StartTimeEpochSeconds: Math.floor(leg.startedAt / 1_000),
    EndTimeEpochSeconds: Math.floor(endedAt / 1_000),
    Region: region,
    Streaming: false,
  });
}
