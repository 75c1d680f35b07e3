import type { MediaDelegate, MediaSession } from "../media/index.ts";
import type { IncomingCall } from "../sip/index.ts";
import { LegCore, type LegParts } from "./leg.ts";

/** What an inbound leg is made with. */
export interface InboundLegParts extends LegParts {
  readonly call: IncomingCall;
  readonly openSession: (delegate: MediaDelegate) => Promise<MediaSession>;
  /** Address for SDP; undefined: the one that the session is bound to. */
  readonly mediaAddress: string | undefined;
}

/** A leg that a caller made. */
export class InboundLeg extends LegCore {
  readonly #parts: InboundLegParts;

  constructor(parts: InboundLegParts) {
    super(parts);
    this.#parts = parts;
  }

  /** Takes over the INVITE and opens the RTP session, so that the answer does not wait for it. Rejects as `Media.openSession`. */
  async open(): Promise<void> {
    const { call, openSession, mediaAddress } = this.#parts;
    call.delegate = this.sipEvents;
    const session = await openSession(this.mediaEvents);
    this.attachMedia(session, mediaAddress ?? session.localAddress);
    if (this.isOver) this.close();
    else this.attachCall(call);
  }

  /** Sends 200; `answered` is told when media can flow. */
  answer(): void {
    if (this.isOver) return;
    const { call, sessionDescriptions } = this.#parts;
    if (call.offer === undefined) {
      call.answer(this.offerForAck());
      return;
    }
    const answer = sessionDescriptions.answerOffer(call.offer, this.describe());
    if (answer.type !== "agreed") {
      this.fail({ type: "no-common-codec" });
      return;
    }
    call.answer(answer.answer);
    this.startMedia(answer.audio);
    this.up();
  }

  /** Refuses the call while it is unanswered. */
  reject(status: number): void {
    if (this.isOver) return;
    this.close();
    this.#parts.call.reject(status);
  }
}
