import type { LegId, Logger, Timer } from "../kernel/index.ts";
import type { MediaSession } from "../media/index.ts";
import type { IncomingCall } from "../sip/index.ts";
import type { AudioLoader } from "./audio/audio-loader.ts";
import {
  tagOf,
  type CallEffect,
  type CallFact,
  type CallKeeper,
  notKept,
  type StepRecorder,
  type CallInput,
  type CallMachine,
  type CallState,
  type LegAudioRecord,
  type ParticipantTag,
} from "../call/index.ts";
import {
  createDescribedHosts,
  type DescribedHosts,
  InboundLeg,
  type InboundOffer,
  type LegCore,
  type LegParts,
  OutboundLeg,
  tellFarEnd,
} from "../endpoint/index.ts";
import { answerQuestion } from "./look-up/answer-question.ts";
import { openLegMedia } from "./open-leg-media.ts";
import { findDialPlan } from "./look-up/find-dial-plan.ts";
import { CallPlaybacks } from "./audio/call-playbacks.ts";
import { createLegBridges, type LegBridges } from "./leg-bridges.ts";
import { LegInputs, type CallOfLegs, type UntimedInput } from "./leg-inputs.ts";
import { logFact } from "./log-fact.ts";
import { createCallMeetings, type CallMeetings } from "./meeting/call-meetings.ts";
import type { CallPorts, CallSettings } from "./ports.ts";
import type { CallRecordings, Deliveries } from "../recordings/index.ts";
import { recordingsOf } from "./recordings-of-call.ts";
import type { TextThreads } from "./text/text-threads.ts";
import { successionOf, type Succession } from "./succession.ts";
import { whenTellable } from "./when-tellable.ts";

type EffectNamed<Name extends CallEffect["do"]> = Extract<CallEffect, { do: Name }>;

/** What the runner of a call is made with. */
export interface RunnerParts {
  readonly ports: CallPorts;
  readonly settings: CallSettings;
  readonly machine: CallMachine;
  readonly audio: AudioLoader;
  readonly deliveries: Deliveries;
  readonly textThreads: TextThreads;
  /** Another process began the call, and is gone: its end is all that is told of it. */
  readonly isTakenOver: boolean;
  /** As `CreateCallRequest` has it. */
  readonly requestKey?: string | undefined;
  /** Told at each reply of the function, or failure to get one. */
  readonly onReply: () => void;
  /** Told once, when the call is over. `released`: when its legs hold nothing any more. */
  readonly onFinished: (released: Promise<void>) => void;
}

/** Runs one call: takes inputs in order, steps the machine, and performs its effects. */
export class CallRunner implements CallOfLegs {
  readonly #parts: RunnerParts;
  readonly #log: Logger;
  readonly #mailbox: CallInput[] = [];
  readonly #timers = new Map<string, Timer>();
  readonly #legs = new Map<LegId, LegCore>();
  readonly #playbacks: CallPlaybacks;
  /** Made when the first effect on one is performed. */
  #meetings: CallMeetings | undefined;
  /** Begins with the first input. */
  #history: StepRecorder | undefined;
  #keeper: CallKeeper = notKept;
  #state: CallState;
  #inbound: InboundLeg | undefined;
  /** Made when the first legs are joined. */
  #bridges: LegBridges | undefined;
  /** Made when the first is asked for. */
  #recordings: CallRecordings | undefined;
  /** When the last reply came, monotonic, until its first audio left. */
  #repliedAtMs: number | undefined;
  #invocations = 0;
  #isHandling = false;
  /** What happens to the leg of a caller before the call begins is no input of it. */
  #isAdopting = false;
  #isOver = false;

  constructor(initialState: CallState, parts: RunnerParts) {
    this.#state = initialState;
    this.#parts = parts;
    this.#log = parts.ports.log.child({ transactionId: initialState.transactionId });
    this.#playbacks = new CallPlaybacks(this, parts.audio, this.#log);
  }

