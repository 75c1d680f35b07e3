import { errorMessage, type Clock, type Logger } from "../kernel/index.ts";
import type { MediaDelegate, MediaSession, MediaStats, Pcm } from "../media/index.ts";
import type { LocalAudio, NegotiatedAudio } from "../sdp/index.ts";
import type { CallDelegate, CallEnd, OfferReply, SipReason } from "../sip/index.ts";
import type { DescribedHosts } from "./described-hosts.ts";
import type { LegEnd } from "./leg-end.ts";
import type { SessionDescriptions } from "./session-descriptions.ts";

/** What a leg tells its call. After `ended` only `heard` comes. */
export interface LegEvents {
  ringing(): void;
  /** Audio can flow before the answer. */
  earlyMedia(): void;
  answered(): void;
  ended(end: LegEnd): void;
  signalled(sipCallId: string): void;
  playbackStarted(playbackId: string): void;
  playbackFinished(playbackId: string): void;
  digit(digit: string): void;
  digitsSent(sendId: string): void;
  /** How the audio of its RTP session was, once that is closed. */
  heard(stats: MediaStats): void;
  /** The far end agreed to no telephone-events: its keys can only come by SIP INFO. Contract: sip-and-media-keys-in-audio */
  withoutEvents(): void;
}

/** The SIP dialog and the RTP session of one leg, as one thing. */
export interface LegHandle {
  /** The RTP session, once it is open. */
  readonly session: MediaSession | undefined;
  /** Ends the leg in whatever state it is. `reason`: of an end that is not a usual one, for the far end. */
  hangUp(reason?: SipReason): void;
  play(playbackId: string, pcm: Pcm, repeat: number): void;
  stopPlayback(playbackId: string): void;
  sendDigits(sendId: string, digits: string, toneMs: number, gapMs: number): void;
}

/** What both directions of a leg are made with. */
export interface LegParts {
  readonly sessionDescriptions: SessionDescriptions;
  readonly events: LegEvents;
  readonly clock: Clock;
  readonly log: Logger;
  /** Epoch milliseconds; the session id of our descriptions. */
  readonly at: number;
  readonly hosts: DescribedHosts;
}

/** What both directions of a leg share: it ends once, offers inside the dialog, the plain commands. */
export class LegCore implements LegHandle {
  readonly #parts: LegParts;
  #session: MediaSession | undefined;
  #address = "";
  #call: { hangUp(reason?: SipReason): void } | undefined;
  #signalledFrom: string | undefined;
  /** Our offer whose answer will come with an ACK. */
  #offeredForAck: LocalAudio | undefined;
  #sessionVersion = 0;
  /** Length of our packets. */
  #packetMs = 0;
  /** Until then the far end's phone plays the last packet of a prompt or key, on the monotonic clock. */
  #heardUntilMs = -Infinity;
  #isUp = false;
  #isOver = false;

