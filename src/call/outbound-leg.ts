import { errorMessage } from "../kernel/index.ts";
import type { Media } from "../media/index.ts";
import type { LocalAudio } from "../sdp/index.ts";
import type { CallDelegate, SipAddress, UserAgent } from "../sip/index.ts";
import { LegCore, type LegParts } from "./leg.ts";

/** Whom a leg out is for, and the way there. */
export interface DialPlan {
  readonly to: string;
  readonly from: string;
  /** Added to the INVITE. */
  readonly headers: Readonly<Record<string, string>>;
  readonly nextHop: SipAddress;
  /** Request-URI; undefined: `to` at the next hop. */
  readonly uri: string | undefined;
  /** Our address towards the next hop, for From. */
  readonly local: SipAddress;
  /** Address for SDP; undefined: the one that the session is bound to. */
  readonly mediaAddress: string | undefined;
}

/** What an outbound leg is made with. */
export interface OutboundLegParts extends LegParts {
  /** Rejects when there is no way. */
  readonly findPlan: () => Promise<DialPlan>;
  readonly openSession: Media["openSession"];
  readonly placeCall: UserAgent["call"];
}

/** A leg that we make. */
export class OutboundLeg extends LegCore {
  readonly #parts: OutboundLegParts;

  constructor(parts: OutboundLegParts) {
    super(parts);
    this.#parts = parts;
  }

  /** Opens an RTP session, then sends the INVITE. All that goes wrong comes as `ended`. */
  dial(): void {
    this.#dial().catch((error: unknown) =>
      this.end({ type: "failed", why: `the call could not be placed: ${errorMessage(error)}` }),
    );
  }

  async #dial(): Promise<void> {
    const { openSession, placeCall, findPlan, sessionDescriptions } = this.#parts;
    const plan = await findPlan();
    if (this.isOver) return;
    const session = await openSession(this.mediaEvents);
    this.attachMedia(session, plan.mediaAddress ?? session.localAddress);
    if (this.isOver) {
      this.close();
      return;
    }
    const offered = this.describe();
    const uri = plan.uri ?? uriAt(plan.to, plan.nextHop);
    const call = placeCall({
      requestUri: uri,
      to: uri,
      from: uriAt(plan.from, plan.local),
      nextHop: plan.nextHop,
      headers: Object.entries(plan.headers).map(([name, value]) => ({ name, value })),
      offer: sessionDescriptions.createOffer(offered),
      delegate: this.#delegate(offered),
    });
    this.attachCall(call);
    if (this.isOver) call.hangUp();
  }

  #delegate(offered: LocalAudio): CallDelegate {
    return {
      ...this.sipEvents,
      onProgress: ({ status }) => {
        if (!this.isOver && (status === 180 || status === 183)) this.#parts.events.ringing();
      },
      onAnswered: ({ sdp }) => {
        if (!this.isOver && this.takeAnswer(sdp, offered)) this.up();
      },
    };
  }
}

function uriAt(user: string, address: SipAddress): string {
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  const transport = address.transport === "tcp" ? ";transport=tcp" : "";
  return `sip:${user}@${host}:${address.port}${transport}`;
}
