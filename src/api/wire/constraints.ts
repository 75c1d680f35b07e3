import { e164Pattern } from "../../sip-syntax/index.ts";
import { accountConstraints } from "./account-constraints.ts";
import { connectorConstraints } from "./connector-constraints.ts";
import { oneOf, type Constraint } from "./constraint.ts";
import { meetingConstraints } from "./meeting-constraints.ts";
import { numberConstraints } from "./number-constraints.ts";

const largestInteger = 2_147_483_647;

const id: Constraint = { rule: "an id: a string with at least one character that is not a space", pattern: /\S/ };
const name: Constraint = {
  rule: '1 to 256 characters out of letters, digits, space, "_", "." and "-"',
  length: [1, 256],
  pattern: /^[a-zA-Z0-9 _.-]+$/,
};
const phoneNumber: Constraint = {
  rule: "a phone number in E.164 form, for example +12065550100",
  pattern: e164Pattern,
};
const stringMap: Constraint = { rule: "an object of at most 20 strings", entries: [0, 20] };
const endpoints: Constraint = { rule: "a list of exactly one endpoint", entries: [1, 1] };
const targets: Constraint = { rule: "a list of 1 to 25 target applications", entries: [1, 25] };
const maxResults: Constraint = { rule: "a whole number from 1 to 100", range: [1, 100] };
const nextToken: Constraint = {
  rule: "the NextToken of an earlier answer",
  length: [0, 65_535],
  emptyIsAbsent: true,
};
const region: Constraint = {
  rule: "the name of a Region, for example us-east-1",
  length: [1, 64],
  pattern: /^[a-z]{2}(-[a-z]+)+-\d$/,
};

/** Constraints by `Structure.Member`, for every operation that this server answers. They are not in the run-time schemas
 * of the official clients. Source: the service model of 2022-08-03. Contract: api-checked-here */
export const constraints: Readonly<Record<string, Constraint>> = {
  ...meetingConstraints,
  ...numberConstraints,
  ...connectorConstraints,
  ...accountConstraints,
  "CreateSipMediaApplicationRequest.AwsRegion": region,
  "CreateSipMediaApplicationRequest.Name": name,
  "CreateSipMediaApplicationRequest.Endpoints": endpoints,
  "CreateSipMediaApplicationRequest.Tags": { rule: "a list of 1 to 50 tags", entries: [1, 50] },
  "GetSipMediaApplicationRequest.SipMediaApplicationId": id,
  "GetSipMediaApplicationLoggingConfigurationRequest.SipMediaApplicationId": id,
  "PutSipMediaApplicationLoggingConfigurationRequest.SipMediaApplicationId": id,
  "ListSipMediaApplicationsRequest.MaxResults": maxResults,
  "ListSipMediaApplicationsRequest.NextToken": nextToken,
  "UpdateSipMediaApplicationRequest.SipMediaApplicationId": id,
  "UpdateSipMediaApplicationRequest.Name": name,
  "UpdateSipMediaApplicationRequest.Endpoints": endpoints,
  "DeleteSipMediaApplicationRequest.SipMediaApplicationId": id,

  "CreateSipRuleRequest.Name": name,
  "CreateSipRuleRequest.TriggerType": oneOf("SipRuleTriggerType"),
  "CreateSipRuleRequest.TriggerValue": { rule: "a phone number or a host name", pattern: /\S/ },
  "CreateSipRuleRequest.TargetApplications": targets,
  "GetSipRuleRequest.SipRuleId": id,
  "ListSipRulesRequest.SipMediaApplicationId": id,
  "ListSipRulesRequest.MaxResults": maxResults,
  "ListSipRulesRequest.NextToken": nextToken,
  "UpdateSipRuleRequest.SipRuleId": id,
  "UpdateSipRuleRequest.Name": name,
  "UpdateSipRuleRequest.TargetApplications": targets,
  "DeleteSipRuleRequest.SipRuleId": id,

  "CreateSipMediaApplicationCallRequest.FromPhoneNumber": phoneNumber,
  "CreateSipMediaApplicationCallRequest.ToPhoneNumber": phoneNumber,
  "CreateSipMediaApplicationCallRequest.SipMediaApplicationId": id,
  "CreateSipMediaApplicationCallRequest.SipHeaders": stringMap,
  "CreateSipMediaApplicationCallRequest.ArgumentsMap": stringMap,
  "UpdateSipMediaApplicationCallRequest.SipMediaApplicationId": id,
  "UpdateSipMediaApplicationCallRequest.TransactionId": id,
  "UpdateSipMediaApplicationCallRequest.Arguments": stringMap,

  "SipMediaApplicationEndpoint.LambdaArn": {
    rule: "the ARN of a function, for example arn:aws:lambda:us-east-1:000000000000:function:hello",
    required: true,
    length: [0, 10_000],
    pattern:
      /^arn:(aws[a-zA-Z-]*)?:lambda:[a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\d{1}:\d{12}:function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?$/,
  },
  "SipRuleTargetApplication.SipMediaApplicationId": { ...id, required: true },
  "SipRuleTargetApplication.Priority": { rule: "a whole number from 1", range: [1, largestInteger] },
  "SipRuleTargetApplication.AwsRegion": region,
  "Tag.Key": { rule: "1 to 128 characters", length: [1, 128] },
  "Tag.Value": { rule: "0 to 256 characters", length: [0, 256] },
};
