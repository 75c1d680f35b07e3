import { errorMessage } from "../kernel/index.ts";
import type { LocalAudio } from "../sdp/index.ts";
import type { CallDelegate, CallEnd, OwnAddress, SipAddress, SipCredentials, UserAgent } from "../sip/index.ts";
import type { SipHeader } from "../sip-syntax/index.ts";
import { LegCore } from "./leg.ts";
import type { LegParts, OpenMedia } from "./types.ts";

/** The routes to a called party. */
export interface DialPlan {
  /** Tried in this order, until one does not fail before it reaches the called party. */
  readonly hops: readonly [DialHop, ...DialHop[]];
  /** Added to the INVITE. */
  readonly headers: readonly SipHeader[];
  /** Max-Forwards; undefined: the default of the user agent. */
  readonly maxForwards: number | undefined;
  /** For servers on the way that ask who we are. */
  readonly credentials?: SipCredentials | undefined;
}

/** One route to the called party. */
export interface DialHop {
  readonly nextHop: SipAddress;
  /** Request-URI and To. */
  readonly to: string;
  /** From. */
  readonly from: string;
  /** Our address for RTP towards it. */
  readonly media: OwnAddress;
}

/** What an outbound leg is made with. */
export interface OutboundLegParts extends LegParts {
  /** Rejects when there is no route. */
  readonly findPlan: () => DialPlan | Promise<DialPlan>;
  readonly openMedia: OpenMedia<[own: OwnAddress]>;
  readonly placeCall: UserAgent["call"];
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

  constructor(parts: OutboundLegParts) {
    super(parts);
    this.#parts = parts;
  }

  /** Opens an RTP session, then sends the INVITE. Every failure comes as `ended`. */
  dial(): void {
    this.#attempt(async () => {
      const plan = await this.#parts.findPlan();
      const [hop, ...others] = plan.hops;
      if (!this.isOver) await this.#try(plan, hop, others);
    });
  }

  #attempt(begin: () => Promise<void>): void {
    begin().catch((error: unknown) =>
      this.end({ type: "failed", why: `the call could not be placed: ${errorMessage(error)}` }),
    );
  }

  async #try(plan: DialPlan, hop: DialHop, others: readonly DialHop[]): Promise<void> {
    if (await this.#openMedia(hop.media)) this.#invite(plan, hop, others);
  }

  /** False: the leg has ended meanwhile. */
  async #openMedia(own: OwnAddress): Promise<boolean> {
    const { session } = this;
    const isBound = session !== undefined && this.#bound === own.bound;
    this.#bound = own.bound;
    if (!isBound) return await this.audio.open(this.#parts.openMedia(this.mediaEvents, own));
    this.audio.attach({ session, address: own.advertised });
    return true;
  }

  #invite(plan: DialPlan, hop: DialHop, others: readonly DialHop[]): void {
    const { sdp, offered } = this.audio.offer();
    const [nextRoute, ...rest] = others;
    const next = nextRoute === undefined ? undefined : () => this.#attempt(() => this.#try(plan, nextRoute, rest));
    const call = this.#parts.placeCall({
      requestUri: hop.to,
      to: hop.to,
      from: hop.from,
      nextHop: hop.nextHop,
      headers: plan.headers,
      ...(plan.maxForwards === undefined ? {} : { maxForwards: plan.maxForwards }),
      credentials: plan.credentials,
      offer: sdp,
      delegate: this.#delegate(offered, next),
    });
    this.attachDialog(call, hop.nextHop.host);
    this.#parts.events.signalled?.(call.sipCallId);
    if (this.isOver) call.hangUp();
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

  /** `next` tries the next route. */
  #delegate(offered: LocalAudio, next: (() => void) | undefined): CallDelegate {
    return {
      ...this.sipEvents,
      onProgress: ({ status, sdp }) => {
        if (this.isOver) return;
        this.#hasProgress = true;
        this.#parts.events.progress?.(status);
        if (sdp !== undefined) this.#takeEarlyAnswer(sdp, offered);
      },
      onAnswered: ({ sdp = this.#earlyAnswer }) => this.comeUp(sdp, offered),
      onEnded: (end) => {
        if (next === undefined || this.isOver || this.#hasProgress || !failsByItself(end))
          return this.sipEvents.onEnded(end);
        this.#parts.log.warn({ end }, "one route to the called party failed; the next one is tried");
        next();
        return undefined;
      },
    };
  }
}

/** Whether it was the server at a hop that failed, and not the called party who refused.
 * Contract: sip-and-media-connector-failover */
function failsByItself(end: CallEnd): boolean {
  if (end.type === "rejected") return end.status === 408 || (end.status >= 500 && end.status < 600);
  return end.type === "timeout" || end.type === "transport";
}
