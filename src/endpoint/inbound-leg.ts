import type { Description } from "../sdp/index.ts";
import type { IncomingCall } from "../sip/index.ts";
import { withoutAudio, type OfferAnswer } from "./leg-audio.ts";
import { LegCore } from "./leg.ts";
import type { LegEnd } from "./leg-end.ts";
import type { LegMedia, LegParts, OpenMedia } from "./types.ts";

/** Why a leg refuses its INVITE. Listed in `docs/refusals.md`. */
export const legRefusalCauses = {
  "leg-failed": { status: 500, means: "Something of ours that the call needed failed before it was answered." },
} as const;

/** What an inbound leg is made with. */
export interface InboundLegParts extends LegParts {
  readonly call: IncomingCall;
  /** The offer of the INVITE, or what was read of it, with addresses in place of host names. */
  readonly offer: string | Description | undefined;
  readonly openMedia: OpenMedia;
  /** The leg whose place it is to take, with its RTP session. */
  readonly heirOf?: LegCore;
}

/** A leg that begins with an incoming INVITE, which it takes over. */
export class InboundLeg extends LegCore {
  readonly #parts: InboundLegParts;
  #opened: Promise<void> | undefined;
  /** What was answered with 183. */
  #early: Extract<OfferAnswer, { type: "agreed" }> | undefined;
  /** A PRACK has brought the answer to the offer of our 180. RFC 3262 §5 */
  #hasAgreed = false;
  /** The 200 waits for that. */
  #isAnswering = false;

  constructor(parts: InboundLegParts) {
    super(parts);
    this.#parts = parts;
    const { call } = parts;
    this.attachDialog(call, call.source.host);
    call.delegate = this;
  }

  /** Opens the RTP session, once, so that the answer does not wait for it. Rejects as `OpenMedia`. */
  open(): Promise<void> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  async #open(): Promise<void> {
    const { openMedia, events, call } = this.#parts;
    if (await this.audio.open(openMedia(this))) events.signalled?.(call.sipCallId);
  }

  /** Takes the RTP session of the leg whose place it is to take, in place of opening one. `address`: what our descriptions name for it. */
  inherit(address: LegMedia["address"]): void {
    const { heirOf, events, call } = this.#parts;
    if (heirOf?.session !== undefined) this.audio.attach({ session: heirOf.session, address });
    events.signalled?.(call.sipCallId);
  }

  /** Max-Forwards for a call that results from this one: one less than in its INVITE, so that a loop ends. undefined: the INVITE has none. RFC
   * 7332 §4 */
  forwardsLeft(): number | undefined {
    const field = this.#parts.call.headers.find(({ name }) => name.toLowerCase() === "max-forwards");
    return field === undefined ? undefined : Math.max(0, Number(field.value) - 1);
  }

  /** Sends 180, with our offer where the INVITE has none and wants that before the 200. */
  ring(): void {
    if (this.isOver) return;
    const { call } = this.#parts;
    if (!call.ringsWithOffer) return call.ring();
    if (this.session === undefined)
      return void this.open().then(
        () => this.ring(),
        () => undefined,
      );
    this.audio.setQuiet(true);
    return call.ring(this.offerForAck());
  }

  onEarlyAnswer({ sdp }: { readonly sdp: string | undefined }): void {
    this.takeOfferedAnswer(sdp, () => {
      this.#hasAgreed = true;
      if (this.#isAnswering) this.#comeUp();
    });
  }

  #comeUp(): void {
    this.audio.setQuiet(false);
    this.up();
  }

  /** Sends 183 with an answer to the offer, so that the caller hears audio before the 200. An INVITE without an offer gets none, unless both sides
   * have agreed already. */
  openEarlyMedia(): void {
    const { offer, call } = this.#parts;
    if (this.isOver) return;
    if (this.#hasAgreed) this.audio.setQuiet(false);
    if (offer === undefined) return;
    const answer = this.#early ?? this.audio.answer(offer);
    if (answer.type !== "agreed") return;
    if (this.#early === undefined) this.audio.start(answer.audio);
    this.#early = answer;
    call.progress(answer.answer);
    this.audio.setQuiet(false);
  }

  /** Sends 180 and stops early media: the caller's phone plays its own ringback again. RFC 3960 §3.2 Contract: sip-and-media-early-media */
  closeEarlyMedia(): void {
    if (this.isOver || (this.#early === undefined && !this.#hasAgreed)) return;
    this.audio.setQuiet(true);
    this.ring();
  }

  /** Sends 200; `answered` is called when media can flow. */
  answer(): void {
    if (this.isOver) return;
    const { call, offer } = this.#parts;
    if (offer === undefined) return this.#answerWithoutOffer();
    const answer = this.#early ?? this.audio.answer(offer);
    if (answer.type !== "agreed") return this.fail(withoutAudio(answer));
    call.answer(answer.answer);
    // What was agreed early may have changed since.
    if (this.#early === undefined) this.audio.start(answer.audio);
    return this.#comeUp();
  }

  #answerWithoutOffer(): void {
    const { call } = this.#parts;
    if (!this.#hasAgreed && !this.hasOffered) return call.answer(this.offerForAck());
    this.#isAnswering = true;
    call.answer();
    if (this.#hasAgreed) this.#comeUp();
    return undefined;
  }

  /** Refuses the call while it is unanswered. */
  reject(status: number): void {
    this.endBy(() => this.#parts.call.reject(status));
  }

  /** An unanswered caller gets a status that says whose failure it was, an answered one a BYE. */
  protected override refuse(end: LegEnd): void {
    const { call } = this.#parts;
    const cause = "leg-failed";
    if (end.type === "failed") call.reject(legRefusalCauses[cause].status, { cause, why: end.why });
    if (end.type === "no-common-codec") call.reject(488);
  }
}
