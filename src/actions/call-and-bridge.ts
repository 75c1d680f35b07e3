import {
  defineAction,
  findForbiddenHeaders,
  invalidLeg,
  type ActionContext,
  type ActionEffect,
  type ActionError,
  type ActionStep,
  type AudioSource,
  type CheckContext,
  type Destination,
  type JsonObject,
} from "../call/index.ts";
import { explainAudioFailure, readAudioSource } from "./audio-source.ts";
import { readEndpoint } from "./bridge-endpoint.ts";
import { isAbsent, readInteger } from "./numbers.ts";

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

/** Calls a second party and joins it with LEG-A. Contract: actions section 2.1 */
export const callAndBridge = defineAction<CallAndBridge, BridgeState>({
  type: "CallAndBridge",
  answers: false,
  needs: "live",
  reportsMidList: true,
  interruptible: false,
  failsWhenLegLeaves: false,

  check(parameters, context) {
    const value = readParameters(parameters, context);
    if ("errorType" in value) return { type: "bad", ...value };
    const CallTimeoutSeconds = value.timeoutMs / 1000;
    return { type: "good", value, echo: { ...parameters, CallTimeoutSeconds, CallId: context.leg.id } };
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

function readParameters(parameters: JsonObject, context: CheckContext): CallAndBridge | ActionError {
  if (context.leg.tag !== "LEG-A" || context.hasPartner) return invalidLeg;
  const endpoint = readEndpoint(parameters["Endpoints"], context);
  if ("errorType" in endpoint) return endpoint;
  const from = readCallerId(parameters["CallerIdNumber"], context);
  if (typeof from !== "string") return from;
  const timeout = isAbsent(parameters["CallTimeoutSeconds"]) ? 30 : readInteger(parameters["CallTimeoutSeconds"]);
  if (timeout === undefined || timeout < 1 || timeout > 120) {
    return invalid("The MaxCallTimeout parameter is invalid. Timeout must be between 0 and 120 seconds.");
  }
  const ringbackTone = parameters["RingbackTone"];
  const ringback = isAbsent(ringbackTone) ? undefined : readAudioSource(ringbackTone);
  if (ringback === undefined && !isAbsent(ringbackTone)) {
    return { errorType: "InvalidAudioSource", errorMessage: "Ringtone parameter value is invalid." };
  }
  const headers = readHeaders(parameters["SipHeaders"]);
  if ("errorType" in headers) return headers as ActionError;
  return { ...endpoint, from, headers, timeoutMs: timeout * 1_000, ringback };
}

function readCallerId(value: unknown, { leg, ownsNumber }: CheckContext): string | ActionError {
  if (isAbsent(value)) return invalid("Caller ID not defined.");
  const number = typeof value === "number" ? `${value}` : value;
  if (typeof number !== "string") return invalid("Invalid caller ID.");
  if (number === leg.from) return number;
  if (!/^\+?[1-9]\d{1,14}$/.test(number)) return invalid("Invalid caller ID.");
  const e164 = number.startsWith("+") ? number : `+${number}`;
  if (ownsNumber(e164) || e164 === leg.from) return e164;
  return invalid(
    "Provided caller ID number is invalid. Number must be owned by this AWS account, or be the From number of LEG-A.",
  );
}

function readHeaders(value: unknown): Readonly<Record<string, string>> | ActionError {
  if (isAbsent(value)) return {};
  if (typeof value !== "object") return invalid("Invalid SIP header(s) provided: SipHeaders");
  const headers: Record<string, string> = {};
  for (const [name, text] of Object.entries(value as JsonObject)) {
    headers[name] = typeof text === "string" ? text : JSON.stringify(text);
  }
  const forbidden = findForbiddenHeaders(headers).map(({ name }) => name);
  return forbidden.length === 0 ? headers : invalid(`Invalid SIP header(s) provided: ${forbidden.join(", ")}`);
}

function invalid(errorMessage: string): ActionError {
  return { errorType: "InvalidActionParameter", errorMessage };
}
