import { AppError, errorMessage } from "../kernel/index.ts";
import type { MediaDelegate, MediaSession } from "../media/index.ts";
import type { LocalAudio } from "../sdp/index.ts";
import type { CallDelegate, CallEnd, OwnAddress, SipAddress, UserAgent } from "../sip/index.ts";
import { LegCore, type LegParts } from "./leg.ts";

/** Whom an outbound leg is for, and the routes to it. */
export interface DialPlan {
  /** As events show it. */
  readonly to: string;
  /** User part of the Request-URI and To, without escapes. */
  readonly user: string;
  /** User part of From, without escapes. */
  readonly from: string;
  /** Added to the INVITE. */
  readonly headers: Readonly<Record<string, string>>;
  /** Tried in this order, until one of them does not fail by itself. */
  readonly hops: readonly DialHop[];
  /** Request-URI; undefined: `user` at the hop. */
  readonly uri: string | undefined;
  /** How many more servers may pass the call on. */
  readonly maxForwards: number | undefined;
}

/** One route to the called party. */
export interface DialHop {
  readonly nextHop: SipAddress;
  /** Our address towards it, for From. */
  readonly local: SipAddress;
  /** Our address for RTP towards it. */
  readonly media: OwnAddress;
}

/** What an outbound leg is made with. */
export interface OutboundLegParts extends LegParts {
  /** Rejects when there is no route. */
  readonly findPlan: () => Promise<DialPlan>;
  readonly openSession: (delegate: MediaDelegate, address: string) => Promise<MediaSession>;
  readonly placeCall: UserAgent["call"];
  /** Builds a SIP URI; the user part is escaped. */
  readonly printSipUri: (parts: SipAddress & { readonly user: string }) => string;
}

/** A leg that we make. */
export class OutboundLeg extends LegCore {
  readonly #parts: OutboundLegParts;
  /** The called party, or a server before it, has said more than 100: no other route is tried. */
  #hasProgress = false;
  /** What the RTP session is bound to. */
  #bound: string | undefined;
  /** Session description of the last provisional response that had one. */
  #earlyAnswer: string | undefined;

  constructor(parts: OutboundLegParts) {
    super(parts);
    this.#parts = parts;
  }

  /** Opens an RTP session, then sends the INVITE. All that goes wrong comes as `ended`. */
  dial(): void {
    this.#attempt(async () => {
      const plan = await this.#parts.findPlan();
      if (!this.isOver) await this.#tryHops(plan, plan.hops);
    });
  }

  #attempt(begin: () => Promise<void>): void {
    begin().catch((error: unknown) =>
      this.end({ type: "failed", why: `the call could not be placed: ${errorMessage(error)}` }),
    );
  }

  async #tryHops(plan: DialPlan, [hop, ...others]: readonly DialHop[]): Promise<void> {
    if (hop === undefined) throw new AppError("CALL_NO_ROUTE", `there is no route to ${plan.to}`);
    const { session } = this;
    const { bound, advertised: reported } = hop.media;
    const isBound = session !== undefined && this.#bound === bound;
    this.#bound = bound;
    this.attachMedia(isBound ? session : await this.#parts.openSession(this.mediaEvents, bound), reported);
    if (this.isOver) this.close();
    else this.#invite(plan, hop, others);
  }

  #invite(plan: DialPlan, hop: DialHop, others: readonly DialHop[]): void {
    const offered = this.describe();
    const { printSipUri } = this.#parts;
    const uri = plan.uri ?? printSipUri({ ...hop.nextHop, user: plan.user });
    const next = others.length === 0 ? undefined : () => this.#attempt(() => this.#tryHops(plan, others));
    const call = this.#parts.placeCall({
      requestUri: uri,
      to: uri,
      from: printSipUri({ ...hop.local, user: plan.from }),
      nextHop: hop.nextHop,
      headers: Object.entries(plan.headers).map(([name, value]) => ({ name, value })),
      ...(plan.maxForwards === undefined ? {} : { maxForwards: plan.maxForwards }),
      offer: this.#parts.sessionDescriptions.createOffer(offered),
      delegate: this.#delegate(offered, next),
    });
    this.attachCall(call, hop.nextHop.host);
    if (this.isOver) call.hangUp();
  }

  /** Each phone of several that ring may have audio of its own: the last one to say so is heard. */
  #takeEarlyAnswer(sdp: string, offered: LocalAudio): void {
    this.withHosts(sdp, (found) => {
      if (found === this.#earlyAnswer || this.isUp) return;
      const answer = this.#parts.sessionDescriptions.readAnswer(found, offered);
      if (answer.type !== "agreed") return;
      this.#earlyAnswer = found;
      this.startMedia(answer.audio);
      this.#parts.events.earlyMedia();
    });
  }

  /** `next` tries the next route. */
  #delegate(offered: LocalAudio, next: (() => void) | undefined): CallDelegate {
    return {
      ...this.sipEvents,
      onProgress: ({ status, sdp }) => {
        if (this.isOver) return;
        this.#hasProgress = true;
        if (status === 180 || status === 183) this.#parts.events.ringing();
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