  /** The state as it is now. */
  get state(): CallState {
    return this.#state;
  }

  /** Pending timers and invocations. */
  counts(): { readonly timers: number; readonly invocations: number } {
    return { timers: this.#timers.size, invocations: this.#invocations };
  }

  /** Opens the RTP session of an inbound call. False: the caller gave up meanwhile, and the call must not start.
   * Rejects as `Media.openSession`. */
  async adopt(
    call: IncomingCall,
    { offer, hosts, own, isBrowser, codecs, srtp, sourceRule }: InboundOffer,
  ): Promise<boolean> {
    const legId = this.#state.legs[0]?.id as LegId;
    const { media } = this.#parts.ports;
    const inbound = new InboundLeg({
      ...{ call, offer, srtp, sourceRule },
      openMedia: (delegate) => openLegMedia(media, delegate, { own, isBrowser }),
      ...this.#legParts(legId, hosts),
      ...codecs,
    });
    this.#inbound = inbound;
    this.#isAdopting = true;
    await inbound.open();
    this.#isAdopting = false;
    this.#legs.set(legId, inbound);
    return !inbound.isOver;
  }

  /** Resolves once it is kept that there is the call, or cannot be soon; never where it is broken off before that. */
  whenKept(): Promise<void> {
    return new Promise((resolve) => this.#keeper.whenBegun(resolve));
  }

  /** Asks the function, and lets the caller of an inbound call hear ringing: the function does not wait for that. */
  begin(): void {
    this.post({ type: "start" });
    this.#inbound?.ring();
  }

  /** Handles one input, or queues it behind the one that is being handled. */
  post(input: UntimedInput): void {
    if (this.#isOver || this.#isAdopting) return;
    this.#mailbox.push({ at: this.#parts.ports.clock.now(), ...input } as CallInput);
    this.#handleAll();
  }

  #handleAll(): void {
    if (this.#isHandling) return;
    this.#isHandling = true;
    try {
      for (let next = this.#nextInput(); next !== undefined && !this.#isOver; next = this.#nextInput()) {
        this.#handle(next);
      }
    } finally {
      this.#isHandling = false;
    }
  }

  /** During a search its answer is the only next input. A look-up is answered at once, before the next one. */
  #nextInput(): CallInput | undefined {
    const isWaiting = this.#state.search !== undefined && this.#mailbox[0]?.type !== "pattern-searched";
    return isWaiting ? undefined : this.#mailbox.shift();
  }

  #handle(input: CallInput): void {
    try {
      for (const effect of this.#step(input)) this.#perform(effect);
    } catch (error) {
      this.#log.error({ err: error, input, state: this.#state }, "the call engine broke; the call is ended");
      this.breakOff("an error in the server");
    }
  }

  /** Ends all legs, and tells nothing more. */
  breakOff(why: string): void {
    for (const leg of this.#legs.values()) leg.hangUp(tellFarEnd({ type: "failed", why }));
    this.#finish(why);
  }

  /** Lets the machine decide, and keeps what it decided from. */
  #step(input: CallInput): readonly CallEffect[] {
    const before = this.#state;
    const { machine, settings, isTakenOver, requestKey } = this.#parts;
    if (!isTakenOver) this.#history ??= settings.openHistory?.(before);
    if (this.#keeper === notKept) this.#keeper = settings.keep?.(before, isTakenOver, requestKey) ?? notKept;
    try {
      const [after, effects] = machine(settings.machine.config, before, input);
      this.#state = after;
      this.#history?.add(before, { input, effects, broke: false });
      this.#keeper.add(before, after, { input, effects, broke: false });
      return effects;
    } catch (error) {
      this.#history?.add(before, { input, effects: [], broke: true });
      throw error;
    }
  }

  #finish(cause: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#meetings?.close();
    this.#keeper.close(cause);
    this.#log.info({ cause }, "call ended");
    this.#parts.onFinished(this.#release());
  }

  /** Waits until no leg holds anything any more: then it is known how their audio was. Never rejects. */
  async #release(): Promise<void> {
    for (const leg of this.#legs.values()) await leg.whenReleased();
    this.#history?.close();
  }

  observe(fact: CallFact): void {
    logFact(this.#log, fact);
    const { transactionId } = this.#state;
    this.#parts.settings.onObservation?.({ at: this.#parts.ports.clock.now(), transactionId, fact });
  }

  findLeg(legId: LegId): LegCore | undefined {
    return this.#legs.get(legId);
  }

  audioStarted(participantTag: ParticipantTag): void {
    const repliedAtMs = this.#repliedAtMs;
    this.#repliedAtMs = undefined;
    const sinceReplyMs = repliedAtMs === undefined ? undefined : this.#parts.ports.clock.monotonicMs() - repliedAtMs;
    this.observe({ type: "audio-started", participantTag, sinceReplyMs });
  }

  audioFlows(participantTag: ParticipantTag, session: MediaSession): void {
    this.#parts.settings.onAudio?.({ transactionId: this.#state.transactionId, participantTag }, session);
  }

  recordAudio(record: Omit<LegAudioRecord, "at">): void {
    this.#history?.addAudio({ at: this.#parts.ports.clock.now(), ...record });
  }

  successionOf(legId: LegId): Succession {
    const { ports, settings } = this.#parts;
    return successionOf({
      ...{ ports, settings, leg: () => this.#legs.get(legId) },
      known: () => this.#state.legs.find(({ id }) => id === legId),
      forwardsLeft: () => this.#inbound?.forwardsLeft(),
      onTaken: (heir) => void this.#legs.set(legId, heir),
    });
  }

  #perform(effect: CallEffect): void {
    switch (effect.do) {
      case "invoke":
        // Were it told before it is kept that it was, it could be told again, and nobody would know.
        return whenTellable(effect, this.#keeper, this.#state, () => this.#invoke(effect));
      case "dial-leg":
        return this.#dial(effect);
      case "answer-leg":
        return this.#keeper.whenBegun(() => this.#inbound?.answer());
      case "ring-leg":
        return this.#inbound?.ring();
      case "open-early-media":
        return this.#inbound?.openEarlyMedia();
      case "close-early-media":
        return this.#inbound?.closeEarlyMedia();
      case "bridge-legs":
        this.#bridges ??= createLegBridges(this.#parts.ports.media, (legId) => this.#legs.get(legId)?.session);
        return this.#bridges.join(effect.legIds);
      case "unbridge-legs":
        return this.#bridges?.part(effect.legIds);
      case "reject-leg":
        return this.#inbound?.reject(effect.status);
      case "hang-up-leg":
        return this.#legs.get(effect.legId)?.hangUp(effect.reason);
      case "join-meeting":
      case "leave-meeting":
      case "mute-attendees":
        this.#meetings ??= this.#createMeetings();
        return this.#meetings.perform(effect);
      case "prepare-audio":
        return this.#parts.audio.prepare(effect.source);
      case "play-audio":
        return this.#playbacks.play(effect);
      case "stop-playback":
        return void this.#playbacks.stop(effect.legId, effect.playbackId);
      case "send-digits":
        this.#legs.get(effect.legId)?.sendDigits(effect.sendId, effect.digits, effect.toneMs, effect.gapMs);
        return;
      case "suppress-noise":
        return this.#legs.get(effect.legId)?.suppressNoise(effect.isOn);
      case "record-audio":
      case "stop-record-audio":
      case "start-call-recording":
      case "pause-call-recording":
      case "resume-call-recording":
      case "stop-call-recording":
        this.#recordings ??= recordingsOf(this, this.#state.transactionId, this.#log, this.#parts);
        this.#recordings.perform(effect);
        return;
      case "search-pattern":
        return this.#search(effect);
      case "look-up":
        return this.#lookUp(effect);
      case "start-timer":
        return this.#startTimer(effect);
      case "cancel-timer":
        this.#timers.get(effect.timerId)?.cancel();
        this.#timers.delete(effect.timerId);
        return;
      case "observe":
        return this.observe(effect.fact);
      case "warn":
        this.#log.warn(effect.fact === undefined ? {} : { fact: effect.fact }, effect.message);
        return;
      case "ignore":
        this.#log.debug({ input: effect.input, why: effect.why }, "input ignored");
        return;
      case "end-call":
        return this.#finish(effect.cause);
      default:
        effect satisfies never;
    }
  }

  #invoke({ invocationId, target, event, via, deadlineMs }: EffectNamed<"invoke">): void {
    const { invoker } = this.#parts.ports;
    this.#invocations += 1;
    const { transactionId } = this.#state;
    const reply = invoker.invoke(via ?? target.functionArn, event, deadlineMs, { transactionId }).then((result) => {
      this.#repliedAtMs = this.#parts.ports.clock.monotonicMs();
      return this.#parts.textThreads.readReply(result);
    });
    void reply.then((read) => {
      this.#invocations -= 1;
      this.#parts.onReply();
      this.post({ type: "function-replied", invocationId, reply: read });
    });
  }

  /** The answer counts as of the moment in which it was asked for. */
  #search({ searchId, pattern, texts }: EffectNamed<"search-pattern">): void {
    const at = this.#parts.ports.clock.now();
    void this.#parts.textThreads.search(pattern, texts).then((verdict) => {
      if (this.#isOver) return;
      this.#mailbox.unshift({ type: "pattern-searched", at, searchId, verdict });
      this.#handleAll();
    });
  }

  #lookUp({ lookUpId, questions }: EffectNamed<"look-up">): void {
    const answers = questions.map((question) => answerQuestion(question, this.#parts.settings));
    this.#mailbox.unshift({ type: "looked-up", at: this.#parts.ports.clock.now(), lookUpId, answers });
  }

  #startTimer({ timerId, delayMs }: EffectNamed<"start-timer">): void {
    const timer = this.#parts.ports.clock.startTimer(delayMs, () => {
      this.#timers.delete(timerId);
      this.post({ type: "timer-fired", timerId });
    });
    this.#timers.set(timerId, timer);
  }

  #dial(effect: EffectNamed<"dial-leg">): void {
    const { ports } = this.#parts;
    // Legs that will be joined must lie in the same worker.
    const near = this.#legs.values().next().value?.session;
    const { legId } = effect;
    const leg = new OutboundLeg({
      ...this.#legParts(legId, createDescribedHosts(ports)),
      findPlan: () => findDialPlan(effect, this.#parts, this.#inbound?.forwardsLeft()),
      openMedia: (delegate, own, isBrowser) => openLegMedia(ports.media, delegate, { own, isBrowser, near }),
      placeCall: (...requests) => ports.userAgent.call(...requests),
    });
    this.#legs.set(legId, leg);
    leg.dial();
  }

  #createMeetings(): CallMeetings {
    return createCallMeetings({
      door: this.#parts.ports.meetings,
      transactionId: this.#state.transactionId,
      post: (input) => this.post(input),
      sessionOf: (legId) => this.#legs.get(legId)?.session,
    });
  }

  tagOf(legId: LegId): ParticipantTag {
    const leg = this.#state.legs.find(({ id }) => id === legId);
    return leg === undefined ? "LEG-A" : tagOf(leg);
  }

  #legParts(legId: LegId, hosts: DescribedHosts): LegParts {
    const { ports, settings } = this.#parts;
    return {
      sessionDescriptions: ports.sessionDescriptions,
      ...{ hosts, clock: ports.clock, log: this.#log, at: this.#state.startedAt },
      events: new LegInputs(this, legId),
      ...settings.codecs,
    };
  }
}
