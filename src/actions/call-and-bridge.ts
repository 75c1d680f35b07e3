import {
  defineAction,
  findForbiddenHeaders,
  invalidLeg,
  parametersOf,
  readParameters,
  systemException,
  type ActionContext,
  type ActionEffect,
  type ActionError,
  type ActionProgress,
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
import { explainAudioFailure, storedAudio, toAudioSource } from "./audio/audio-source.ts";
import { e164Pattern, toE164 } from "../sip-syntax/index.ts";
import { bridgeEndpoints, toDestination } from "./parameters/bridge-endpoint.ts";
import { invalidParameter } from "./parameters/invalid-parameter.ts";

interface CallAndBridge {
  readonly destination: Destination;
  readonly to: string;
  readonly from: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly ringback: AudioSource | undefined;
}

/** Calling: the second party rings. Joining: it answered, and the first leg is not up yet. */
type BridgeState =
  | {
      readonly type: "calling";
      readonly ringbackId: string | undefined;
      /** LEG-A hears what the second party sends before its answer. */
      readonly hearsPartner: boolean;
    }
  | { readonly type: "joining" };

/** Ringback goes on until the answer; nothing rings this often. */
const forever = 1_000_000;

const fields = {
  Endpoints: required(bridgeEndpoints, {
    description: "Whom to call: exactly one.",
    error: invalidParameter("Endpoint parameter is invalid."),
    missing: invalidParameter("Invalid number of endpoints provided."),
  }),
  CallerIdNumber: required(text("number", { check: checkCallerId }), {
    description: "The number that the second party sees: one of this server, or the From of LEG-A.",
    error: invalidParameter("Invalid caller ID."),
    missing: invalidParameter("Caller ID not defined."),
  }),
  // The text of the error allows 0, which would ring nobody. Contract: actions-bridge-timeout
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
};

const parameters = parametersOf(fields, [
  ({ Endpoints: [endpoint], SipHeaders = {} }, { compatibility }) => {
    const names = Object.keys(SipHeaders);
    const isAllowed = compatibility.sipHeadersWithPstn || endpoint?.BridgeEndpointType !== "PSTN";
    if (isAllowed || names.length === 0) return undefined;
    return { field: "SipHeaders", ...refuseHeaders(names, "this server takes none for telephone numbers") };
  },
]);

/** Calls a second party and joins it with LEG-A. Contract: actions-call-and-bridge */
export const callAndBridge = defineAction<CallAndBridge, BridgeState>({
  type: "CallAndBridge",
  parameters,
  answers: false,
  needs: "answerable",
  reportsMidList: true,
  interruptible: false,
  failsWhenLegLeaves: false,
  namesLegById: true,

  check(sent, context) {
    const { leg, partner, compatibility } = context;
    const isTaken = partner === "meeting" || (partner !== undefined && !compatibility.replaceLegB);
    if (leg.calledFor !== undefined || isTaken) return { type: "bad", ...invalidLeg };
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
      from: caller === context.leg.from ? caller : (toE164(caller) ?? caller),
      headers: SipHeaders ?? {},
      timeoutMs: timeoutS * 1_000,
      ringback: RingbackTone === undefined ? undefined : toAudioSource(RingbackTone),
    };
    return { type: "good", value, echo: read.echo };
  },
  prepare: ({ ringback }) => (ringback === undefined ? [] : [ringback]),
  start,
  step(_value, state, input, { isAnswered }) {
    switch (input.type) {
      case "partner-rang":
        return state.type === "calling" ? relayRinging(state, isAnswered) : undefined;
      case "partner-early-media":
        return state.type === "calling" ? relayAudio(state, isAnswered) : undefined;
      case "partner-answered":
        return state.type === "calling" ? join(state, isAnswered) : undefined;
      case "answered":
        return state.type === "joining" ? joined([]) : undefined;
      case "partner-failed":
        return failed(input.isOurs ? systemException : notAnswered, giveUp(state));
      case "timer":
        return state.type === "calling" ? failed(notAnswered, giveUp(state)) : undefined;
      case "playback-failed":
        return isRingback(state, input.playbackId)
          ? failed(explainAudioFailure(input.error), giveUp(state))
          : undefined;
      default:
        return undefined;
    }
  },
  stop: giveUp,
});

type Calling = Extract<BridgeState, { type: "calling" }>;

