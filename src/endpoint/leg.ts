import { errorMessage, type Timer } from "../kernel/index.ts";
import type { AudioProblem, BrowserDelegate, MediaSession, Pcm, SourceRule } from "../media/index.ts";
import type { LocalAudio } from "../sdp/index.ts";
import type {
  CallDelegate,
  CallEnd,
  IncomingCall,
  OfferOutcome,
  OfferReply,
  SipReason,
  TransferReply,
  TransferRequest,
} from "../sip/index.ts";
import { LegAudio } from "./leg-audio.ts";
import { endOfDialog, tellFarEnd, type EndpointEnd, type LegEnd } from "./leg-end.ts";
import type { AudioWish, LegHandle, LegParts } from "./types.ts";

/** The SIP side of a leg. */
interface Dialog {
  hangUp(reason?: SipReason): void;
  renegotiate(): void;
}

/** A wish of the owner on its way to the far end. */
interface Change {
  readonly wish: AudioWish;
  /** Our last offer for it; undefined: it was not written yet. */
  offered: LocalAudio | undefined;
  readonly settled: (whyNot: string | undefined) => void;
}

const callOver = "the call is over";
/** How long a browser that has left its audio has to say so by a BYE. */
const longestFarewellMs = 1_000;
const browserStays = "a browser's audio cannot be given to another party";
/** Addresses of this machine, and of names that it advertises, may change. */
const lookEveryMs = 20_000;

/** What both directions of a leg share: one dialog, one RTP session, one answer, one end. Both tell it what happens there. */
export class LegCore implements LegHandle, BrowserDelegate, CallDelegate {
  readonly #parts: LegParts;
  protected readonly audio: LegAudio;
  #dialog: Dialog | undefined;
  /** Our offer whose answer will come with an ACK. */
  #offeredForAck: LocalAudio | undefined;
  #change: Change | undefined;
  #isUp = false;
  /** Audio of a browser flows. */
  #isConnected = false;
  /** The leg is up as soon as it does. */
  #isUpOnConnected = false;
  /** Until it is looked whether our address is another. */
  #addressTimer: Timer | undefined;
  #isOver = false;
  /** The leg that is to take this one's place, or has. */
  #heir: LegCore | undefined;
  /** How the far end left while that was called. */
  #goneWith: CallEnd | undefined;
  /** Whether the RTP session is that of a leg whose place this one has not taken yet. */
  #isHeir = false;
  /** Of a BYE that waits. */
  #saidGoodbye: Promise<void> | undefined;

  constructor(parts: LegParts) {
    this.#parts = parts;
    this.audio = new LegAudio(parts);
  }

  onPlaybackStarted(playbackId: string): void {
    this.#parts.events.playbackStarted?.(playbackId);
  }

  onPlaybackFinished(playbackId: string): void {
    this.#holder().audio.lastPacketLeft();
    this.#parts.events.playbackFinished?.(playbackId);
  }

  onDigit(digit: string): void {
    this.#parts.events.digit?.(digit);
  }

  onDigitsSent(sendId: string): void {
    this.#holder().audio.lastPacketLeft();
    this.#parts.events.digitsSent?.(sendId);
  }

