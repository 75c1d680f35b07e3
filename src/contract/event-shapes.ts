import { echoed, withoutDuties, type ActionShape } from "./action-shapes.ts";
import { optional, required } from "./field.ts";
import { integer } from "./integer.ts";
import { list, textMap } from "./list.ts";
import { object, type Fields, type ObjectShape } from "./object.ts";
import type { Shape } from "./shape.ts";
import { text } from "./text.ts";
import { keyword, truth } from "./keyword.ts";

/** One type of event: the members that it has besides those of all events. */
export interface EventShape {
  readonly type: string;
  readonly description: string;
  /** What `ActionData` can be; none: there is none. */
  readonly actionData: readonly ActionDataShape[];
  readonly mayLackActionData?: true;
  /** Members of the event itself. */
  readonly members?: Fields;
}

/** `ActionData` of one `Type`; `name` is that of the TypeScript type. */
export interface ActionDataShape {
  readonly name: string;
  readonly shape: ObjectShape<unknown>;
}

const tag = required(keyword(["LEG-A", "LEG-B"]), { description: "LEG-A is the first leg of the call." });
const callId = required(text("name"), { description: "The leg's id, a UUID." });

/** One leg of a call. Contract: events-participants */
export const participant = object({
  CallId: callId,
  ParticipantTag: tag,
  To: required(text("number"), { description: "Who is called: E.164, or the user part of a SIP address." }),
  From: required(text("number"), { description: "Who calls." }),
  Direction: required(keyword(["Inbound", "Outbound"]), { description: "Inbound: towards the application." }),
  StartTimeInMilliseconds: required(text("none", { pattern: /^\d+$/ }), {
    description: "When the leg began: epoch milliseconds, as text.",
  }),
  Status: optional(keyword(["Connected", "Disconnected"]), {
    description: "Absent until the leg was answered or ended.",
  }),
  SipHeaders: optional(textMap(), { description: "x-*, User-to-User and Diversion of the leg's own INVITE." }),
});

/** The call of an event. Contract: events-call-details */
export const callDetails = object({
  TransactionId: required(text("name"), { description: "The call: the same from its first to its last event." }),
  TransactionAttributes: optional(anything(), {
    description: "As the function stored them; absent when there are none.",
  }),
  AwsAccountId: required(text("name", { pattern: /^\d{12}$/ }), { description: "The account, 12 digits." }),
  AwsRegion: required(text("none"), { description: "The region of the application." }),
  SipRuleId: optional(text("none"), { description: "The rule that matched, of an inbound call." }),
  SipMediaApplicationId: required(text("none"), { description: "The application." }),
  SipApplicationId: optional(text("none"), { description: "The same, by the name that examples of the guide have." }),
  Participants: required(list(participant, { min: 1, max: 2 }), { description: "LEG-A, then LEG-B if there is one." }),
});

const failure = {
  ErrorType: required(text("none"), { description: "What went wrong, one word." }),
  ErrorMessage: required(text("text"), { description: "The same for people." }),
};

/** All types of events. Contract: events-envelope */
export function eventShapes(actions: readonly ActionShape[]): readonly EventShape[] {
  const receiveDigits = actions.filter(({ type }) => type === "ReceiveDigits");
  return [
    { type: "NEW_INBOUND_CALL", description: "Somebody calls. The first action decides.", actionData: [] },
    {
      type: "NEW_OUTBOUND_CALL",
      description: "The API was asked for a call. Actions are ignored, attributes are kept.",
      actionData: [requestData("CallCreateRequest")],
      mayLackActionData: true,
    },
    { type: "RINGING", description: "The called party rings. Actions are ignored.", actionData: [] },
    { type: "CALL_ANSWERED", description: "The called party answered.", actionData: [] },
    {
      type: "ACTION_SUCCESSFUL",
      description: "An action, or the last of the list, is done.",
      actionData: actions.map((action) => actionData(action, "Success", action.results?.fields ?? {})),
    },
    {
      type: "ACTION_FAILED",
      description: "An action failed; those behind it do not run. Parameters are as they were sent.",
      actionData: [failureData(actions)],
    },
    {
      type: "ACTION_INTERRUPTED",
      description: "A new list stopped an action. The reply is ignored.",
      actionData: actions
        .filter(({ interruptible }) => interruptible)
        .map((action) => actionData(action, "Interruption", withoutDuties(action.results))),
    },
    {
      type: "DIGITS_RECEIVED",
      description: "Keys that a ReceiveDigits asked for.",
      actionData: receiveDigits.map((action) => actionData(action, "Input", action.results?.fields ?? {})),
    },
    {
      type: "CALL_UPDATE_REQUESTED",
      description: "The API was asked to update the call. New actions replace the list.",
      actionData: [requestData("CallUpdateRequest")],
    },
    {
      type: "HANGUP",
      description: "A leg ended.",
      actionData: [hangupData],
      members: {
        PossiblyRepeated: optional(truth(), {
          description: "Only there, and true, when a server that is gone may have told it before.",
        }),
      },
    },
    {
      type: "INVALID_LAMBDA_RESPONSE",
      description: "The reply before could not be used.",
      actionData: [],
      members: failure,
    },
  ];
}

function actionData(action: ActionShape, name: string, results: Fields): ActionDataShape {
  const shape = object({
    Type: required(keyword([action.type]), { description: "The action." }),
    Parameters: required(echoed(action.parameters), { description: "As they were sent, with defaults." }),
    ...results,
  });
  return { name: `${action.type}${name}`, shape };
}

function failureData(actions: readonly ActionShape[]): ActionDataShape {
  const shape = object({
    Type: required(keyword(actions.map(({ type }) => type)), { description: "The action." }),
    Parameters: required(anything(), { description: "As they were sent." }),
    ...failure,
    Error: optional(text("text"), { description: "Both in one, with some errors." }),
    ErrorList: optional(list(text("text")), {
      description: "Attendees that are wrong, of ModifyChimeMeetingAttendees.",
    }),
  });
  return { name: "ActionFailure", shape };
}

function requestData(type: string): ActionDataShape {
  const parameters = object({
    Arguments: required(textMap(), { description: "What the API was given, texts by name." }),
  });
  const shape = object({
    Type: required(keyword([type]), { description: "The request." }),
    Parameters: required(parameters, { description: "What it brought." }),
  });
  return { name: type, shape };
}

const hangupData: ActionDataShape = {
  name: "LegEnd",
  shape: object({
    Type: required(keyword(["Hangup"]), { description: "Always Hangup." }),
    Parameters: required(
      object({
        SipResponseCode: optional(integer({ min: 0, max: 699 }), {
          description: "0: normal. 480: no answer, unavailable. 486: busy. Absent when a Hangup named none.",
        }),
        CallId: callId,
        ParticipantTag: tag,
      }),
      { description: "The leg that ended." },
    ),
  }),
};

/** An object of which nothing is known. */
function anything(): Shape<unknown> {
  return {
    redaction: "text",
    read: (sent) => ({ value: sent, echo: sent }),
    schema: () => ({ type: "object" }),
    type: () => "Readonly<Record<string, unknown>>",
  };
}

/** The eleven values of `InvocationEventType`. */
export const eventTypes: readonly string[] = eventShapes([]).map(({ type }) => type);
