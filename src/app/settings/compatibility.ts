import { compatibilityPositions, type CompatibilitySwitches } from "../../call/index.ts";
import type { SettingNode } from "./setting-node.ts";

/** What each switch decides. */
const meanings = {
  emptyActionsStopList: "Whether an empty list in the reply to a success in mid-list stops what is left of the list.",
  refuseCallWithoutActions: "Whether a reply to NEW_INBOUND_CALL without actions refuses the call at once.",
  successAfterHangupOfLegB: "Whether ACTION_SUCCESSFUL comes besides HANGUP after a Hangup of LEG-B while LEG-A stays.",
  successAfterHangupOfLegA: "Whether ACTION_SUCCESSFUL comes besides HANGUP after a Hangup of LEG-A while LEG-B stays.",
  hangupEventOfMeeting: "Whether HANGUP is sent too when a Hangup takes the caller out of a meeting.",
  ringingForLegB: "Whether RINGING is sent for LEG-B too.",
  mergeAttributes: "Whether attributes of a reply are added to the stored ones instead of replacing them.",
  tellActionWhenLegLeaves: "Whether the action that runs on a leg that leaves is told before HANGUP.",
  rawSipResponseCodes: "Whether HANGUP shows the SIP status of a refusal as it came.",
  statusOfHangupZero: "SIP status for a Hangup with code 0, or none, on an unanswered inbound call.",
  listDepartedLegB: "Whether a LEG-B that has left stays among the participants until a new one takes its place.",
  tellActionThatOutlivedUpdate:
    "Whether the outcome of an action that went on although an update had brought a new list is told before that list runs.",
  createCallStatus: "HTTP status of CreateSipMediaApplicationCall.",
  sipApplicationId: "Whether CallDetails of events has the application's id as SipApplicationId too.",
  runActionsAfterInvalidReply: "Whether actions in a reply to INVALID_LAMBDA_RESPONSE run.",
  endCallOnFunctionError: "Whether a function that fails ends a call in which a party is connected.",
  acceptBlankReply: "Whether a reply of null, or none, counts as a reply without actions.",
  errorMember: "Whether failures of JoinChimeMeeting and of recordings have the old Error member too.",
  pauseAnswers: "Whether Pause answers an unanswered inbound call.",
  sipHeadersWithPstn: "Whether CallAndBridge takes SipHeaders for telephone numbers.",
  replaceLegB: "Whether CallAndBridge while LEG-B is connected hangs that up and calls anew.",
  acceptWrongHangupCode: "Whether a SipResponseCode of Hangup that is none of 0, 480 and 486 counts as 0.",
  patternMayEndInTerminator: "Whether a pattern of a get-digits action that ends in a terminator is tried with it too.",
  firstKeyTimeIncludesPrompt: "Whether the time for the first key of a get-digits action begins with its prompt.",
  failurePromptAfterLastAttempt: "Whether a get-digits action plays its failure prompt after the last attempt too.",
  noKeysAreGood: "When no key at all, until time is up, is good input of a get-digits action.",
  tellFlushedDigits: "Whether keys of ReceiveDigits that match nothing when their time is over are told.",
  acceptShortFlush: "Whether ReceiveDigits takes a flush time that is shorter than the time between keys.",
  listenOnlyOnce: "Whether ReceiveDigits hears no more after its first match.",
  listenersHearTakenKeys: "Whether ReceiveDigits also hears keys that an action on its leg takes.",
  recordingNeedsDuration: "Whether RecordAudio without DurationInSeconds fails.",
  tellInterruptedRecording: "Whether ACTION_INTERRUPTED of RecordAudio names the file.",
} as const satisfies Readonly<Record<keyof CompatibilitySwitches, string>>;

type Positions = typeof compatibilityPositions;

/** `compatibility` of the configuration: the positions are those that the call machine knows, the first is the default. */
export const compatibility = {
  description: "Where the original is silent or contradicts itself: docs/contract/compatibility.md.",
  type: "object",
  additionalProperties: false,
  properties: Object.fromEntries(Object.entries(compatibilityPositions).map(toSetting)) as {
    readonly [Name in keyof Positions]: { readonly enum: Positions[Name]; readonly default: Positions[Name][0] };
  },
  default: {},
} as const satisfies SettingNode;

function toSetting([name, positions]: readonly [string, readonly (string | number | boolean)[]]): [
  string,
  SettingNode,
] {
  const [first] = positions;
  const kind =
    typeof first === "boolean"
      ? { type: "boolean" }
      : { type: typeof first === "number" ? "integer" : "string", enum: positions };
  return [name, { description: meanings[name as keyof CompatibilitySwitches], ...kind, default: first }];
}
