import { errorCode, errorMessage, newLegId, newTransactionId, type TransactionId } from "../kernel/index.ts";
import type { Permit } from "../control/index.ts";
import { readDialled, showNumber, whyNotDialled } from "../sip-syntax/index.ts";
import type { IncomingCall, InviteRefusal, OptionsQuery } from "../sip/index.ts";
import { withConnectorFunction } from "./connector/connector-function.ts";
import { createAudioLoader, type AudioLoader } from "./audio/audio-loader.ts";
import {
  afterLoss,
  createCallMachine,
  newCallState,
  type NewCall,
  replyBounds,
  findForbiddenHeaders,
  showHeaders,
  type CallMachine,
  type CallFact,
  type CallState,
  type ParticipantTag,
} from "../call/index.ts";
import { createDeliveries, type Deliveries, type Leftover, type UnstoredRecording } from "../recordings/index.ts";
import { readAsOfTrunk, whyNotOfTrunk } from "./look-up/called-by-trunk.ts";
import { callerOf } from "./look-up/caller-of.ts";
import { whyNoWayTo } from "./look-up/find-dial-plan.ts";
import { findRule, type RuleMatch } from "./look-up/find-rule.ts";
import { openLegMedia } from "./open-leg-media.ts";
import { readOffer } from "./look-up/read-offer.ts";
import type { InboundOffer } from "../endpoint/index.ts";
import { hangUpLegs } from "./hang-up-legs.ts";
import { MeetingCall } from "./meeting/meeting-call.ts";
import { readInvitation, type Invitation } from "./meeting/read-invitation.ts";
import { withUse } from "./permit-with-use.ts";
import type { CallingTrunk, CallPorts, CallSettings } from "./ports.ts";
import { callRefusalCauses } from "./refusal-causes.ts";
import { refusalFor, refusalOf, refuse, retryAfter, whyNoApplication } from "./refuse-call.ts";
import { CallRunner, type RunnerParts } from "./runner.ts";
import { createTextThreads, type TextThreads } from "./text/text-threads.ts";
import type { CallEngine, CallLedger, CreateCallOutcome, CreateCallRequest, UpdateCallOutcome } from "./types.ts";

/** Makes the engine that runs all calls of this node. */
export function createCallEngine(ports: CallPorts, settings: CallSettings): CallEngine {
  return new Engine(ports, settings);
}

class Engine implements CallEngine {
  readonly #ports: CallPorts;
  readonly #settings: CallSettings;
  readonly #machine: CallMachine;
  readonly #audio: AudioLoader;
  /** Of calls that are over, and whose legs are still being closed. */
  readonly #releasing = new Set<Promise<void>>();
  readonly #calls = new Map<TransactionId, CallRunner>();
  /** Told when a call that somebody asks for is abandoned before it is kept. */
  readonly #abandoned = new Map<TransactionId, () => void>();
  /** Telephones that called the number of meetings. */
  readonly #meetingCalls = new Set<MeetingCall>();
  readonly #deliveries: Deliveries;
  readonly #textThreads: TextThreads;
  /** INVITEs whose rule is being looked up. */
  #arriving = 0;
  /** INVITEs that ended before their call could begin. */
  readonly #gone = new WeakSet<IncomingCall>();
  #isClosing = false;
  #onIdle: () => void = () => undefined;

  constructor(ports: CallPorts, settings: CallSettings) {
    this.#ports = { ...ports, invoker: withConnectorFunction(ports.invoker) };
    this.#settings = settings;
    this.#machine = createCallMachine(settings.machine.rules);
    this.#audio = createAudioLoader(ports);
    const observe = (transactionId: TransactionId, fact: CallFact) =>
      settings.onObservation?.({ at: ports.clock.now(), transactionId, fact });
    this.#deliveries = createDeliveries({ ...ports, observe });
    const { makeTextThreads = createTextThreads } = ports;
    this.#textThreads = makeTextThreads(ports.clock, replyBounds(settings.machine));
  }