  /** Before the answer nobody has to send anything. */
  onRtpTimeout(): void {
    if (this.#holder().#isUp) this.#holder().fail({ type: "no-media" });
  }

  onAudioProblem(problem: AudioProblem): void {
    this.#parts.events.audioProblem?.(problem);
  }

  onConnected(): void {
    this.#isConnected = true;
    if (this.#isUpOnConnected && !this.#isOver) this.up();
  }

  /** A browser whose page is gone, or hangs up, ends its audio first. */
  onLost(why: string | undefined): void {
    const holder = this.#holder();
    if (why === undefined || !this.audio.isOfBrowser)
      return holder.fail({ type: "failed", why: "its media worker ended" });
    this.#parts.log.info({ why }, "a browser's audio has ended");
    this.#parts.clock.startTimer(longestFarewellMs, () => holder.fail({ type: "no-media" }));
    return undefined;
  }

  /** Whether the leg was answered and its media started. */
  get isUp(): boolean {
    return this.#isUp;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether another leg is to take this one's place. */
  get hasHeir(): boolean {
    return this.#heir !== undefined;
  }

  get session(): MediaSession | undefined {
    return this.audio.session;
  }

  /** Gives the leg its SIP dialog. `signalledFrom`: address of the far end of that. */
  protected attachDialog(dialog: Dialog, signalledFrom: string, rule?: SourceRule): void {
    this.#dialog = dialog;
    this.audio.expectFrom(signalledFrom, rule);
  }

  /** Makes an offer for a 200, or for a reliable 180; its answer will come with the ACK or PRACK. */
  protected offerForAck(): string {
    const { sdp, offered } = this.audio.offer();
    this.#offeredForAck = offered;
    return sdp;
  }

  /** Whether our offer waits for its answer. */
  protected get hasOffered(): boolean {
    return this.#offeredForAck !== undefined;
  }

  /** The answer to our offer came, perhaps before ours to the call: `goOn` once it can be used. */
  protected takeOfferedAnswer(sdp: string | undefined, goOn: () => void): void {
    const offered = this.#offeredForAck;
    this.#offeredForAck = undefined;
    if (offered !== undefined) this.#takeAnswer(sdp, offered, goOn);
  }

  /** The far end answered: starts media with its answer, and tells that. */
  protected comeUp(sdp: string | undefined, offered: LocalAudio): void {
    this.#takeAnswer(sdp, offered, () => this.up());
  }

  #takeAnswer(sdp: string | undefined, offered: LocalAudio, goOn: () => void): void {
    this.withHosts(sdp, (answer) => {
      const end = this.audio.takeAnswer(answer, offered);
      if (end === undefined) goOn();
      else this.fail(end);
    });
  }

  /** Goes on with the far end's description once its host names are looked up, at once where it has none; not if the leg ends meanwhile. */
  protected withHosts<Sdp extends string | undefined>(sdp: Sdp, goOn: (sdp: Sdp | string) => void): void {
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

  /** Reports once that media can flow: what was said to a browser before that, nobody would hear. */
  protected up(): void {
    if (this.#isUp) return;
    this.#isUpOnConnected = this.audio.isOfBrowser && !this.#isConnected;
    if (this.#isUpOnConnected) return;
    this.#isUp = true;
    this.session?.answered();
    this.#followAddress();
    this.#parts.events.answered();
  }

  /** Tells the far end where our audio is when that changes while the call goes on. RFC 3264 §8.3.1 */
  #followAddress(): void {
    this.#addressTimer = this.#parts.clock.startTimer(lookEveryMs, () => {
      this.#followAddress();
      if (this.#heir !== undefined || this.#change !== undefined || !this.audio.hasMoved) return;
      const { log } = this.#parts;
      const address = this.audio.address();
      this.change({}, (whyNot) => {
        if (whyNot === undefined) log.info({ address }, "the far end was told our other address for its audio");
        else log.warn({ address, why: whyNot }, "the far end does not know our other address for its audio");
      });
    });
  }

  /** The BYE waits until the far end has heard what was sent; nothing else does. */
  hangUp(reason?: SipReason): void {
    this.#finish({ type: "local" }, () => this.#sayGoodbye(reason));
  }

  /** Ends the leg for a reason of this server, and tells the far end. */
  fail(end: LegEnd): void {
    this.#finish(end, () => {
      this.refuse(end);
      this.#sayGoodbye(tellFarEnd(end));
    });
  }

  /** The far end ended the leg, or it could not begin. `dialog`: as in `LegEvents.ended`. */
  end(end: EndpointEnd, dialog?: CallEnd): void {
    this.#finish(end, undefined, dialog);
  }

  /** Refuses what the far end may still wait for, before a BYE or CANCEL. */
  protected refuse(_end: LegEnd): void {}

  /** The leg is over: gives back what only its kind holds. */
  protected onOver(): void {}

  /** The owner ends an unanswered leg in another way than by hanging up. */
  protected endBy(tell: () => void): void {
    this.#finish({ type: "local" }, tell);
  }

  /** Ends a leg: releases what it holds, tells the far end, then the owner. Only the first call counts. */
  #finish(end: EndpointEnd, tell: (() => void) | undefined, dialog: CallEnd = { type: "local" }): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { events } = this.#parts;
    events.ending?.(this.session);
    this.#heir?.hangUp();
    if (this.#isHeir) this.audio.detach();
    this.#addressTimer?.cancel();
    this.audio.close();
    tell?.();
    this.#settleChange(callOver);
    this.onOver();
    events.ended(end, dialog);
  }

  /** What a leg in this one's place is made with. */
  get legacy(): LegParts {
    return this.#parts;
  }

  /** Lets another leg be called that is to take this one's place: until then the end of the dialog ends nothing. */
  promise(heir: LegCore): void {
    this.#heir = heir;
    heir.#isHeir = true;
  }

  /** The heir came to nothing: the leg goes on as it was, or ends as its far end has meanwhile. */
  keep(): void {
    this.#heir = undefined;
    if (this.#isOver) return;
    if (this.#goneWith === undefined) this.audio.restart();
    else this.end(endOfDialog(this.#goneWith), this.#goneWith);
  }

  /** The heir has taken the place of this leg, and all that it is told from now on. The far end is hung up. */
  giveAway(): void {
    if (this.#isOver || this.#heir === undefined) return;
    this.#isOver = true;
    this.#heir.#isHeir = false;
    this.#addressTimer?.cancel();
    this.audio.detach();
    this.#dialog?.hangUp();
    this.#settleChange(callOver);
    this.onOver();
  }

  onEnded(end: CallEnd): void {
    if (this.#heir === undefined || this.#isOver) this.end(endOfDialog(end), end);
    else this.#goneWith = end;
  }

  /** Who has the RTP session now. */
  #holder(): LegCore {
    return this.#isOver && this.#heir !== undefined ? this.#heir.#holder() : this;
  }

  async whenReleased(): Promise<void> {
    await this.audio.whenClosed();
    await this.#saidGoodbye;
  }

  #sayGoodbye(reason: SipReason | undefined): void {
    const waitMs = this.audio.unheardMs();
    if (waitMs <= 0) {
      this.#dialog?.hangUp(reason);
      return;
    }
    this.#saidGoodbye = new Promise((resolve) => {
      this.#parts.clock.startTimer(waitMs, () => {
        this.#dialog?.hangUp(reason);
        resolve();
      });
    });
  }

  play(playbackId: string, pcm: Pcm, repeat: number): void {
    this.session?.play(playbackId, pcm, repeat);
  }

  stopPlayback(playbackId: string): void {
    this.session?.stopPlayback(playbackId);
  }

  sendDigits(sendId: string, digits: string, toneMs: number, gapMs: number): void {
    this.session?.sendDigits(sendId, digits, toneMs, gapMs);
  }

  suppressNoise(isOn: boolean): void {
    this.session?.suppressNoise(isOn);
  }

  /** Offers the far end, in a re-INVITE, to go on as the owner wishes; it may answer something in between. What it refuses stays as it was.
   * @param settled told once: why it is as it was, or undefined */
  change(wish: AudioWish, settled: (whyNot: string | undefined) => void): void {
    if (this.#isOver) return settled(callOver);
    if (!this.#isUp || this.#heir !== undefined) return settled("the call is not answered");
    if (this.#change !== undefined) return settled("another change is on its way");
    this.#change = { wish, offered: undefined, settled };
    this.#dialog?.renegotiate();
  }

  onOfferDue(): string | undefined {
    if (this.#change === undefined || this.session === undefined) return undefined;
    const { sdp, offered } = this.audio.offerChange(this.#change.wish);
    this.#change.offered = offered;
    return sdp;
  }

  onOfferSettled(outcome: OfferOutcome): void {
    const { wish, offered } = this.#change ?? {};
    if (wish === undefined || offered === undefined) return;
    if (outcome.type === "refused") return this.#settleChange(`the far end refused it with ${outcome.status}`);
    this.#takeAnswer(outcome.sdp, offered, () => {
      this.audio.keep(wish);
      this.#settleChange(undefined);
    });
  }

  #settleChange(whyNot: string | undefined): void {
    const change = this.#change;
    this.#change = undefined;
    change?.settled(whyNot);
  }

  onOffer(written: string | undefined): OfferReply {
    if (this.#isOver || this.session === undefined) return undefined;
    if (written === undefined) return this.offerForAck();
    const { sessionDescriptions, hosts } = this.#parts;
    const answer = this.audio.answer(hosts.replace(written));
    if (answer.type !== "agreed") return { warning: sessionDescriptions.warningOf(answer) };
    this.audio.start(answer.audio);
    return answer.answer;
  }

  onAcknowledged({ sdp }: { readonly sdp: string | undefined }): void {
    this.takeOfferedAnswer(sdp, () => this.up());
  }

  onRefreshed({ sdp }: { readonly sdp: string }): void {
    this.withHosts(sdp, (answer) => this.audio.takeAnswerAgain(answer));
  }

  onInfoDigit(digit: string, durationMs: number): void {
    this.session?.signalKey(digit, durationMs);
  }

  onTransfer(request: TransferRequest, reply: TransferReply): void {
    const { events } = this.#parts;
    if (this.audio.isOfBrowser) reply.refuse(browserStays);
    else if (events.transfer === undefined) reply.refuse("nobody is transferred here");
    else events.transfer(request, reply);
  }

  /** The RTP session of a browser cannot go on with a telephone. */
  onReplace(call: IncomingCall): { readonly whyNot: string | undefined } {
    if (this.audio.isOfBrowser) return { whyNot: browserStays };
    return this.#parts.events.replace?.(call) ?? { whyNot: "nobody is replaced here" };
  }
}
