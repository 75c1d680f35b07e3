import { needsParameters, type ActionShape } from "./action-shapes.ts";
import { callDetails, eventShapes, participant, type EventShape } from "./event-shapes.ts";
import { printBuilderTypes } from "./print-builders.ts";
import type { PrintedLimits } from "./print-schemas.ts";

const head = `/** The events that a SIP media application gets, and the replies that it returns.
 * Made by \`npm run schemas\`; changes here are lost.
 *
 *     import type { SmaEvent, SmaResponse } from "offhook/types";
 *
 *     export async function handler(event: SmaEvent): Promise<SmaResponse> { ... } */
`;

/** The TypeScript declarations of events and replies. */
export function printTypes(actions: readonly ActionShape[], limits: PrintedLimits): string {
  const events = eventShapes(actions);
  const blocks = [
    ...responseTypes(actions, limits),
    declare("One leg of a call.", `interface Participant ${participant.type({ form: "reported", limits })}`),
    declare("The call of an event.", `interface CallDetails ${printCallDetails(limits)}`),
    ...events.flatMap((event) => eventTypes(event, limits)),
    declare(
      "An event; `InvocationEventType` says which.",
      union(
        "SmaEvent",
        events.map(({ type }) => eventName(type)),
      ),
    ),
    ...printBuilderTypes(actions),
  ];
  return `${head}\n${indent(blocks.join("\n\n"))}\n`;
}

function responseTypes(actions: readonly ActionShape[], limits: PrintedLimits): readonly string[] {
  return [
    declare("What a function returns; null is a reply without actions.", `type SmaResponse = SmaReply | null;`),
    declare(
      "A reply.",
      `interface SmaReply {
readonly SchemaVersion: "1.0";
/** What shall be done, one after the other, at most ${limits.actionsPerReply}. Absent, null or empty: nothing changes. */
readonly Actions?: readonly SmaAction[] | null;
/** Kept, and shown in every later event. Absent or null: nothing changes; empty: all are cleared. */
readonly TransactionAttributes?: Readonly<Record<string, unknown>> | null;
}`,
    ),
    declare(
      "An action; `Type` says which.",
      union(
        "SmaAction",
        actions.map(({ type }) => `${type}Action`),
      ),
    ),
    ...actions.flatMap((action) => {
      const { type, parameters } = action;
      const mark = needsParameters(action) ? "" : "?";
      return [
        declare(
          `${type} as a function sends it.`,
          `interface ${type}Action {\nreadonly Type: "${type}";\nreadonly Parameters${mark}: ${type}Parameters;\n}`,
        ),
        declare(`Parameters of ${type}.`, `interface ${type}Parameters ${parameters.type({ form: "sent", limits })}`),
      ];
    }),
  ];
}

function eventTypes(event: EventShape, limits: PrintedLimits): readonly string[] {
  const { type, description, actionData, mayLackActionData = false, members = {} } = event;
  const printing = { form: "reported", limits } as const;
  const name = eventName(type);
  const [only] = actionData;
  const isUnion = actionData.length > 1;
  const dataName = isUnion ? `${name}Data` : (only?.name ?? "");
  const lines = [
    'readonly SchemaVersion: "1.0";',
    "/** 1 for the first event of a call, one more for each further. */\nreadonly Sequence: number;",
    `readonly InvocationEventType: "${type}";`,
    ...(only === undefined ? [] : [`readonly ActionData${mayLackActionData ? "?" : ""}: ${dataName};`]),
    "readonly CallDetails: CallDetails;",
    ...Object.entries(members).map(
      ([member, field]) =>
        `/** ${field.description} */\nreadonly ${member}${field.isRequired ? "" : "?"}: ${field.type(printing)};`,
    ),
  ];
  return [
    declare(description, `interface ${name} {\n${lines.join("\n")}\n}`),
    ...actionData.map((data) =>
      declare(`\`ActionData\` of ${type}.`, `interface ${data.name} ${data.shape.type(printing)}`),
    ),
    ...(isUnion
      ? [
          declare(
            `\`ActionData\` of ${type}; \`Type\` says which.`,
            union(
              dataName,
              actionData.map((data) => data.name),
            ),
          ),
        ]
      : []),
  ];
}

function printCallDetails(limits: PrintedLimits): string {
  const inline = participant.type({ form: "reported", limits });
  return callDetails
    .type({ form: "reported", limits })
    .replace(`readonly (${inline})[]`, "readonly [Participant, Participant?]");
}

/** `NEW_INBOUND_CALL` is a `NewInboundCallEvent`. */
function eventName(type: string): string {
  const words = type.split("_").map((part) => part.charAt(0) + part.slice(1).toLowerCase());
  return `${words.join("")}Event`;
}

function declare(description: string, declaration: string): string {
  return `/** ${description} */\nexport ${declaration}`;
}

function union(name: string, members: readonly string[]): string {
  return `type ${name} =\n${members.map((member) => `  | ${member}`).join("\n")};`;
}

/** Indents by braces. */
function indent(text: string): string {
  let depth = 0;
  const lines = text.split("\n").map((line) => {
    if (line.startsWith("}")) depth -= 1;
    const indented = line === "" ? "" : "  ".repeat(depth) + line;
    if (line.endsWith("{")) depth += 1;
    return indented;
  });
  return lines.join("\n");
}