/** Whatever kept the second party from answering. Contract: actions-bridge-refused */
const notAnswered: ActionError = { errorType: "CallNotAnswered", errorMessage: "Call not answered" };

function joined(before: readonly ActionEffect[]): ActionProgress<BridgeState> {
  return { type: "succeeded", result: {}, effects: [...before, { do: "bridge" }] };
}

function start(value: CallAndBridge, context: ActionContext): ActionProgress<BridgeState> {
  const { destination, to, from, headers, timeoutMs, ringback } = value;
  const calling = { type: "calling", hearsPartner: false } as const;
  const effects: ActionEffect[] = [
    { do: "dial-partner", destination, to, from, headers },
    { do: "start-timer", delayMs: timeoutMs },
  ];
  if (ringback === undefined) {
    return { type: "running", state: { ...calling, ringbackId: undefined }, effects };
  }
  const ringbackId = context.newPlaybackId();
  if (!context.isAnswered) effects.push({ do: "open-early-media" });
  effects.push({ do: "play-audio", playbackId: ringbackId, source: ringback, repeat: forever });
  return { type: "running", state: { ...calling, ringbackId }, effects };
}

/** Sends 180 to a caller who hears nothing yet. Contract: actions-bridge-ringing */
function relayRinging(state: Calling, isAnswered: boolean): ActionProgress<BridgeState> {
  const isQuiet = !isAnswered && !state.hearsPartner && state.ringbackId === undefined;
  return { type: "running", state, effects: isQuiet ? [{ do: "ring" }] : [] };
}

/** A ringback tone has precedence over early media of the second party. Contract: actions-bridge-ringback */
function relayAudio(state: Calling, isAnswered: boolean): ActionProgress<BridgeState> {
  if (state.hearsPartner || state.ringbackId !== undefined) return { type: "running", state, effects: [] };
  const opening: readonly ActionEffect[] = isAnswered ? [] : [{ do: "open-early-media" }];
  return { type: "running", state: { ...state, hearsPartner: true }, effects: [...opening, { do: "bridge" }] };
}

function join(state: Calling, isAnswered: boolean): ActionProgress<BridgeState> {
  const effects = stopRingback(state);
  if (isAnswered) return joined(effects);
  return { type: "running", state: { type: "joining" }, effects: [...effects, { do: "answer" }] };
}

function failed(error: ActionError, effects: readonly ActionEffect[]): ActionProgress<BridgeState> {
  return { type: "failed", ...error, effects };
}

function isRingback(state: BridgeState, playbackId: string): boolean {
  return state.type === "calling" && state.ringbackId === playbackId;
}

function stopRingback(state: BridgeState): readonly ActionEffect[] {
  if (state.type !== "calling" || state.ringbackId === undefined) return [];
  return [{ do: "stop-playback", playbackId: state.ringbackId }];
}

/** A caller who heard something is made to hear ringing again. Contract: actions-bridge-ringing-again */
function giveUp(state: BridgeState): readonly ActionEffect[] {
  const effects: ActionEffect[] = [...stopRingback(state), { do: "drop-partner" }];
  const hasEarlyMedia = state.type === "calling" && (state.hearsPartner || state.ringbackId !== undefined);
  return hasEarlyMedia ? [...effects, { do: "close-early-media" }] : effects;
}

function checkCallerId(number: string, { call }: ReadContext): Refusal | undefined {
  if (number === call?.from) return undefined;
  if (!e164Pattern.test(number)) return { allowed: "an E.164 number such as +12065550100, or the From of LEG-A" };
  const e164 = toE164(number) ?? number;
  if (call === undefined || call.ownsNumber(e164) || e164 === call.from) return undefined;
  const errorMessage =
    "Provided caller ID number is invalid. Number must be owned by this AWS account, or be the From number of LEG-A.";
  return { allowed: "a number of this server, or the From of LEG-A", error: invalidParameter(errorMessage) };
}

function checkHeaders(headers: Readonly<Record<string, string>>, { limits }: ReadContext): Refusal | undefined {
  const forbidden = findForbiddenHeaders(headers, limits.sipHeaderLength);
  if (forbidden.length === 0) return undefined;
  return refuseHeaders(
    forbidden.map(({ name }) => name),
    forbidden[0]?.why ?? "",
  );
}

function refuseHeaders(names: readonly string[], why: string): Refusal {
  const error = invalidParameter(`Invalid SIP header(s) provided: ${names.join(", ")}`);
  return { found: names.join(", "), why, error };
}
