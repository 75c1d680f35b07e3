import type { JsonObject } from "../../../src/call/index.ts";
import { isSame, type Fail, type Invariant, type View } from "../watch.ts";

/** `ActionData` is there or not, by the type of the event. */
const withData: Readonly<Record<string, "always" | "never" | "sometimes">> = {
  NEW_INBOUND_CALL: "never",
  NEW_OUTBOUND_CALL: "sometimes",
  RINGING: "never",
  CALL_ANSWERED: "never",
  ACTION_SUCCESSFUL: "always",
  ACTION_FAILED: "always",
  ACTION_INTERRUPTED: "always",
  DIGITS_RECEIVED: "always",
  CALL_UPDATE_REQUESTED: "always",
  HANGUP: "always",
  INVALID_LAMBDA_RESPONSE: "never",
};
const keyOrder = [
  ...["SchemaVersion", "Sequence", "InvocationEventType", "ActionData", "CallDetails", "ErrorType", "ErrorMessage"],
];
const detailsOrder = [
  ...["TransactionId", "TransactionAttributes", "AwsAccountId", "AwsRegion", "SipRuleId", "SipMediaApplicationId"],
  ...["SipApplicationId", "Participants"],
];

/** Events look as the contract has them. */
export const eventShape: Invariant = {
  name: "events and participants are well-formed",
  rule: "Contract: events-envelope, events-call-details, events-participants, events-status-absent: names and order of the keys, the facts of the call, LEG-A first and at most two legs, Status only of answered or ended ones",
  watch(view, fail) {
    /** Arguments of the updates that were not told yet. */
    let updates: JsonObject[] = [];
    let last: JsonObject | undefined;
    return {
      input({ input }) {
        if (input.type === "update-requested" && view.book.anyLive()) updates.push(input.arguments);
      },
      effect(effect) {
        if (effect.do !== "invoke") return;
        if (effect.event["InvocationEventType"] === "CALL_UPDATE_REQUESTED" && !isSame(effect.event, last)) {
          const { Parameters } = effect.event["ActionData"] as { readonly Parameters: JsonObject };
          const index = updates.findIndex((one) => isSame(one, Parameters["Arguments"]));
          if (index === -1) fail("Arguments of an update are not as sent");
          updates = updates.slice(index + 1);
        }
        last = effect.event;
        checkEvent(view, effect.event, fail);
        checkDetails(
          view,
          effect.event["CallDetails"] as JsonObject,
          effect.event["InvocationEventType"],
          effect.target.region,
          fail,
        );
        checkApplication(view, effect.event["CallDetails"] as JsonObject, effect.target.applicationId, fail);
      },
    };
  },
};

function checkEvent({ scene, book }: View, event: JsonObject, fail: Fail): void {
  const type = String(event["InvocationEventType"]);
  const need = withData[type];
  if (need === undefined) fail(`there is no event ${type}`);
  if (!areInOrder(Object.keys(event), keyOrder)) fail(`${type} has other keys, or in another order`);
  if (event["SchemaVersion"] !== "1.0") fail("SchemaVersion is not 1.0");
  const data = event["ActionData"] as JsonObject | undefined;
  if ((data !== undefined && need === "never") || (data === undefined && need === "always"))
    fail(`${type}: ActionData`);
  const hasError = event["ErrorType"] !== undefined && event["ErrorMessage"] !== undefined;
  if (hasError !== (type === "INVALID_LAMBDA_RESPONSE")) fail(`${type}: ErrorType and ErrorMessage`);
  if (data === undefined) return;
  const parameters = data["Parameters"] as JsonObject;
  const failed = typeof data["ErrorType"] === "string" && typeof data["ErrorMessage"] === "string";
  if (failed !== (type === "ACTION_FAILED")) fail(`${type}: ErrorType and ErrorMessage in ActionData`);
  if (type === "NEW_OUTBOUND_CALL" && !isSame(parameters["Arguments"], scene.call.arguments))
    fail("Arguments are not as sent");
  if (!type.startsWith("ACTION_")) return;
  const { CallId, ParticipantTag } = parameters as Readonly<Record<string, string>>;
  const leg = CallId !== undefined && CallId !== "" ? book.find(CallId) : undefined;
  if (leg !== undefined && ParticipantTag !== undefined && leg.tag !== ParticipantTag && type !== "ACTION_FAILED") {
    fail(`${type} calls ${leg.tag} ${ParticipantTag}`);
  }
  const isNamed = data["Type"] === "CallAndBridge" || data["Type"] === "Hangup";
  if (type === "ACTION_SUCCESSFUL" && ((isNamed && leg === undefined) || ParticipantTag === undefined))
    fail(`${String(data["Type"])} does not name its leg`);
  if (type === "ACTION_SUCCESSFUL" && parameters["Flaw"] === true) fail("an action with wrong parameters succeeds");
}

function checkDetails({ scene, book }: View, details: JsonObject, type: unknown, region: string, fail: Fail): void {
  const { call } = scene;
  if (!areInOrder(Object.keys(details), detailsOrder)) fail("CallDetails has other keys, or in another order");
  if (details["TransactionId"] !== call.transactionId || details["AwsAccountId"] !== call.accountId) fail("wrong ids");
  if (details["AwsRegion"] !== region || details["SipRuleId"] !== call.sipRuleId) fail("wrong region or SIP rule");
  const participants = details["Participants"] as readonly JsonObject[];
  if (participants.length === 0 || participants.length > 2) fail(`${participants.length} participants`);
  for (const [index, one] of participants.entries()) {
    const isA = index === 0;
    if (one["ParticipantTag"] !== (isA ? "LEG-A" : "LEG-B")) fail("LEG-A is not the first, or twice there");
    if (one["Direction"] !== (isA ? call.direction : "Outbound")) fail("wrong Direction");
    const { Status, SipHeaders, StartTimeInMilliseconds: startedAt } = one;
    if (Status !== undefined && Status !== "Connected" && Status !== "Disconnected") fail("wrong Status");
    if (Status === undefined && !isA && type !== "RINGING" && type !== "INVALID_LAMBDA_RESPONSE")
      fail("a LEG-B that never answered is shown");
    if (Status === "Connected" && book.find(String(one["CallId"]))?.wasAnswered !== true)
      fail("Connected, but never up");
    if (typeof startedAt !== "string" || Number(startedAt) < call.at) fail("wrong StartTimeInMilliseconds");
    if (isA && startedAt !== String(call.at)) fail("LEG-A did not begin with the call");
    if (!isSame(SipHeaders, isA ? call.shownHeaders : undefined)) fail("wrong SipHeaders");
    if (isA && (one["To"] !== call.to || one["From"] !== call.from)) fail("wrong To or From of LEG-A");
    const isMeeting = book.find(String(one["CallId"]))?.kind === "meeting";
    const [to, from] = isMeeting ? ["+17035550122", "SMA"] : ["+15105550177", "+12065550188"];
    if (!isA && (one["To"] !== to || one["From"] !== from)) fail("wrong To or From of LEG-B");
  }
}

/** Contract: events-application-id-twice */
function checkApplication({ scene }: View, details: JsonObject, applicationId: string, fail: Fail): void {
  const other = scene.config.compatibility.sipApplicationId ? applicationId : undefined;
  if (details["SipMediaApplicationId"] !== applicationId || details["SipApplicationId"] !== other)
    fail("the event names another application");
}

function areInOrder(keys: readonly string[], order: readonly string[]): boolean {
  let at = -1;
  return keys.every((key) => {
    const index = order.indexOf(key);
    const isNext = index > at;
    at = index;
    return isNext;
  });
}
