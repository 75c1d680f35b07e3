import { eventTypes } from "../../contract/index.ts";
import { AppError, nearestWord } from "../../kernel/index.ts";
import { dial, placeCall, type SceneEvent, type SceneOptions, type ScriptedCall } from "../scene/index.ts";
import { receiveDigits, sampleActions, type SampleAction } from "./sample-actions.ts";

/** How the call comes to an event. */
interface Way {
  /** What the function answers to the first event. */
  readonly actions?: readonly object[];
  /** It answers the same to all others, too. */
  readonly isAlways?: boolean;
  readonly options?: SceneOptions;
  readonly isOutbound?: boolean;
  /** What happens until the event comes. */
  readonly go?: (call: ScriptedCall) => Promise<unknown>;
}

const actionOf = (type: SampleAction) => ({ Type: type, Parameters: sampleActions[type] });
const code = (call: ScriptedCall) => call.presses("1234");
const operator = (call: ScriptedCall) => call.dials("+12065550142");

/** How each action that a sample can have succeeds and fails; what is missing needs nothing, or does not fail by what happens. */
const courses: Readonly<Record<SampleAction, { readonly succeeds?: Way["go"]; readonly fails?: Way }>> = {
  CallAndBridge: {
    succeeds: async (call) => (await operator(call)).answers(),
    fails: { go: async (call) => (await operator(call)).isBusy() },
  },
  JoinChimeMeeting: {},
  Pause: {},
  PlayAudio: { fails: { options: { prompts: { "welcome.wav": "missing" } } } },
  PlayAudioAndGetDigits: { succeeds: code, fails: {} },
  RecordAudio: { succeeds: async (call) => call.speaks(2_000) },
  SendDigits: {},
  Speak: {},
  SpeakAndGetDigits: { succeeds: code, fails: {} },
};
const whole = Object.keys(sampleActions) as readonly SampleAction[];

/** The ways to events of actions, by type of event. */
const ofActions: Readonly<Record<string, (action: SampleAction) => Way | undefined>> = {
  ACTION_SUCCESSFUL: (action) => {
    const { succeeds } = courses[action];
    return succeeds === undefined ? {} : { go: succeeds };
  },
  ACTION_FAILED: (action) => courses[action].fails,
  ACTION_INTERRUPTED: (action) =>
    ["PlayAudio", "Speak", "Pause"].includes(action)
      ? { isAlways: true, go: (call) => call.updates({ reason: "news" }) }
      : undefined,
};

/** The ways to all other events. */
const others: Readonly<Record<string, Way>> = {
  NEW_INBOUND_CALL: {},
  NEW_OUTBOUND_CALL: { isOutbound: true },
  RINGING: { isOutbound: true, go: (call) => call.rings() },
  CALL_ANSWERED: { isOutbound: true, go: (call) => call.answers() },
  DIGITS_RECEIVED: { actions: [receiveDigits, actionOf("Speak")], go: code },
  CALL_UPDATE_REQUESTED: { actions: [actionOf("Speak")], go: (call) => call.updates({ text: "There is news." }) },
  HANGUP: { actions: [actionOf("Speak")], go: (call) => call.hangsUp() },
  INVALID_LAMBDA_RESPONSE: { actions: [actionOf("Speak"), { Type: "NoSuchAction" }] },
};

/** The actions that samples of a type of event can be about, the usual one first; none for types that are about no action. */
export function sampleActionsOf(type: string): readonly string[] {
  const way = ofActions[type];
  if (way === undefined) return [];
  const usual: SampleAction = type === "ACTION_FAILED" ? "CallAndBridge" : "Speak";
  const able = whole.filter((action) => way(action) !== undefined);
  return [usual, ...able.filter((action) => action !== usual)];
}

/** An event of each type, as a call on the machine of the server brings it about.
 * @param type one of the eleven
 * @param action which action it is about, where it is about one
 * @throws AppError TESTING_NO_SAMPLE */
export async function sampleEvent(type: string, action?: string): Promise<SceneEvent> {
  const { actions = [], isAlways = false, options = {}, isOutbound = false, go } = wayTo(type, action);
  let isFirst = true;
  const handler = (): Promise<unknown> => {
    const answer = {
      SchemaVersion: "1.0",
      Actions: isFirst || isAlways ? actions : [],
      TransactionAttributes: { visit: "1" },
    };
    isFirst = false;
    return Promise.resolve(answer);
  };
  const outbound = { arguments: { name: "Ada" }, ...options };
  const call = isOutbound ? await placeCall(handler, outbound) : await dial(handler, options);
  await go?.(call);
  return call.isTold(type);
}

function wayTo(type: string, action: string | undefined): Way {
  const plain = others[type];
  const actions = sampleActionsOf(type);
  if (plain === undefined && actions.length === 0) throw noSample("event", type, eventTypes);
  if (plain !== undefined) {
    if (action !== undefined) throw new AppError("TESTING_NO_SAMPLE", `${type} is about no action`);
    return plain;
  }
  const about = (action ?? actions[0]) as SampleAction;
  if (!actions.includes(about)) throw noSample(`${type} of the action`, about, actions);
  return { actions: [actionOf(about)], ...ofActions[type]?.(about) };
}

function noSample(what: string, name: string, known: readonly string[]): AppError {
  const nearest = nearestWord(name, known);
  const hint = nearest === undefined ? `there are ${known.join(", ")}` : `did you mean ${nearest}?`;
  return new AppError("TESTING_NO_SAMPLE", `there is no sample of ${what} ${JSON.stringify(name)}: ${hint}`);
}
