import { errorCode, errorMessage, type LegId, type Logger, type Timer } from "../kernel/index.ts";
import type { Pcm } from "../media/index.ts";
import type { IncomingCall } from "../sip/index.ts";
import type { AudioLoader } from "./audio-loader.ts";
import { stepCall } from "./call-machine.ts";
import type { CallEffect } from "./effects.ts";
import { createInboundLeg, type InboundLeg } from "./inbound-leg.ts";
import type { CallInput, FunctionReply } from "./inputs.ts";
import type { LegEvents, LegHandle, LegParts } from "./leg.ts";
import { createOutboundLeg } from "./outbound-leg.ts";
import type { CallPorts, CallSettings } from "./ports.ts";
import type { CallState } from "./state.ts";
import type { CallFact } from "./types.ts";

type UntimedInput = CallInput extends infer Input ? (Input extends CallInput ? Omit<Input, "at"> : never) : never;
type EffectNamed<Name extends CallEffect["do"]> = Extract<CallEffect, { do: Name }>;

/** Runs one call: takes inputs in order, lets the machine decide, performs what it asks for. */
export interface CallRunner {
  /** The state as it is now. */
  state(): CallState;
  /** Opens the RTP session of an inbound call. False: the caller gave up meanwhile, and the call must not start.
   * Rejects as `Media.openSession`. */
  adopt(call: IncomingCall): Promise<boolean>;
  /** Handles one input, or queues it behind the one that is being handled. */
  post(input: UntimedInput): void;
  /** Pending timers and invocations. */
  counts(): { readonly timers: number; readonly invocations: number };
}

/** Makes the runner of one call.
 * @param onFinished told once, when the call is over and everything it held is given back */
