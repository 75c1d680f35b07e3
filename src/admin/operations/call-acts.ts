import { defineOperation, type AdminCall } from "../operation.ts";
import { asRefusal, refuseAdmin } from "../refuse-admin.ts";
import { callId } from "../shapes/calls.ts";
import type { ObjectNode, SchemaNode } from "../shapes/schema-node.ts";

const texts = { type: "object", additionalProperties: { type: "string" } } as const satisfies SchemaNode;
const ofCall = {
  type: "object",
  additionalProperties: false,
  required: ["callId"],
  properties: { callId },
} as const satisfies ObjectNode;

/** A call out. */
export const placeCall = defineOperation({
  id: "PlaceCall",
  method: "POST",
  path: "/calls",
  summary: "Starts a call as CreateSipMediaApplicationCall does; the answer does not wait for the called party.",
  input: { type: "object", additionalProperties: false, properties: {} },
  body: {
    type: "object",
    additionalProperties: false,
    required: ["applicationId", "from", "to"],
    properties: {
      applicationId: { type: "string", maxLength: 128, description: "Whose function is asked about the call." },
      from: { type: "string", maxLength: 128, description: "A number of the inventory (FromPhoneNumber)." },
      to: { type: "string", maxLength: 256, description: "Who is called (ToPhoneNumber)." },
      arguments: { ...texts, description: "What the function gets with NEW_OUTBOUND_CALL (ArgumentsMap)." },
      sipHeaders: { ...texts, description: "Headers of the INVITE (SipHeaders)." },
    },
  },
  answer: ofCall,
  async handle({ applicationId, from, to, arguments: given, sipHeaders }, { ask }) {
    const answer = await ask.perform("CreateSipMediaApplicationCall", {
      ...{ SipMediaApplicationId: applicationId, FromPhoneNumber: from, ToPhoneNumber: to },
      ...(given === undefined ? {} : { ArgumentsMap: given }),
      ...(sipHeaders === undefined ? {} : { SipHeaders: sipHeaders }),
    });
    const { SipMediaApplicationCall: call } = answer as { readonly SipMediaApplicationCall: { TransactionId: string } };
    return { callId: call.TransactionId };
  },
});

/** A call in, by a script. */
export const runCaller = defineOperation({
  id: "RunCaller",
  method: "POST",
  path: "/callers",
  summary:
    "Lets a caller who follows a script call a number of this server: it hears, presses keys, speaks and hangs up; its steps are told with the events of the call. The answer does not wait for its end.",
  input: { type: "object", additionalProperties: false, properties: {} },
  body: {
    type: "object",
    additionalProperties: false,
    required: ["number", "script"],
    properties: {
      number: { type: "string", pattern: "^\\+[1-9]\\d{1,14}$", description: "Which number it calls, E.164." },
      from: {
        type: "string",
        pattern: "^\\+[1-9]\\d{1,14}$",
        default: "+15105550100",
        description: "Who it says that it is, E.164.",
      },
      script: {
        type: "string",
        minLength: 1,
        maxLength: 20_000,
        description:
          'A list in YAML, a step each: hears, hearsNothing, presses, says, speaks, waits, hangsUp, isHungUp, as in scenes (docs/testing.md). Such as "- hears: Welcome".',
      },
    },
  },
  answer: ofCall,
  async handle(order, { source }) {
    if (source.runCaller === undefined)
      throw refuseAdmin("API_UNPROCESSABLE", "This server was started without callers by script.");
    return source.runCaller(order).catch(asRefusal);
  },
});

/** An update of a call. */
export const updateCall = defineOperation({
  id: "UpdateCall",
  method: "POST",
  path: "/calls/{callId}/update",
  summary: "Tells the function of a call that is up CALL_UPDATE_REQUESTED, as UpdateSipMediaApplicationCall does.",
  input: ofCall,
  body: {
    type: "object",
    additionalProperties: false,
    required: ["arguments"],
    properties: { arguments: { ...texts, description: "What the function gets (Arguments)." } },
  },
  answer: ofCall,
  async handle({ callId: id, arguments: given }, { ask, source }) {
    const call = source.liveCall(id);
    if (call === undefined) throw notUp(id);
    await ask.perform("UpdateSipMediaApplicationCall", {
      ...{ SipMediaApplicationId: call.target.applicationId, TransactionId: id, Arguments: given },
    });
    return { callId: id };
  },
});

/** The end of a call. */
export const hangUpCall = defineOperation({
  id: "HangUpCall",
  method: "DELETE",
  path: "/calls/{callId}",
  summary: "Hangs up all legs of a call that is up; its function gets HANGUP as if the far ends had hung up.",
  input: ofCall,
  answer: ofCall,
  handle: ({ callId: id }, { source }) => hangUp(id, undefined, source),
});

/** The end of one leg. */
export const hangUpLeg = defineOperation({
  id: "HangUpLeg",
  method: "DELETE",
  path: "/calls/{callId}/legs/{participantTag}",
  summary: "Hangs up one leg of a call that is up; its function gets HANGUP as if the far end had hung up.",
  input: {
    ...ofCall,
    required: ["callId", "participantTag"],
    properties: { callId, participantTag: { type: "string", enum: ["LEG-A", "LEG-B"] } },
  },
  answer: ofCall,
  handle: ({ callId: id, participantTag }, { source }) => hangUp(id, participantTag, source),
});

function hangUp(id: string, tag: "LEG-A" | "LEG-B" | undefined, source: AdminCall["source"]) {
  if (source.hangUp(id, tag) === "accepted") return { callId: id };
  if (tag === undefined || source.liveCall(id) === undefined) throw notUp(id);
  throw refuseAdmin("API_NOT_FOUND", `The call has no ${tag} that is up.`);
}

function notUp(id: string): Error {
  return refuseAdmin("API_NOT_FOUND", `No call ${JSON.stringify(id.slice(0, 80))} is up; it may be over.`);
}
