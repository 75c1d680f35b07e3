import { needsParameters, type ActionShape } from "./action-shapes.ts";
import { callDetails, eventShapes, type EventShape } from "./event-shapes.ts";
import type { Fields } from "./object.ts";
import type { JsonSchema, ShapeLimits } from "./shape.ts";

/** Limits that the schemas show. */
export interface PrintedLimits extends ShapeLimits {
  readonly actionsPerReply: number;
  readonly attributes: { readonly entries: number };
}

const draft = "http://json-schema.org/draft-07/schema#";

/** The JSON Schema of a function's reply: all that the server takes without an error. */
export function responseSchema(actions: readonly ActionShape[], limits: PrintedLimits): JsonSchema {
  const types = actions.map(({ type }) => type);
  const definitions = actions.map(
    ({ type, parameters }) => [`${type}Parameters`, parameters.schema({ form: "sent", limits })] as const,
  );
  return {
    $schema: draft,
    title: "Reply of a SIP media application",
    description: "What a function returns for an event: an object; null and an empty list are replies without actions.",
    anyOf: [{ $ref: "#/definitions/reply" }, { type: "null" }, { type: "array", maxItems: 0 }],
    definitions: {
      reply: {
        type: "object",
        required: ["SchemaVersion"],
        properties: {
          SchemaVersion: { description: "Always 1.0.", const: "1.0" },
          Actions: {
            description: "What shall be done, one after the other. Absent, null or empty: nothing changes.",
            type: ["array", "null"],
            maxItems: limits.actionsPerReply,
            items: { $ref: "#/definitions/action" },
          },
          TransactionAttributes: {
            description:
              "Kept, and shown in every later event. Absent or null: nothing changes; empty: all are cleared.",
            type: ["object", "null"],
            maxProperties: limits.attributes.entries,
          },
        },
      },
      action: {
        type: "object",
        required: ["Type"],
        properties: {
          Type: { description: "Which action.", enum: types },
          Parameters: { description: "What it needs to know.", type: ["object", "null"] },
        },
        allOf: actions.map(ruleOf),
      },
      ...Object.fromEntries(definitions),
    },
  };
}

/** What is true of an action of one type. */
function ruleOf(action: ActionShape): JsonSchema {
  const parameters = { $ref: `#/definitions/${action.type}Parameters` };
  return {
    if: { required: ["Type"], properties: { Type: { const: action.type } } },
    // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
    then: needsParameters(action)
      ? { required: ["Parameters"], properties: { Parameters: parameters } }
      : { properties: { Parameters: { anyOf: [parameters, { type: "null" }] } } },
  };
}

/** The JSON Schema of the events that a function gets. */
export function eventSchema(actions: readonly ActionShape[], limits: PrintedLimits): JsonSchema {
  const events = eventShapes(actions);
  return {
    $schema: draft,
    title: "Event of a SIP media application",
    description: "What a function is invoked with.",
    type: "object",
    required: ["SchemaVersion", "Sequence", "InvocationEventType", "CallDetails"],
    properties: {
      SchemaVersion: { const: "1.0" },
      Sequence: {
        description: "1 for the first event of a call, one more for each further.",
        type: "integer",
        minimum: 1,
      },
      InvocationEventType: { enum: events.map(({ type }) => type) },
      CallDetails: { description: "The call and its legs.", ...callDetails.schema({ form: "reported", limits }) },
    },
    oneOf: events.map((event) => schemaOfEvent(event, limits)),
  };
}

function schemaOfEvent(event: EventShape, limits: PrintedLimits): JsonSchema {
  const { type, description, actionData, mayLackActionData = false, members = {} } = event;
  const printing = { form: "reported", limits } as const;
  const hasData = actionData.length > 0;
  const required = [...(hasData && !mayLackActionData ? ["ActionData"] : []), ...requiredOf(members)];
  return {
    description,
    ...(required.length === 0 ? {} : { required }),
    properties: {
      InvocationEventType: { const: type },
      ActionData: hasData ? { anyOf: actionData.map(({ shape }) => shape.schema(printing)) } : false,
      ...Object.fromEntries(Object.entries(members).map(([name, field]) => [name, field.schema(printing)])),
    },
  };
}

function requiredOf(members: Fields): readonly string[] {
  return Object.entries(members).flatMap(([name, { isRequired }]) => (isRequired ? [name] : []));
}
