import { errorMessage, type Timer } from "../kernel/index.ts";
import type { SourceRule } from "../media/index.ts";
import type { CodecPreferences, LocalAudio, SrtpPolicy } from "../sdp/index.ts";
import type {
  CallDelegate,
  CallEnd,
  OutgoingCall,
  OutgoingCallRequest,
  RegisteredContact,
  SipAddress,
  SipCredentials,
  UserAgent,
} from "../sip/index.ts";
import type { SipHeader } from "../sip-syntax/index.ts";
import { browserCodecs } from "./browser-codecs.ts";
import { LegCore } from "./leg.ts";
import type { MediaAddress } from "./media-address.ts";
import type { LegParts, OpenMedia } from "./types.ts";

/** There is no way to the called party now, whom this server knows. */
export interface NoWay {
  readonly hops: readonly [];
  /** For people. */
  readonly why: string;
}

/** The routes to a called party. */
export interface DialPlan {
  /** Tried in this order, until one does not fail before it reaches the called party. */
  readonly hops: readonly [DialHop, ...DialHop[]];
}

/** One route to the called party. */
export interface DialHop extends DialTarget {
  /** Max-Forwards; undefined: the default of the user agent. */
  readonly maxForwards?: number | undefined;
  /** For servers on the way that ask who we are. */
  readonly credentials?: SipCredentials | undefined;
  /** What is offered; undefined: as the leg does. */
  readonly codecs?: CodecPreferences | undefined;
  /** Whether audio is encrypted: `optional` offers it, and offers it in the clear where that is refused. Absent: offered in the clear, and taken as it
   * comes. */
  readonly srtp?: SrtpPolicy | undefined;
  /** From where else than its signalled address it may be heard; default: hosts that signalling names. */
  readonly sourceRule?: SourceRule | undefined;
  /** Name of the trunk that it goes by. */
  readonly trunk?: string;
  /** How long it may say nothing at all before the next one is tried; undefined: as long as a request waits for its response. */
  readonly responseMs?: number | undefined;
  /** Begins to use it, or says why it takes no call now. */
  begin?(): HopUse | string;
  /** What is called is a browser, or several; default: none is. */
  readonly isBrowser?: boolean;
  /** Further far ends that ring at the same time, whose RTP is at an address of ours with the same `bound`, and that are browsers all or none. The first that answers is the called party. */
  readonly also?: readonly DialTarget[];
}

/** A far end that is called. */
export interface DialTarget {
  readonly nextHop: SipAddress;
  /** Request-URI, and To where there is no `party`. */
  readonly to: string;
  /** To. */
  readonly party?: string;
  /** From. */
  readonly from: string;
  /** Our address for RTP towards it. */
  readonly media: MediaAddress;
  /** Added to the INVITE. */
  readonly headers: readonly SipHeader[];
  /** Of a phone that has registered: the way to it. */
  readonly contact?: Pick<RegisteredContact, "over" | "routes">;
}

/** The use of one route by a leg, which tells how it goes. */
export interface HopUse {
  /** Any response came. */
  responded(): void;
  /** It did not respond, could not be reached, or asked to be left alone for a time. */
  failed(why: string, retryAfterS?: number): void;
  /** The leg uses it no more; told once. */
  ended(): void;
}

/** What an outbound leg is made with. */
export interface OutboundLegParts extends LegParts {
  /** Rejects when there is no route. */
  readonly findPlan: () => DialPlan | Promise<DialPlan | NoWay>;
  readonly openMedia: OpenMedia<[own: MediaAddress, isBrowser: boolean]>;
  readonly placeCall: UserAgent["call"];
  /** The leg whose place it is to take, with its RTP session. */
  readonly heirOf?: LegCore;
}

/** A leg that begins with an INVITE of ours. */
export class OutboundLeg extends LegCore {
  readonly #parts: OutboundLegParts;
  /** The called party, or a server on the path, has sent more than a 100: no other route is tried. */
  #hasProgress = false;
  /** What the RTP session is bound to. */
  #bound: string | undefined;
  /** Session description of the last provisional response that had one. */
  #earlyAnswer: string | undefined;
  #use: HopUse | undefined;
  /** Until the hop in use counts as silent. */
  #silence: Timer | undefined;
  /** Why the hop before could not be used. */
  #lastEnd: CallEnd | undefined;

  constructor(parts: OutboundLegParts) {
    super(parts);
    this.#parts = parts;
  }