  /** The part of the SIP delegate that both directions share. */
  readonly sipEvents: CallDelegate = {
    onOffer: (offer) => this.#answerOffer(offer),
    onAcknowledged: ({ sdp }) => this.#takeAck(sdp),
    onInfoDigit: (digit, durationMs) => this.#session?.signalKey(digit, durationMs),
    onEnded: (end) => {
      const reason = explainCallEnd(end);
      if (reason !== undefined) this.end(reason);
    },
  };
  readonly mediaEvents: MediaDelegate = {
    onPlaybackStarted: (playbackId) => this.#parts.events.playbackStarted(playbackId),
    onPlaybackFinished: (playbackId) => {
      this.#lastPacketLeft();
      this.#parts.events.playbackFinished(playbackId);
    },
    onDigit: (digit) => this.#parts.events.digit(digit),
    onDigitsSent: (sendId) => {
      if (this.#isOver) return;
      this.#lastPacketLeft();
      this.#parts.events.digitsSent(sendId);
    },
    // Before the answer nobody has to send anything.
    onRtpTimeout: () => this.#isUp && this.fail({ type: "no-media" }),
    onLost: () => this.fail({ type: "failed", why: "its media worker ended" }),
  };

  constructor(parts: LegParts) {
    this.#parts = parts;
  }

  /** Whether the leg was answered and its media started. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Whether the leg has ended, for whatever reason. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get session(): MediaSession | undefined {
    return this.#session;
  }

  /** Gives the leg its RTP session, in place of one that it may have had. `address` is what SDP names. */
  attachMedia(session: MediaSession, address: string): void {
    if (session !== this.#session) this.#closeSession();
    this.#session = session;
    this.#address = address;
  }

  /** Gives the leg its SIP dialog. `signalledFrom`: address of the far end of that. */
  attachCall(call: { readonly sipCallId: string; hangUp(reason?: SipReason): void }, signalledFrom?: string): void {
    this.#call = call;
    this.#signalledFrom = signalledFrom;
    this.#parts.events.signalled(call.sipCallId);
  }

  /** What our next description says: its version is one more than that of the last one that was sent. RFC 3264 §8 */
  #describeNext(): LocalAudio {
    return {
      address: this.#address,
      port: this.#session?.localPort ?? 0,
      // Contract: sip-and-media-a-law
      codecs: ["PCMU", "PCMA"],
      sessionId: String(this.#parts.at),
      sessionVersion: this.#sessionVersion + 1,
    };
  }

  /** Our description of an offer that is sent now. */
  describe(): LocalAudio {
    const next = this.#describeNext();
    this.#sessionVersion = next.sessionVersion;
    return next;
  }

  /** Makes an offer whose answer will come with an ACK. Contract: sip-and-media-offer-in-ack */
  offerForAck(): string {
    this.#offeredForAck = this.describe();
    return this.#parts.sessionDescriptions.createOffer(this.#offeredForAck);
  }

  /** Answers an offer. What cannot be answered leaves our next description as it was. */
  answerTo(offer: string): ReturnType<SessionDescriptions["answerOffer"]> {
    const next = this.#describeNext();
    const answer = this.#parts.sessionDescriptions.answerOffer(offer, next);
    if (answer.type === "agreed") this.#sessionVersion = next.sessionVersion;
    return answer;
  }

  /** Starts media with the answer to an offer of ours. False: it cannot be used, and the leg was ended. */
  takeAnswer(sdp: string | undefined, offered: LocalAudio): boolean {
    const answer = sdp === undefined ? undefined : this.#parts.sessionDescriptions.readAnswer(sdp, offered);
    if (answer?.type === "agreed") {
      this.startMedia(answer.audio);
      return true;
    }
    this.#parts.log.warn({ answer }, "the far end's answer has no audio that both sides can use");
    const why = answer?.type === "malformed" ? answer.why : undefined;
    this.fail(
      why === undefined
        ? { type: "no-common-codec" }
        : { type: "failed", why: `the SDP answer cannot be read: ${why}` },
    );
    return false;
  }

  /** The far end answered: starts media with its answer, and tells that. */
  comeUp(sdp: string | undefined, offered: LocalAudio): void {
    this.withHosts(sdp, (answer) => {
      if (this.takeAnswer(answer, offered)) this.up();
    });
  }

  /** Goes on with the far end's description once its host names are looked up, at once where it has none; not if the leg ends meanwhile. */
  withHosts<Sdp extends string | undefined>(sdp: Sdp, goOn: (sdp: Sdp | string) => void): void {
    if (this.#isOver) return;
    const { hosts, log } = this.#parts;
    if (sdp === undefined || !hosts.hasUnknown(sdp)) {
      goOn(sdp === undefined ? sdp : hosts.replace(sdp));
      return;
    }
    hosts
      .lookUp(sdp)
      .catch((error: unknown) => {
        log.warn({ why: errorMessage(error) }, "the far end's description names a host that is not found");
        return sdp;
      })
      .then((found) => {
        if (!this.#isOver) goOn(found);
      })
      .catch((error: unknown) => this.fail({ type: "failed", why: errorMessage(error) }));
  }

  /** Starts media, or changes it after a later offer. */
  startMedia(audio: NegotiatedAudio): void {
    this.#packetMs = audio.ptimeMs;
    if (audio.telephoneEventPayloadType === undefined) this.#parts.events.withoutEvents();
    this.#session?.start(audio, this.#signalledFrom);
  }

  /** Media can flow: tells it once. */
  up(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    this.#parts.events.answered();
  }

  /** Frees what the leg holds, without a word. */
  close(): void {
    this.#isOver = true;
    this.#closeSession();
  }

  #closeSession(): void {
    const { events, log } = this.#parts;
    this.#session
      ?.close()
      .then((stats) => events.heard(stats))
      .catch((error: unknown) => log.warn({ err: error }, "an RTP session did not close"));
  }

  /** The leg was ended by the far end, or before it could begin. */
  end(reason: LegEnd): void {
    if (this.#isOver) return;
    this.close();
    this.#parts.events.ended(reason);
  }

  /** Ends the leg for a reason of ours: the far end is told too. */
  fail(reason: LegEnd): void {
    if (this.#isOver) return;
    this.giveUp(reason);
    this.#parts.events.ended(reason);
  }

  /** Frees what the leg holds, and tells the far end. */
  protected giveUp(reason: LegEnd): void {
    this.hangUp(tellFarEnd(reason));
  }

  /** The BYE waits until the far end has heard what was sent; nothing else does. */
  hangUp(reason?: SipReason): void {
    if (this.#isOver) return;
    this.close();
    const { clock } = this.#parts;
    const waitMs = this.#heardUntilMs - clock.monotonicMs();
    if (waitMs > 0) clock.startTimer(waitMs, () => this.#call?.hangUp(reason));
    else this.#call?.hangUp(reason);
  }

  play(playbackId: string, pcm: Pcm, repeat: number): void {
    this.#session?.play(playbackId, pcm, repeat);
  }

  stopPlayback(playbackId: string): void {
    this.#session?.stopPlayback(playbackId);
  }

  sendDigits(sendId: string, digits: string, toneMs: number, gapMs: number): void {
    this.#session?.sendDigits(sendId, digits, toneMs, gapMs);
  }

  #lastPacketLeft(): void {
    this.#heardUntilMs = this.#parts.clock.monotonicMs() + this.#packetMs;
  }

  #answerOffer(written: string | undefined): OfferReply {
    if (this.#isOver || this.#session === undefined) return undefined;
    if (written === undefined) return this.offerForAck();
    const { sessionDescriptions, hosts } = this.#parts;
    const answer = this.answerTo(hosts.replace(written));
    if (answer.type !== "agreed") return { warning: sessionDescriptions.warningOf(answer) };
    this.startMedia(answer.audio);
    return answer.answer;
  }

  #takeAck(sdp: string | undefined): void {
    const offered = this.#offeredForAck;
    this.#offeredForAck = undefined;
    if (offered !== undefined) this.comeUp(sdp, offered);
  }
}

/** What the far end is told of an end for a reason of ours; undefined: nothing. */
export function tellFarEnd(end: LegEnd): SipReason | undefined {
  switch (end.type) {
    case "no-media":
      return { status: 408, text: "no RTP came" };
    case "no-common-codec":
      return { status: 488, text: "no common codec" };
    case "failed":
      return { status: 500, text: "the server failed" };
    default:
      return undefined;
  }
}

function explainCallEnd(end: CallEnd): LegEnd | undefined {
  switch (end.type) {
    case "local":
      return undefined;
    case "bye":
    case "cancelled":
    case "no-ack":
      return { type: end.type };
    case "rejected":
      return end.status === 488 ? { type: "no-common-codec" } : { type: "rejected", status: end.status };
    case "timeout":
      return { type: "unreachable", why: "no response" };
    case "transport":
      return { type: "unreachable", why: end.message };
    default:
      return end satisfies never;
  }
}
