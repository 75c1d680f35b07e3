import { needsParameters, type ActionShape } from "./action-shapes.ts";

const head = `/** Builders of replies, actions and events: what \`offhook/types\` declares, at run time.
 * Made by \`npm run schemas\`; changes here are lost. */
`;

/** The builders of actions, replies and events, as JavaScript; `printBuilderTypes` declares them. */
export function printBuilders(actions: readonly ActionShape[]): string {
  const builders = actions.map(({ type }) => {
    const name = builderOf(type);
    return `export function ${name}(parameters) {\n  return { Type: "${type}", ...(parameters === undefined ? {} : { Parameters: parameters }) };\n}`;
  });
  return `${[head + reply, ...builders, event].join("\n\n")}\n`;
}

const reply = `
export function reply(actions = [], attributes) {
  const kept = attributes === undefined ? {} : { TransactionAttributes: attributes };
  return { SchemaVersion: "1.0", Actions: actions, ...kept };
}`;

const event = `const leg = {
  CallId: "c2a8b0de-2f0e-4b3c-8d3e-7c1f5d9e0a03",
  ParticipantTag: "LEG-A",
  To: "+12065550100",
  From: "+15105550101",
  Direction: "Inbound",
  StartTimeInMilliseconds: "1700000000000",
};

export function event(type, { CallDetails, ...members } = {}) {
  return {
    SchemaVersion: "1.0",
    Sequence: 1,
    InvocationEventType: type,
    CallDetails: {
      TransactionId: "0b9d1f3a-5c9b-4b6e-9a57-0a4a4c1f7c11",
      AwsAccountId: "111122223333",
      AwsRegion: "us-east-1",
      SipRuleId: "5d0e8b6e-1f0f-4b54-8d0c-6c6d5a0f2c01",
      SipMediaApplicationId: "9a1c2f44-7f0a-4f35-9f4f-2f5d9a1f3b02",
      Participants: [{ ...leg, ...(type === "NEW_INBOUND_CALL" ? {} : { Status: "Connected" }) }],
      ...CallDetails,
    },
    ...members,
  };
}`;

/** Declarations of the builders, for the types. */
export function printBuilderTypes(actions: readonly ActionShape[]): readonly string[] {
  return [
    `/** A reply with these actions, one after the other. \`attributes\`: kept for later events; absent: those that are kept stay. */
export function reply(actions?: readonly SmaAction[], attributes?: Readonly<Record<string, unknown>>): SmaReply;`,
    ...actions.map((action) => {
      const { type } = action;
      const mark = needsParameters(action) ? "" : "?";
      return `/** The action ${type}: \`{ Type: "${type}", Parameters: parameters }\`. */
export function ${builderOf(type)}(parameters${mark}: ${type}Parameters): ${type}Action;`;
    }),
    `/** An event as it could come, for tests: members that are not given are those of some call. Exact events, as the server sends them, are
 * those of \`sampleEvent\` in \`offhook/testing\`. */
export function event<Type extends SmaEvent["InvocationEventType"]>(
type: Type,
members?: Partial<Omit<Extract<SmaEvent, { InvocationEventType: Type }>, "CallDetails">> & { readonly CallDetails?: Partial<CallDetails> },
): Extract<SmaEvent, { InvocationEventType: Type }>;`,
  ];
}

/** `SpeakAndGetDigits` is built by `speakAndGetDigits`. */
function builderOf(type: string): string {
  return type.charAt(0).toLowerCase() + type.slice(1);
}