  acceptInvite(call: IncomingCall): void {
    // A caller who gives up before the call has a leg is not reported, but the call must not start.
    call.delegate = { onEnded: () => void this.#gone.add(call) };
    const refusal = refusalOf(this.#ports.admission.whyClosed("call"));
    if (refusal !== undefined) return call.reject(refusal.status, refusal);
    const trunk = this.#settings.trunkOf?.(call);
    if (trunk?.whyRefused !== undefined) {
      const closed = { cause: "connector-closed", why: trunk.whyRefused } as const;
      return call.reject(callRefusalCauses["connector-closed"].status, closed);
    }
    const use = trunk?.begin();
    if (use !== undefined && "why" in use) {
      const full = { cause: "trunk-full", why: use.why, headers: retryAfter(use.retryAfterS) } as const;
      return call.reject(callRefusalCauses["trunk-full"].status, full);
    }
    call.credentials = trunk?.credentials;
    const permit = withUse(this.#ports.admission.admit(), use);
    this.#arriving += 1;
    this.#accept(call, permit, trunk)
      .catch((error: unknown) => this.#refuseForError(call, error))
      .then((hasBegun) => {
        this.#arriving -= 1;
        if (!hasBegun) permit.ended();
      })
      .catch((error: unknown) => this.#ports.log.error({ err: error }, "an INVITE could not be refused"));
  }

  async answerOptions(query: OptionsQuery): Promise<InviteRefusal | undefined> {
    // An OPTIONS of a trunk without a user asks for the server, not for a number.
    if (query.requestUri.user === "") return undefined;
    const trunk = this.#settings.trunkOf?.(query);
    const named = readAsOfTrunk(query, trunk);
    const notOfTrunk = whyNotOfTrunk(named, trunk);
    if (notOfTrunk !== undefined) return refusalFor("not-of-trunk", notOfTrunk);
    const match = await findRule(named, this.#ports.store, this.#settings);
    if (match.type === "no-rule" && this.#readInvitation({ ...query, headers: [] }) !== undefined) return undefined;
    if (match.type === "no-rule") return refusalFor("no-rule", match.why);
    return match.targets.length === 0 ? refusalFor("no-application", whyNoApplication(match)) : undefined;
  }

  async createCall(request: CreateCallRequest): Promise<CreateCallOutcome> {
    const { ownsNumber, machine } = this.#settings;
    const { limits } = machine.config;
    const application = await this.#ports.store.applications.get(request.applicationId);
    if (application === undefined) return { type: "no-application" };
    if (!ownsNumber(request.from)) return { type: "not-owned" };
    const headers = findForbiddenHeaders(request.sipHeaders, limits.sipHeaderLength);
    if (headers.length > 0) return { type: "bad-headers", headers };
    const dialled = readDialled(request.to, limits);
    const why = whyNotDialled(dialled, limits.shortNumbers);
    if (dialled.type === "none" || why !== undefined) return { type: "not-dialled", why: why ?? "it is no number" };
    const to = dialled.number;
    const noRoute = await whyNoWayTo(to, { ports: this.#ports, settings: this.#settings });
    if (noRoute !== undefined) return { type: "no-route", why: noRoute };
    const closed = this.#ports.admission.whyClosed("call");
    if (closed !== undefined) return { type: "refused", closed };
    const runner = this.#createRunner(this.#ports.admission.admit(), request.requestKey, {
      direction: "Outbound",
      to,
      from: request.from,
      sipRuleId: undefined,
      targets: [{ applicationId: application.id, functionArn: application.functionArn, region: application.region }],
      shownHeaders: undefined,
      dialHeaders: request.sipHeaders,
      arguments: request.arguments,
    });
    const transactionId = this.#begin(runner);
    const isKept = await new Promise<boolean>((resolve) => {
      this.#abandoned.set(transactionId, () => resolve(false));
      void runner.whenKept().then(() => resolve(true));
    });
    this.#abandoned.delete(transactionId);
    return isKept || request.requestKey === undefined ? { type: "created", transactionId } : { type: "repeated" };
  }

  updateCall(
    applicationId: string,
    transactionId: string,
    updateArguments: Readonly<Record<string, string>>,
  ): UpdateCallOutcome {
    const runner = this.#calls.get(transactionId as TransactionId);
    if (runner === undefined || runner.state.target.applicationId !== applicationId) return "not-found";
    if (runner.state.legs.every((leg) => leg.state.type === "ended")) return "not-found";
    runner.post({ type: "update-requested", arguments: updateArguments });
    return "accepted";
  }

  hangUp = (transactionId: string, participantTag?: ParticipantTag): "accepted" | "not-found" =>
    hangUpLegs(this.#calls.get(transactionId as TransactionId), participantTag);

  takeOver(orphan: CallState): void {
    const { transactionId } = orphan;
    // What is not told now is told by the next process, or by another one.
    if (this.#isClosing || this.#calls.has(transactionId)) return;
    const runner = this.#makeRunner(this.#ports.admission.admit(), afterLoss(orphan), { isTakenOver: true });
    this.#ports.log.warn({ transactionId }, "the server that had this call is gone: its end is told");
    this.#calls.set(transactionId, runner);
    runner.post({ type: "shutdown" });
  }

  abandon = (transactionId: TransactionId): void => {
    this.#calls.get(transactionId)?.breakOff("another server has the call");
    this.#abandoned.get(transactionId)?.();
  };

  deliver(leftovers: readonly Leftover[]): void {
    this.#deliveries.resume(leftovers);
  }

  dropRecordings = (transactionId: string): Promise<readonly string[]> => this.#deliveries.drop(transactionId);
  unstoredRecordings = (): readonly UnstoredRecording[] => this.#deliveries.unstored();
  states = (): readonly CallState[] => [...this.#calls.values()].map(({ state }) => state);

  stateOf = (transactionId: string): CallState | undefined => this.#calls.get(transactionId as TransactionId)?.state;

  ledger(): CallLedger {
    const total = { timers: 0, invocations: 0 };
    for (const runner of this.#calls.values()) {
      const { timers, invocations } = runner.counts();
      total.timers += timers;
      total.invocations += invocations;
    }
    const calls = this.#calls.size + this.#meetingCalls.size + this.#arriving;
    return { calls, ...total, recordings: this.#deliveries.count() };
  }

  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    this.#ports.admission.drain();
    await new Promise<void>((resolve) => {
      const limit = this.#ports.clock.startTimer(graceMs, resolve);
      this.#onIdle = () => {
        this.#deliveries.whenNone(() => {
          void Promise.all(this.#releasing).then(() => {
            limit.cancel();
            resolve();
          });
        });
      };
      this.#tellIdle();
      for (const runner of this.#calls.values()) runner.post({ type: "shutdown" });
      for (const call of this.#meetingCalls) call.hangUp();
    });
    this.#deliveries.close();
    await this.#textThreads.close();
  }

  /** Gives whether the call has begun. */
  async #accept(call: IncomingCall, permit: Permit, trunk: CallingTrunk | undefined): Promise<boolean> {
    const named = readAsOfTrunk(call, trunk);
    const notOfTrunk = whyNotOfTrunk(named, trunk);
    if (notOfTrunk !== undefined) return refuse(call, "not-of-trunk", notOfTrunk);
    const match = await findRule(named, this.#ports.store, this.#settings);
    if (this.#gone.has(call)) return false;
    const invitation = match.type === "no-rule" ? this.#readInvitation(call) : undefined;
    if (match.type === "no-rule" && invitation === undefined) return refuse(call, "no-rule", match.why);
    const offer = await readOffer(call, trunk, { ports: this.#ports, settings: this.#settings });
    if (this.#gone.has(call)) return false;
    if (offer.type === "unusable") {
      return refuse(call, offer.cause, offer.warning.text, { warning: offer.warning });
    }
    const caller = showNumber(callerOf(named, call.account));
    const from = trunk?.callerFor?.(caller) ?? caller;
    if (match.type === "match") return this.#ringAndBegin({ call, match, offer, permit, from });
    return this.#bringIntoMeeting({ call, offer, permit }, invitation);
  }

  #readInvitation(call: Pick<IncomingCall, "to" | "requestUri" | "headers">): Invitation | undefined {
    return this.#ports.meetings === undefined ? undefined : readInvitation(call);
  }

  /** Lets a caller of the number of meetings take part, without a function. Gives whether the call has begun, also if it has ended since. */
  async #bringIntoMeeting(
    { call, offer: read, permit }: Omit<Arrived, "match" | "from">,
    { token, meetingId }: Invitation = { token: undefined, meetingId: undefined },
  ): Promise<boolean> {
    const { offer, hosts, own, isBrowser, codecs, srtp, sourceRule } = read;
    const { meetings: door, media, sessionDescriptions, clock, log } = this.#ports;
    if (door === undefined || token === undefined) {
      return refuse(call, "no-join-token", "neither a header nor a parameter of a URI is X-chime-join-token");
    }
    const one: MeetingCall = new MeetingCall({
      door,
      invitation: { token, meetingId },
      log,
      leg: {
        ...{ call, offer, hosts, sessionDescriptions, clock, log, ...codecs, srtp, sourceRule, at: clock.now() },
        openMedia: (delegate) => openLegMedia(media, delegate, { own, isBrowser }),
      },
      onOver: () => {
        this.#meetingCalls.delete(one);
        permit.ended();
        this.#tellIdle();
      },
    });
    this.#meetingCalls.add(one);
    const refusal = await one.enter();
    permit.settled();
    if (refusal !== undefined) refuse(call, refusal.isOurs ? "server-error" : "not-let-in", refusal.why);
    return true;
  }

  #tellIdle(): void {
    if (this.#calls.size + this.#meetingCalls.size === 0) this.#onIdle();
  }

  /** @returns that no call has begun */
  #refuseForError(call: IncomingCall, error: unknown): false {
    const why = errorMessage(error);
    switch (errorCode(error)) {
      case "MEDIA_NO_PORTS":
        return refuse(call, "no-media-ports", why);
      case "MEDIA_OVERLOADED":
        return refuse(call, "media-busy", why);
      case "EMFILE":
      case "ENFILE":
      case "MEDIA_NO_DESCRIPTORS":
        this.#ports.admission.noteNoDescriptors();
        return refuse(call, "no-descriptors", why);
      default:
        return refuse(call, "server-error", why, { error });
    }
  }

  async #ringAndBegin({ call, match, offer, permit, from }: Arrived): Promise<boolean> {
    const { rule, targets, to } = match;
    const [first, ...others] = targets;
    if (first === undefined) {
      return refuse(call, "no-application", whyNoApplication(match));
    }
    const runner = this.#createRunner(permit, undefined, {
      direction: "Inbound",
      to,
      from,
      sipRuleId: rule?.id,
      targets: [first, ...others],
      shownHeaders: showHeaders(call.headers),
      dialHeaders: {},
      arguments: undefined,
    });
    if (!(await runner.adopt(call, offer))) return false;
    this.#begin(runner);
    return true;
  }

  #createRunner(
    permit: Permit,
    requestKey: string | undefined,
    call: Omit<NewCall, "transactionId" | "legId" | "at" | "accountId">,
  ): CallRunner {
    const transactionId = newTransactionId();
    const { accountId } = this.#settings;
    const state = newCallState({ transactionId, legId: newLegId(), at: this.#ports.clock.now(), accountId, ...call });
    return this.#makeRunner(permit, state, { isTakenOver: false, requestKey });
  }

  #makeRunner(
    permit: Permit,
    state: CallState,
    { isTakenOver, requestKey }: Pick<RunnerParts, "isTakenOver" | "requestKey">,
  ): CallRunner {
    const { transactionId } = state;
    const onFinished = (released: Promise<void>) => {
      this.#calls.delete(transactionId);
      this.#releasing.add(released);
      void released.then(() => this.#releasing.delete(released));
      permit.ended();
      this.#tellIdle();
    };
    return new CallRunner(state, {
      ...{ ports: this.#ports, settings: this.#settings, machine: this.#machine, audio: this.#audio },
      ...{ deliveries: this.#deliveries, textThreads: this.#textThreads, isTakenOver, requestKey },
      onReply: () => permit.settled(),
      onFinished,
    });
  }

  #begin(runner: CallRunner): TransactionId {
    const { transactionId, sipRuleId, target, legs } = runner.state;
    const [leg] = legs;
    this.#ports.log.info(
      {
        ...{ transactionId, direction: leg?.direction, from: leg?.from, to: leg?.to },
        ...{ applicationId: target.applicationId, sipRuleId },
      },
      "call began",
    );
    this.#calls.set(transactionId, runner);
    runner.begin();
    return transactionId;
  }
}

/** A call that came in and is taken. */
interface Arrived {
  readonly call: IncomingCall;
  readonly match: RuleMatch;
  readonly offer: InboundOffer;
  readonly permit: Permit;
  /** As events show it. */
  readonly from: string;
}
