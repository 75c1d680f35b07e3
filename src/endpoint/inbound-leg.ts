import type { MediaDelegate, MediaSession } from "../media/index.ts";
import type { NegotiatedAudio } from "../sdp/index.ts";
import type { IncomingCall } from "../sip/index.ts";
import { LegCore, type LegParts } from "./leg.ts";
import type { LegEnd } from "./leg-end.ts";
import { legRefusalCauses } from "./refusal-causes.ts";

/** What an inbound leg is made with. */
export interface InboundLegParts extends LegParts {
  readonly call: IncomingCall;
  /** The offer of the INVITE, with addresses in place of host names. */
  readonly offer: string | undefined;
  readonly openSession: (delegate: MediaDelegate) => Promise<MediaSession>;
  /** Address for SDP. */
  readonly mediaAddress: string;
}

/** A leg that a caller made. */
export class InboundLeg extends LegCore {
  readonly #parts: InboundLegParts;
  /** What was answered with 183. */
  #early: { readonly answer: string; readonly audio: NegotiatedAudio } | undefined;

  constructor(parts: InboundLegParts) {
    super(parts);
    this.#parts = parts;
  }

  /** Takes over the INVITE and opens the RTP session, so that the answer does not wait for it. Rejects as `Media.openSession`. */
  async open(): Promise<void> {
    const { call, openSession, mediaAddress } = this.#parts;
    call.delegate = this.sipEvents;
    const session = await openSession(this.mediaEvents);
    this.attachMedia(session, mediaAddress);
    if (this.isOver) this.close();
    else this.attachCall(call, call.source.host);
  }

  /** How many more servers may pass on a call that comes of this one: one less than its INVITE allows, so that a call which comes back
   * again and again ends. undefined: the INVITE does not say. RFC 7332 §4; Contract: sip-and-media-call-loops */
  forwardsLeft(): number | undefined {
    const field = this.#parts.call.headers.find(({ name }) => name.toLowerCase() === "max-forwards");
    return field === undefined ? undefined : Math.max(0, Number(field.value) - 1);
  }

  /** Sends 180. */
  ring(): void {
    if (!this.isOver) this.#parts.call.ring();
  }

  /** Sends 183 with an answer to the offer, so that the caller hears audio before the 200. An INVITE without an offer gets none. */
  openEarlyMedia(): void {
    if (this.isOver) return;
    this.#early ??= this.#answerOffer();
    if (this.#early === undefined) return;
    this.#parts.call.progress(this.#early.answer);
    this.startMedia(this.#early.audio);
  }

  /** Sends 180, and no more audio: the caller's phone makes its own ringing again. RFC 3960 §3.2
   * Contract: sip-and-media-early-media */
  closeEarlyMedia(): void {
    if (this.isOver || this.#early === undefined) return;
    this.startMedia({ ...this.#early.audio, direction: "recvonly" });
    this.ring();
  }

  /** Sends 200; `answered` is told when media can flow. */
  answer(): void {
    if (this.isOver) return;
    const { call, offer } = this.#parts;
    if (offer === undefined) {
      call.answer(this.offerForAck());
      return;
    }
    const answer = this.#early ?? this.#answerOffer();
    if (answer === undefined) {
      this.fail({ type: "no-common-codec" });
      return;
    }
    call.answer(answer.answer);
    this.startMedia(answer.audio);
    this.up();
  }

  /** A caller who was not answered gets a status that says whose failure it was; one who was gets a BYE. */
  protected override giveUp(reason: LegEnd): void {
    if (reason.type === "failed") {
      const cause = "leg-failed";
      this.#parts.call.reject(legRefusalCauses[cause].status, { cause, why: reason.why });
    }
    super.giveUp(reason);
  }

  #answerOffer() {
    const { offer } = this.#parts;
    const answer = offer === undefined ? undefined : this.answerTo(offer);
    return answer?.type === "agreed" ? answer : undefined;
  }

  /** Refuses the call while it is unanswered. */
  reject(status: number): void {
    if (this.isOver) return;
    this.close();
    this.#parts.call.reject(status);
  }
}
