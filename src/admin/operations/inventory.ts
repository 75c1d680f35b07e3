import { defineOperation, noInput } from "../operation.ts";
import type { SchemaNode } from "../shapes/schema-node.ts";
import { notes } from "../shapes/words.ts";

interface Application {
  readonly SipMediaApplicationId: string;
  readonly Name: string;
  readonly AwsRegion: string;
  readonly Endpoints: readonly { readonly LambdaArn: string }[];
}

interface Rule {
  readonly SipRuleId: string;
  readonly Name: string;
  readonly Disabled: boolean;
  readonly TriggerType: string;
  readonly TriggerValue: string;
  readonly TargetApplications: readonly { readonly SipMediaApplicationId: string; readonly Priority: number }[];
}

interface PhoneNumber {
  readonly E164PhoneNumber: string;
  readonly Name?: string;
  readonly Associations?: readonly { readonly Name: string; readonly Value: string }[];
}

/** More than these are for programs, which list them by the API. */
const most = 100;
const page = { MaxResults: most };

const applicationList = {
  type: "object",
  additionalProperties: false,
  required: ["applications", "notes"],
  properties: {
    applications: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["id", "name", "region", "functionArn", "functionName"],
        properties: {
          id: { type: "string" },
          name: { type: "string" },
          region: { type: "string" },
          functionArn: { type: "string" },
          functionName: { type: "string" },
        },
      },
    },
    notes,
  },
} as const satisfies SchemaNode;

/** The applications. */
export const listApplications = defineOperation({
  id: "ListApplications",
  method: "GET",
  path: "/applications",
  summary: "The SIP media applications, up to 100, each with its function.",
  input: noInput,
  answer: applicationList,
  async handle(_input, { ask }) {
    const found = (await ask.perform("ListSipMediaApplications", page)) as {
      readonly SipMediaApplications: readonly Application[];
      readonly NextToken?: string;
    };
    const applications = found.SipMediaApplications.map(
      ({ SipMediaApplicationId: id, Name: name, AwsRegion: region, Endpoints: [endpoint] }) => {
        const functionArn = endpoint?.LambdaArn ?? "";
        return { id, name, region, functionArn, functionName: functionArn.split(":function:")[1] ?? functionArn };
      },
    );
    return { applications, notes: notesOf(found.NextToken, "ListSipMediaApplications") };
  },
});

const numberList = {
  type: "object",
  additionalProperties: false,
  required: ["numbers", "notes"],
  properties: {
    numbers: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["number", "kind"],
        properties: {
          number: { type: "string" },
          name: { type: "string" },
          kind: { type: "string", enum: ["application", "connector", "unassigned"] },
          applicationId: { type: "string", description: "Whose function is asked first about a call to it." },
          ruleId: { type: "string" },
          ruleName: { type: "string" },
          connectorId: { type: "string" },
        },
      },
    },
    notes,
  },
} as const satisfies SchemaNode;

/** The numbers of the inventory. */
export const listNumbers = defineOperation({
  id: "ListNumbers",
  method: "GET",
  path: "/numbers",
  summary: "The numbers of the inventory, up to 100, and what a call to each comes to.",
  input: noInput,
  answer: numberList,
  async handle(_input, { ask }) {
    const [found, rules] = (await Promise.all([
      ask.perform("ListPhoneNumbers", page),
      ask.perform("ListSipRules", page),
    ])) as [
      { readonly PhoneNumbers: readonly PhoneNumber[]; readonly NextToken?: string },
      { readonly SipRules: readonly Rule[] },
    ];
    const numbers = found.PhoneNumbers.map((one) => describeNumber(one, rules.SipRules));
    return { numbers, notes: notesOf(found.NextToken, "ListPhoneNumbers") };
  },
});

function describeNumber(
  { E164PhoneNumber: number, Name: name, Associations = [] }: PhoneNumber,
  rules: readonly Rule[],
) {
  const rule = rules.find(({ Disabled, TriggerValue }) => !Disabled && TriggerValue === number);
  const [target] = rule?.TargetApplications.toSorted((one, other) => one.Priority - other.Priority) ?? [];
  const connectorId = Associations.find(({ Name }) => Name === "VoiceConnectorId")?.Value;
  const kind = rule !== undefined ? "application" : connectorId !== undefined ? "connector" : "unassigned";
  return {
    ...{ number, kind: kind as "application" | "connector" | "unassigned" },
    ...(name === undefined || name === "" ? {} : { name }),
    ...(target === undefined ? {} : { applicationId: target.SipMediaApplicationId }),
    ...(rule === undefined ? {} : { ruleId: rule.SipRuleId, ruleName: rule.Name }),
    ...(connectorId === undefined ? {} : { connectorId }),
  };
}

function notesOf(next: string | undefined, operation: string): readonly string[] {
  return next === undefined ? [] : [`There are more than ${most}: ${operation} of the API lists all.`];
}