  /** Opens an RTP session, then sends the INVITE. Every failure comes as `ended`. */
  dial(): void {
    this.#attempt(async () => {
      const plan = await this.#parts.findPlan();
      if (this.isOver) return;
      if ("why" in plan) return this.end({ type: "unreachable", why: plan.why });
      const [hop, ...others] = plan.hops;
      await this.#try(plan, hop, others);
    });
  }

  #attempt(begin: () => Promise<void>): void {
    begin().catch((error: unknown) =>
      this.end({ type: "failed", why: `the call could not be placed: ${errorMessage(error)}` }),
    );
  }

  async #try(plan: DialPlan, hop: DialHop, others: readonly DialHop[]): Promise<void> {
    const use = hop.begin?.();
    if (typeof use === "string") return this.#skip(plan, use, others);
    this.#use = use;
    if (!(await this.#openMedia(hop))) return;
    const { srtp = "optional" } = hop;
    this.audio.encrypt(srtp, hop.srtp !== undefined && srtp !== "never" && hop.isBrowser !== true);
    this.#invite(plan, hop, others);
  }

  /** A hop that takes no call now is no failure of the called party. */
  async #skip(plan: DialPlan, why: string, [next, ...rest]: readonly DialHop[]): Promise<void> {
    this.#parts.log.warn({ why }, "a route to the called party takes no call");
    if (next !== undefined) return this.#try(plan, next, rest);
    if (this.#lastEnd === undefined) return this.end({ type: "failed", why });
    return this.onEnded(this.#lastEnd);
  }

  protected override onOver(): void {
    this.#leaveHop();
  }

  #leaveHop(): void {
    this.#silence?.cancel();
    this.#use?.ended();
    this.#use = undefined;
  }

  /** False: the leg has ended meanwhile. */
  async #openMedia({ media: own, isBrowser = false, nextHop, sourceRule }: DialHop): Promise<boolean> {
    const session = this.#parts.heirOf?.session ?? this.session;
    if (isBrowser && this.#parts.heirOf !== undefined)
      throw new Error("a browser cannot take over the audio of another");
    if (session !== undefined && this.#parts.heirOf !== undefined) {
      this.audio.attach({ session, address: own.advertised });
      return !this.isOver;
    }
    const isBound = session !== undefined && this.#bound === own.bound && this.audio.isOfBrowser === isBrowser;
    this.#bound = own.bound;
    if (!isBound) return await this.audio.open(this.#parts.openMedia(this, own, isBrowser));
    this.#face({ media: own, nextHop, sourceRule });
    return true;
  }

  #invite(plan: DialPlan, hop: DialHop, others: readonly DialHop[]): void {
    this.audio.prefer(hop.isBrowser === true ? browserCodecs(hop.codecs ?? this.#parts) : hop.codecs);
    const [nextHop, ...rest] = others;
    const further = (hop.also ?? []).map((target) => this.#describe(target));
    const first = this.#describe(hop);
    const attempt: Attempt = {
      isLeft: false,
      nextHop: hop.nextHop,
      next: nextHop === undefined ? undefined : () => this.#attempt(() => this.#try(plan, nextHop, rest)),
      inTheClear: isOptional(first.offered) ? () => this.#inviteInTheClear(plan, hop, others) : undefined,
    };
    const requestFor = (described: Described) => this.#requestFor(hop, described, attempt);
    const call = this.#parts.placeCall(requestFor(first), ...further.map(requestFor));
    this.attachDialog(call, hop.nextHop.host, hop.sourceRule);
    this.#parts.events.signalled?.(call.sipCallId, hop.trunk);
    if (this.isOver) call.hangUp();
    else this.#listen(hop, attempt, call);
  }

  /** Tries the same route again, with audio in the clear. */
  #inviteInTheClear(plan: DialPlan, hop: DialHop, others: readonly DialHop[]): void {
    this.audio.encrypt("optional", false, "the far end refused an offer of encrypted audio");
    this.#attempt(async () => this.#invite(plan, hop, others));
  }

  #describe(target: DialTarget): Described {
    this.#face(target);
    return { target, ...this.audio.offer() };
  }

  #requestFor(hop: DialHop, { target, sdp, offered }: Described, attempt: Attempt): OutgoingCallRequest {
    const { to, party = to, from, nextHop, headers, contact } = target;
    return {
      ...{ requestUri: to, to: party, from, nextHop, headers, over: contact?.over, routes: contact?.routes ?? [] },
      ...(hop.maxForwards === undefined ? {} : { maxForwards: hop.maxForwards }),
      credentials: hop.credentials,
      offer: sdp,
      delegate: this.#delegate({ ...target, sourceRule: hop.sourceRule }, offered, attempt),
    };
  }

  /** What is described and heard from now on is for this far end. */
  #face({ media, nextHop, sourceRule }: Pick<DialHop, "media" | "nextHop" | "sourceRule">): void {
    const { session } = this;
    // A browser is told an address of its own kind.
    if (session !== undefined && !this.audio.isOfBrowser) this.audio.attach({ session, address: media.advertised });
    this.audio.expectFrom(nextHop.host, sourceRule);
  }

  /** A hop that says nothing at all is left for the next one: the time in which the called party may ring is not spent on it. */
  #listen({ responseMs }: DialHop, attempt: Attempt, call: OutgoingCall): void {
    if (responseMs === undefined) return;
    this.#silence = this.#parts.clock.startTimer(responseMs, () => {
      this.#use?.failed(`no response within ${responseMs / 1_000} s`);
      if (attempt.next === undefined) return;
      this.#leave(attempt, { type: "timeout" });
      call.hangUp();
      attempt.next();
    });
  }

  #leave(attempt: Attempt, end: CallEnd): void {
    attempt.isLeft = true;
    this.#lastEnd = end;
    this.#leaveHop();
    this.#parts.log.warn(
      { nextHop: attempt.nextHop, end },
      "one route to the called party failed; the next one is tried",
    );
  }

  /** Of several ringing phones each may send early media; the latest 183 counts. */
  #takeEarlyAnswer(sdp: string, offered: LocalAudio): void {
    this.withHosts(sdp, (found) => {
      if (found === this.#earlyAnswer || this.isUp) return;
      const answer = this.#parts.sessionDescriptions.readAnswer(found, offered);
      if (answer.type !== "agreed") return;
      this.#earlyAnswer = found;
      this.audio.start(answer.audio);
      this.#parts.events.earlyMedia?.();
    });
  }

  #delegate(target: DialTarget & Pick<DialHop, "sourceRule">, offered: LocalAudio, attempt: Attempt): CallDelegate {
    return {
      onOffer: (offer) => this.onOffer(offer),
      onAcknowledged: (ack) => this.onAcknowledged(ack),
      onOfferDue: () => this.onOfferDue(),
      onOfferSettled: (outcome) => this.onOfferSettled(outcome),
      onRefreshed: (answer) => this.onRefreshed(answer),
      onInfoDigit: (digit, durationMs) => this.onInfoDigit(digit, durationMs),
      onTransfer: (request, reply) => this.onTransfer(request, reply),
      onReplace: (call) => this.onReplace(call),
      onResponse: () => this.#silence?.cancel(),
      onProgress: ({ status, sdp }) => {
        if (this.isOver || attempt.isLeft) return;
        this.#use?.responded();
        this.#hasProgress = true;
        this.#parts.events.progress?.(status);
        if (sdp === undefined) return;
        this.#face(target);
        this.#takeEarlyAnswer(sdp, offered);
      },
      onAnswered: ({ sdp = this.#earlyAnswer }) => {
        this.#use?.responded();
        this.#face(target);
        this.comeUp(sdp, offered);
      },
      onEnded: (end) => {
        if (attempt.isLeft) return;
        this.#noteEnd(end);
        const { next, inTheClear } = attempt;
        const hasAudio = this.#earlyAnswer !== undefined;
        if (inTheClear !== undefined && refusesDescription(end) && !this.isOver && !hasAudio) {
          // Some ring before they look at the description.
          attempt.isLeft = true;
          this.#hasProgress = false;
          this.#silence?.cancel();
          inTheClear();
          return;
        }
        if (next === undefined || this.isOver || this.#hasProgress || !failsByItself(end)) {
          this.onEnded(end);
          return;
        }
        this.#leave(attempt, end);
        next();
      },
    };
  }

  /** Tells how the hop did. */
  #noteEnd(end: CallEnd): void {
    if (end.type === "timeout") this.#use?.failed("no response");
    if (end.type === "transport") this.#use?.failed(end.message);
    if (end.type !== "rejected") return;
    if (end.status === 503 && end.retryAfterS !== undefined)
      this.#use?.failed(`it answered 503 and wants to be left alone for ${end.retryAfterS} s`, end.retryAfterS);
    else this.#use?.responded();
  }
}

/** A far end with the offer that is for it. */
interface Described {
  readonly target: DialTarget;
  readonly sdp: string;
  readonly offered: LocalAudio;
}

/** One INVITE of a leg. */
interface Attempt {
  /** Another hop has taken its place. */
  isLeft: boolean;
  readonly nextHop: SipAddress;
  /** Tries the next hop; undefined: there is none. */
  readonly next: (() => void) | undefined;
  /** Tries this one without encryption; undefined: it had none, or has to have it. */
  readonly inTheClear: (() => void) | undefined;
}

function isOptional({ offersSrtp, srtp }: LocalAudio): boolean {
  return offersSrtp === true && srtp === "optional";
}

/** Whether the far end takes no such description. RFC 3261 §21.4.13, §21.4.26, §21.6.4 */
function refusesDescription(end: CallEnd): boolean {
  return end.type === "rejected" && [415, 488, 606].includes(end.status);
}

/** Whether it was the server at a hop that failed, and not the called party who refused.
 * Contract: sip-and-media-connector-failover */
function failsByItself(end: CallEnd): boolean {
  if (end.type === "rejected") return end.status === 408 || (end.status >= 500 && end.status < 600);
  return end.type === "timeout" || end.type === "transport";
}
