import {
  defineAction,
  findForbiddenHeaders,
  invalidLeg,
  parametersOf,
  readParameters,
  type ActionContext,
  type ActionEffect,
  type ActionError,
  type ActionStep,
  type AudioSource,
  type Destination,
} from "../call/index.ts";
import {
  defaulted,
  integer,
  optional,
  required,
  text,
  textMap,
  type ReadContext,
  type Refusal,
} from "../contract/index.ts";
import { explainAudioFailure, storedAudio, toAudioSource } from "./audio-source.ts";
import { bridgeEndpoints, toDestination, withPlus } from "./bridge-endpoint.ts";
import { invalidParameter } from "./invalid-parameter.ts";

interface CallAndBridge {
  readonly destination: Destination;
  readonly to: string;
  readonly from: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly ringback: AudioSource | undefined;
}

/** Calling: the second party rings. Joining: it answered, and the first leg is being answered. */
type BridgeState =
  | { readonly type: "calling"; readonly ringbackId: string | undefined; readonly isAnswered: boolean }
  | { readonly type: "joining" };

/** Ringback goes on until the answer; nothing rings this often. */
const forever = 1_000_000;

const parameters = parametersOf({
  Endpoints: required(bridgeEndpoints, {
    description: "Whom to call: exactly one.",
    error: invalidParameter("Endpoint parameter is invalid."),
    missing: invalidParameter("Invalid number of endpoints provided."),
  }),
  CallerIdNumber: required(text({ check: checkCallerId }), {
    description: "The number that the second party sees: one of this server, or the From of LEG-A.",
    error: invalidParameter("Invalid caller ID."),
    missing: invalidParameter("Caller ID not defined."),
  }),
  CallTimeoutSeconds: defaulted(integer({ min: 1, max: 120 }), {
    description: "How long it may ring.",
    default: 30,
    error: invalidParameter("The MaxCallTimeout parameter is invalid. Timeout must be between 0 and 120 seconds."),
  }),
  RingbackTone: optional(storedAudio, {
    description: "What LEG-A hears until the second party answers.",
    error: { errorType: "InvalidAudioSource", errorMessage: "Ringtone parameter value is invalid." },
  }),
  SipHeaders: optional(textMap(checkHeaders), {
    description: "Headers of the INVITE: x-*, User-to-User, Diversion.",
    error: invalidParameter("Invalid SIP header(s) provided: SipHeaders"),
  }),
});

/** Calls a second party and joins it with LEG-A. Contract: actions section 2.1 */
export const callAndBridge = defineAction<CallAndBridge, BridgeState>({
  type: "CallAndBridge",
  parameters,
  answers: false,
  needs: "live",
  reportsMidList: true,
  interruptible: false,
  failsWhenLegLeaves: false,

  check(sent, context) {
    if (context.leg.tag !== "LEG-A" || context.hasPartner) return { type: "bad", ...invalidLeg };
    const read = readParameters(parameters, sent, context);
    if (read.type === "bad") return read;
    const {
      Endpoints: endpoints,
      CallerIdNumber: caller,
      CallTimeoutSeconds: timeoutS,
      RingbackTone,
      SipHeaders,
    } = read.values;
    const value = {
      ...toDestination(endpoints),
      from: caller === context.leg.from ? caller : withPlus(caller),
      headers: SipHeaders ?? {},
      timeoutMs: timeoutS * 1_000,
      ringback: RingbackTone === undefined ? undefined : toAudioSource(RingbackTone),
    };
    return { type: "good", value, echo: { ...read.echo, CallId: context.leg.id } };
  },
  prepare: ({ ringback }) => (ringback === undefined ? [] : [ringback]),
  start,
  step(_value, state, input) {
    switch (input.type) {
      case "partner-answered":
        return state.type === "calling" ? join(state) : undefined;
      case "answered":
        return state.type === "joining" ? joined([]) : undefined;
      case "partner-failed":
        return state.type === "calling" ? failed(notAnswered, stopRingback(state)) : undefined;
      case "timer":
        return state.type === "calling" ? failed(notAnswered, giveUp(state)) : undefined;
      case "playback-failed":
        return state.type === "calling" ? failed(explainAudioFailure(input.error), giveUp(state)) : undefined;
      default:
        return undefined;
    }
  },
  stop: giveUp,
});

const notAnswered: ActionError = { errorType: "CallNotAnswered", errorMessage: "Call not answered" };

function joined(before: readonly ActionEffect[]): ActionStep<BridgeState> {
  return { type: "succeeded", result: {}, effects: [...before, { do: "bridge" }] };
}

function start(value: CallAndBridge, context: ActionContext): ActionStep<BridgeState> {
  const { destination, to, from, headers, timeoutMs, ringback } = value;
  const { isAnswered } = context;
  const effects: ActionEffect[] = [
    { do: "dial-partner", destination, to, from, headers },
    { do: "start-timer", delayMs: timeoutMs },
  ];
  if (ringback === undefined) {
    return { type: "running", state: { type: "calling", ringbackId: undefined, isAnswered }, effects };
  }
  const ringbackId = context.newPlaybackId();
  if (!isAnswered) effects.push({ do: "open-early-media" });
  effects.push({ do: "play-audio", playbackId: ringbackId, source: ringback, repeat: forever });
  return { type: "running", state: { type: "calling", ringbackId, isAnswered }, effects };
}

function join(state: Extract<BridgeState, { type: "calling" }>): ActionStep<BridgeState> {
  const effects = stopRingback(state);
  if (state.isAnswered) return joined(effects);
  return { type: "running", state: { type: "joining" }, effects: [...effects, { do: "answer" }] };
}

function failed(error: ActionError, effects: readonly ActionEffect[]): ActionStep<BridgeState> {
  return { type: "failed", ...error, effects };
}

function stopRingback(state: BridgeState): readonly ActionEffect[] {
  if (state.type !== "calling" || state.ringbackId === undefined) return [];
  return [{ do: "stop-playback", playbackId: state.ringbackId }];
}

function giveUp(state: BridgeState): readonly ActionEffect[] {
  return [...stopRingback(state), { do: "drop-partner" }];
}

function checkCallerId(number: string, { call }: ReadContext): Refusal | undefined {
  if (number === call?.from) return undefined;
  if (!/^\+?[1-9]\d{1,14}$/.test(number))
    return { allowed: "an E.164 number such as +12065550100, or the From of LEG-A" };
  const e164 = withPlus(number);
  if (call === undefined || call.ownsNumber(e164) || e164 === call.from) return undefined;
  const errorMessage =
    "Provided caller ID number is invalid. Number must be owned by this AWS account, or be the From number of LEG-A.";
  return { allowed: "a number of this server, or the From of LEG-A", error: invalidParameter(errorMessage) };
}

function checkHeaders(headers: Readonly<Record<string, string>>): Refusal | undefined {
  const forbidden = findForbiddenHeaders(headers);
  if (forbidden.length === 0) return undefined;
  const names = forbidden.map(({ name }) => name);
  const error = invalidParameter(`Invalid SIP header(s) provided: ${names.join(", ")}`);
  return { found: names.join(", "), why: forbidden[0]?.why ?? "", error };
}