export function createCallRunner(
  initialState: CallState,
  ports: CallPorts,
  settings: CallSettings,
  audio: AudioLoader,
  onFinished: () => void,
): CallRunner {
  const log: Logger = ports.log.child({ transactionId: initialState.transactionId });
  const mailbox: CallInput[] = [];
  const timers = new Map<string, Timer>();
  const legs = new Map<LegId, LegHandle>();
  /** Playbacks whose audio is being loaded. */
  const loading = new Set<string>();
  let state = initialState;
  let inbound: InboundLeg | undefined;
  let invocations = 0;
  let handling = false;
  let over = false;
  /** When the last reply came, until its first audio left. */
  let repliedAtMs: number | undefined;

  const observe = (fact: CallFact) => {
    log.debug({ fact }, fact.type);
    settings.onObservation?.({ at: ports.clock.now(), transactionId: initialState.transactionId, fact });
  };

  const post = (input: UntimedInput) => {
    if (over) return;
    mailbox.push({ ...input, at: ports.clock.now() } as CallInput);
    if (handling) return;
    handling = true;
    try {
      for (let next = mailbox.shift(); next !== undefined && !over; next = mailbox.shift()) handle(next);
    } finally {
      handling = false;
    }
  };

  const handle = (input: CallInput) => {
    try {
      const [after, effects] = stepCall(settings.machine, state, input);
      state = after;
      for (const effect of effects) perform(effect);
    } catch (error) {
      log.error({ err: error, input, state }, "the call engine broke; the call is ended");
      for (const leg of legs.values()) leg.hangUp();
      finish("an error in the server");
    }
  };

  const finish = (cause: string) => {
    if (over) return;
    over = true;
    for (const timer of timers.values()) timer.cancel();
    timers.clear();
    log.info({ cause }, "call ended");
    onFinished();
  };

  const perform = (effect: CallEffect) => {
    switch (effect.do) {
      case "invoke":
        invoke(effect);
        return;
      case "dial-leg":
        dial(effect);
        return;
      case "answer-leg":
        inbound?.answer();
        return;
      case "reject-leg":
        inbound?.reject(effect.status);
        return;
      case "hang-up-leg":
        legs.get(effect.legId)?.hangUp();
        return;
      case "prepare-audio":
        audio.load(effect.source).catch(() => undefined); // The failure is told when the audio is to be played.
        return;
      case "play-audio":
        play(effect);
        return;
      case "stop-playback":
        loading.delete(effect.playbackId);
        legs.get(effect.legId)?.stopPlayback(effect.playbackId);
        return;
      case "start-timer":
        startTimer(effect);
        return;
      case "cancel-timer":
        timers.get(effect.timerId)?.cancel();
        timers.delete(effect.timerId);
        return;
      case "observe":
        observe(effect.fact);
        return;
      case "ignore":
        log.debug({ input: effect.input, why: effect.why }, "input ignored");
        return;
      case "end-call":
        finish(effect.cause);
        return;
      default:
        effect satisfies never;
    }
  };

  const invoke = ({ invocationId, target, event, deadlineMs }: EffectNamed<"invoke">) => {
    invocations += 1;
    void ports.invoker.invoke(target.functionArn, event, deadlineMs).then((result) => {
      invocations -= 1;
      repliedAtMs = ports.clock.monotonicMs();
      post({
        type: "function-replied",
        invocationId,
        reply: result.type === "failed" ? result : parseReply(result.payload),
      });
    });
  };

  const startTimer = ({ timerId, delayMs }: EffectNamed<"start-timer">) => {
    const timer = ports.clock.startTimer(delayMs, () => {
      timers.delete(timerId);
      post({ type: "timer-fired", timerId });
    });
    timers.set(timerId, timer);
  };

  const play = ({ playbackId, legId, source, repeat }: EffectNamed<"play-audio">) => {
    loading.add(playbackId);
    const begin = (pcm: Pcm) => {
      if (!loading.delete(playbackId)) return;
      if (pcm.samples.length === 0) post({ type: "playback-finished", playbackId });
      else legs.get(legId)?.play(playbackId, pcm, repeat);
    };
    audio.load(source).then(begin, (error: unknown) => {
      if (!loading.delete(playbackId)) return;
      const failure = { code: errorCode(error) ?? "CALL_UNEXPECTED", message: errorMessage(error) };
      log.warn({ source, ...failure }, "audio cannot be played");
      post({ type: "playback-failed", playbackId, error: failure });
    });
  };

  const dial = ({ legId, to, from, headers }: EffectNamed<"dial-leg">) => {
    const nextHop = settings.route(to);
    if (nextHop === undefined) {
      post({ type: "leg-ended", legId, end: { type: "unreachable", why: `no trunk takes calls to ${to}` } });
      return;
    }
    const local = ports.userAgent.localAddressFor(nextHop);
    const plan = { to, from, headers, nextHop, local, mediaAddress: settings.advertisedAddress };
    const leg = createOutboundLeg({
      ...legParts(legId),
      plan,
      openSession: (delegate) => ports.media.openSession(delegate),
      placeCall: (request) => ports.userAgent.call(request),
    });
    legs.set(legId, leg);
  };

  const legParts = (legId: LegId): LegParts => ({
    sessionDescriptions: ports.sessionDescriptions,
    log,
    at: initialState.startedAt,
    events: legEvents(legId),
  });

  const legEvents = (legId: LegId): LegEvents => {
    const participantTag = state.legs.find((leg) => leg.id === legId)?.tag ?? "LEG-A";
    return {
      ringing: () => post({ type: "leg-ringing", legId }),
      answered: () => post({ type: "leg-answered", legId }),
      ended: (end) => post({ type: "leg-ended", legId, end }),
      signalled: (sipCallId) => observe({ type: "leg-signalled", participantTag, sipCallId }),
      playbackStarted: () => {
        const sinceReplyMs = repliedAtMs === undefined ? undefined : ports.clock.monotonicMs() - repliedAtMs;
        repliedAtMs = undefined;
        observe({ type: "audio-started", participantTag, sinceReplyMs });
      },
      playbackFinished: (playbackId) => post({ type: "playback-finished", playbackId }),
      digit: (digit) => post({ type: "digit", legId, digit }),
    };
  };

  const adopt = async (call: IncomingCall): Promise<boolean> => {
    const legId = state.legs[0]?.id as LegId;
    let adopting = true;
    let gone = false;
    const parts = legParts(legId);
    inbound = await createInboundLeg({
      ...parts,
      events: {
        ...parts.events,
        ended: (end) => {
          if (adopting) gone = true;
          else parts.events.ended(end);
        },
      },
      call,
      openSession: (delegate) => ports.media.openSession(delegate),
      mediaAddress: settings.advertisedAddress,
    });
    adopting = false;
    legs.set(legId, inbound);
    return !gone;
  };

  return { state: () => state, adopt, post, counts: () => ({ timers: timers.size, invocations }) };
}

function parseReply(payload: string): FunctionReply {
  try {
    return { type: "response", value: payload === "" ? null : (JSON.parse(payload) as unknown) };
  } catch (error) {
    return {
      type: "failed",
      reason: "not-json",
      message: `the reply is not JSON: ${errorMessage(error)}`,
      stack: undefined,
    };
  }
}
