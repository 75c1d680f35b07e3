import type * as client from "@aws-sdk/client-chime-sdk-voice";
import type { SipMediaApplication, SipRule } from "../../store/index.ts";
import { configuredMark, type Marked } from "./origin-mark.ts";

/** A SIP media application as it goes over the wire. Contract: api-timestamps */
export function toWireApplication(
  application: SipMediaApplication,
  accountId: string,
): Marked<client.SipMediaApplication> {
  const { id, region, name, functionArn, createdAt, updatedAt } = application;
  return {
    SipMediaApplicationId: id,
    AwsRegion: region,
    Name: name,
    Endpoints: [{ LambdaArn: functionArn }],
    CreatedTimestamp: new Date(createdAt),
    UpdatedTimestamp: new Date(updatedAt),
    SipMediaApplicationArn: `arn:aws:chime:${region}:${accountId}:sma/${id}`,
    ...configuredMark(application),
  };
}

/** A SIP rule as it goes over the wire; `Disabled` is always there. */
export function toWireRule(rule: SipRule): Marked<client.SipRule> {
  return {
    SipRuleId: rule.id,
    Name: rule.name,
    Disabled: rule.disabled,
    TriggerType: rule.triggerType,
    TriggerValue: rule.triggerValue,
    TargetApplications: rule.targets.map(({ applicationId, priority, region }) => ({
      SipMediaApplicationId: applicationId,
      Priority: priority,
      AwsRegion: region,
    })),
    CreatedTimestamp: new Date(rule.createdAt),
    UpdatedTimestamp: new Date(rule.updatedAt),
    ...configuredMark(rule),
  };
}
