import { errorMessage } from "../kernel/index.ts";
import type { MediaSession, SourceRule } from "../media/index.ts";
import type {
  AskedMediaKey,
  AudioCodec,
  BrowserNearEnd,
  CodecPreferences,
  Description,
  LocalAudio,
  NegotiatedAudio,
  SrtpPolicy,
} from "../sdp/index.ts";
import type { LegEnd } from "./leg-end.ts";
import { keyForAnswer, keysForOffer } from "./media-keys.ts";
import type { SessionDescriptions } from "./session-descriptions.ts";
import type { AudioWish, LegEncryption, LegMedia, LegParts } from "./types.ts";

const anotherBrowser =
  "a later description has the a=fingerprint of the first: a browser's audio cannot go to another one";

/** Our answer to an offer, and what was agreed by it; or why there is none. */
export type OfferAnswer = ReturnType<SessionDescriptions["answerOffer"]>;
type Refused = Exclude<OfferAnswer, { type: "agreed" }>;

/** The RTP session of a leg with its offers and answers. */
export class LegAudio {
  readonly #parts: LegParts;
  #preferences: CodecPreferences;
  #session: MediaSession | undefined;
  /** The session whose audio has begun to flow. */
  #flowing: MediaSession | undefined;
  #address: LegMedia["address"] = () => "";
  #browser: BrowserNearEnd | undefined;
  #newNames: LegMedia["newNames"];
  /** The one that the far end has agreed to send to. */
  #knownAddress: string | undefined;
  /** That which it was told first. */
  #origin: string | undefined;
  /** Address that the far end's signalling comes from. */
  #signalledFrom: string | undefined;
  #sourceRule: SourceRule | undefined;
  #sessionVersion = 0;
  /** Length of our packets. */
  #packetMs = 0;
  #codec: AudioCodec["name"] | undefined;
  #isMultiplexed = false;
  /** What was agreed last. */
  #agreed: NegotiatedAudio | undefined;
  #isQuiet = false;
  /** The far end is held by us. */
  #isHeld = false;
  #srtp: SrtpPolicy;
  /** What our next offer has. */
  #offersSrtp: boolean;
  /** Why audio is in the clear, though encrypted audio was offered. */
  #inTheClear: string | undefined;
  #toldEncryption: LegEncryption | undefined;
  /** Until then the far end's phone plays the last packet of a prompt or key, on the monotonic clock. */
  #heardUntilMs = -Infinity;
  #isClosed = false;
  /** Work that must end before everything is released. Never rejects. */
  readonly #open: Promise<unknown>[] = [];

  constructor(parts: LegParts) {
    this.#parts = parts;
    this.#preferences = parts;
    this.#srtp = parts.srtp ?? "never";
    this.#offersSrtp = this.#srtp === "required";
  }

  /** Whether audio is encrypted with this far end, and whether our offers are.
   * @param instead why they are not, though the far end was offered it before */
  encrypt(srtp: SrtpPolicy, offersSrtp: boolean, instead?: string): void {
    this.#srtp = srtp;
    this.#offersSrtp = offersSrtp;
    this.#inTheClear = instead;
  }

  /** What our next description names. */
  address(): string {
    return this.#address();
  }

  get session(): MediaSession | undefined {
    return this.#session;
  }

  /** Takes the RTP session that is being opened. False: the leg has ended meanwhile, and it is closed. Rejects as the opening does. */
  open(opening: Promise<LegMedia>): Promise<boolean> {
    const opened = opening.then((media) => {
      this.attach(media);
      if (this.#isClosed) this.#closeSession();
      return !this.#isClosed;
    });
    this.#open.push(opened.catch(() => undefined));
    return opened;
  }

  /** Sets the RTP session in place of one that there may have been. */
  attach(media: LegMedia): void {
    const { session, address } = media;
    const isSame = session === this.#session;
    if (!isSame) this.#closeSession();
    this.#session = session;
    this.#address = address;
    if (media.browser === undefined && isSame) return;
    this.#browser = media.browser;
    this.#newNames = media.newNames;
  }

  /** Whether the far end is a browser: its audio flows once keys are agreed. */
  get isOfBrowser(): boolean {
    return this.#browser !== undefined;
  }

  /** @param host address of the far end's signalling */
  expectFrom(host: string | undefined, rule = this.#parts.sourceRule): void {
    this.#signalledFrom = host;
    this.#sourceRule = rule;
  }

  /** Takes other preferences than those of the leg for what it says from now on; undefined: those of the leg. */
  prefer(codecs: CodecPreferences | undefined): void {
    this.#preferences = codecs ?? this.#parts;
  }

  /** What our next description says: its version is one more than that of the last one that was sent. RFC 3264 §8 */
  #describeNext(mediaKey: (asked: AskedMediaKey) => Uint8Array, wish: AudioWish = {}): LocalAudio {
    const { order, lastResort } = this.#preferences;
    const { codecs = this.#preferences.codecs, isHeld = this.#isHeld } = wish;
    const isSecure = this.#agreed?.security !== undefined;
    const spoken = wish.codecs === undefined ? this.#codec : undefined;
    return {
      address: this.#address(),
      origin: this.#origin,
      port: this.#session?.localPort ?? 0,
      // What is spoken goes on being offered, though it was a last resort.
      codecs: spoken === undefined || codecs.includes(spoken) ? codecs : [...codecs, spoken],
      sessionId: String(this.#parts.at),
      sessionVersion: this.#sessionVersion + 1,
      isMultiplexed: this.#isMultiplexed,
      direction: isHeld ? "sendonly" : "sendrecv",
      // What is encrypted stays so, whoever describes it next.
      srtp: isSecure ? "required" : this.#srtp,
      offersSrtp: isSecure || this.#offersSrtp,
      mediaKey,
      browser: this.#browser,
      browserSections: this.#agreed?.browser?.sections,
      ...(order === undefined ? {} : { order }),
      ...(lastResort === undefined ? {} : { lastResort }),
    };
  }

  /** Makes an offer that is sent now. `offered`: what its answer is read with. */
  offer(): { readonly sdp: string; readonly offered: LocalAudio } {
    return this.#send(this.#describeNext(keysForOffer()));
  }

  /** The same for what the owner wishes. A far end that holds us and is held gets nothing. RFC 3264 §8.4 */
  offerChange(wish: AudioWish): { readonly sdp: string; readonly offered: LocalAudio } {
    const { security, direction } = this.#agreed ?? {};
    const next = this.#describeNext(keysForOffer(security), wish);
    const isStill = direction === "recvonly" || direction === "inactive";
    return this.#send(next.direction === "sendonly" && isStill ? { ...next, direction: "inactive" } : next);
  }

  #tellAddress({ address }: LocalAudio): void {
    this.#knownAddress = address;
    this.#origin ??= address;
  }

  /** Whether our audio is at another address than the far end was told. */
  get hasMoved(): boolean {
    return this.#knownAddress !== undefined && this.#knownAddress !== this.#address();
  }

  /** The far end has taken what the owner wished. */
  keep({ isHeld = this.#isHeld, codecs = this.#preferences.codecs }: AudioWish): void {
    this.#isHeld = isHeld;
    this.#preferences = { ...this.#preferences, codecs };
  }

  #send(offered: LocalAudio): { readonly sdp: string; readonly offered: LocalAudio } {
    this.#sessionVersion = offered.sessionVersion;
    return { sdp: this.#parts.sessionDescriptions.createOffer(offered), offered };
  }

  /** Answers an offer. What cannot be answered leaves our next description as it was. */
  answer(offer: string | Description): OfferAnswer {
    const next = this.#describeNext(keyForAnswer(this.#agreed?.security));
    const answer = this.#parts.sessionDescriptions.answerOffer(offer, next);
    if (answer.type !== "agreed") return answer;
    const far = this.#whichBrowser(answer.audio);
    if (far === "another") return { type: "no-audio", why: anotherBrowser, warningCode: 304 };
    if (far === "anew") return this.#answerAnew(offer, next);
    return this.#answered(next, answer);
  }

  #answered(next: LocalAudio, answer: OfferAnswer): OfferAnswer {
    if (answer.type !== "agreed") return answer;
    this.#sessionVersion = next.sessionVersion;
    this.#tellAddress(next);
    return answer;
  }

  /** Whether a description is of the browser that there was, and whether that begins ICE anew, as after a change of its network. RFC 8839 §4.4.1.1.1 */
  #whichBrowser({ browser }: NegotiatedAudio): "same" | "anew" | "another" {
    const before = this.#agreed?.browser;
    if (before === undefined || browser === undefined) return "same";
    if (before.fingerprint !== browser.fingerprint) return "another";
    return before.iceUfrag === browser.iceUfrag ? "same" : "anew";
  }

  /** Our answer has other names too: by these, its checks are known as those of its new beginning. RFC 8445 §9 */
  #answerAnew(offer: string | Description, before: LocalAudio): OfferAnswer {
    const near = this.#newNames?.();
    if (near === undefined || this.#browser === undefined)
      return { type: "no-audio", why: anotherBrowser, warningCode: 304 };
    const browser = { ...this.#browser, ...near };
    const next = { ...before, browser };
    const answer = this.#parts.sessionDescriptions.answerOffer(offer, next);
    if (answer.type !== "agreed" || answer.audio.browser === undefined) return answer;
    this.#browser = browser;
    return this.#answered(next, { ...answer, audio: { ...answer.audio, browser: { ...answer.audio.browser, near } } });
  }

  /** Starts media with the answer to our offer. Returns why it cannot. */
  takeAnswer(sdp: string | undefined, offered: LocalAudio): LegEnd | undefined {
    const answer = sdp === undefined ? undefined : this.#parts.sessionDescriptions.readAnswer(sdp, offered);
    if (answer?.type === "agreed") {
      if (offered.offersSrtp === true && answer.audio.security === undefined) {
        this.#inTheClear = "the far end answered an offer of encrypted audio in the clear";
      }
      this.#tellAddress(offered);
      this.start(answer.audio);
      return undefined;
    }
    this.#parts.log.warn({ answer }, "the far end's answer has no audio that both sides can use");
    if (answer === undefined) return { type: "no-common-codec", why: "the answer has no session description" };
    if (answer.type !== "malformed") return withoutAudio(answer);
    return { type: "failed", why: `the SDP answer cannot be read: ${answer.why}` };
  }

  /** Changes media by the answer to a description of ours that was sent again as it was. One that cannot be used changes nothing. */
  takeAnswerAgain(sdp: string): void {
    const { security } = this.#agreed ?? {};
    const offered = this.#describeNext(() => security?.sent ?? new Uint8Array());
    const answer = this.#parts.sessionDescriptions.readAnswer(sdp, { ...offered, repeats: security });
    if (answer.type === "agreed") this.start(answer.audio);
    else
      this.#parts.log.warn({ answer }, "the far end's answer to a refresh cannot be used; the call goes on as it was");
  }

  /** Starts media, or changes it after a later offer. */
  start(audio: NegotiatedAudio): void {
    this.#agreed = audio;
    this.#packetMs = audio.ptimeMs;
    this.#codec = audio.codec.name;
    this.#isMultiplexed = audio.isMultiplexed === true;
    const spoken: NegotiatedAudio = this.#isQuiet ? { ...audio, direction: "recvonly" } : audio;
    this.#session?.start(spoken, this.#signalledFrom, this.#sourceRule);
    if (this.#session !== undefined && this.#session !== this.#flowing) {
      this.#flowing = this.#session;
      this.#parts.events.audioFlows?.(this.#session);
    }
    this.#tellEncryption(audio.security?.suite ?? (audio.browser === undefined ? "none" : "DTLS-SRTP"));
  }

  /** Whether nothing is sent, whatever was and will be agreed: the far end's phone is to play its own ringback. RFC 3960 §3.2 */
  setQuiet(isQuiet: boolean): void {
    if (isQuiet === this.#isQuiet) return;
    this.#isQuiet = isQuiet;
    if (this.#agreed !== undefined) this.start(this.#agreed);
  }

  #tellEncryption(suite: LegEncryption["sent"]): void {
    const instead = suite === "none" ? this.#inTheClear : undefined;
    const before = this.#toldEncryption;
    if (before !== undefined && before.sent === suite && before.instead === instead) return;
    this.#toldEncryption = { sent: suite, received: suite, ...(instead === undefined ? {} : { instead }) };
    this.#parts.events.encrypted?.(this.#toldEncryption);
  }

  /** The last packet of a prompt or key has left. */
  lastPacketLeft(): void {
    this.#heardUntilMs = this.#parts.clock.monotonicMs() + this.#packetMs;
  }

  /** Milliseconds until the far end has heard what was sent. */
  unheardMs(): number {
    return this.#heardUntilMs - this.#parts.clock.monotonicMs();
  }

  /** Starts what was agreed last once more, after another leg had the RTP session. */
  restart(): void {
    if (this.#agreed !== undefined) this.start(this.#agreed);
  }

  /** Leaves the RTP session to another leg, as it is. */
  detach(): void {
    this.#session = undefined;
  }

  /** Closes the RTP session, also one that is still being opened. */
  close(): void {
    this.#isClosed = true;
    this.#closeSession();
  }

  /** Resolves when nothing is open any more. */
  async whenClosed(): Promise<void> {
    while (this.#open.length > 0) await this.#open.pop();
  }

  #closeSession(): void {
    const { events, log } = this.#parts;
    const closed = this.#session
      ?.close()
      .then((stats) => events.heard?.(stats))
      .catch((error: unknown) => log.warn({ why: errorMessage(error) }, "an RTP session did not close"));
    if (closed !== undefined) this.#open.push(closed);
  }
}

/** The end of a leg whose far end has no usable audio. */
export function withoutAudio(refused: Refused): LegEnd {
  if (refused.type !== "no-common-codec") return { type: "no-common-codec", why: refused.why };
  return { type: "no-common-codec", why: `the far end has ${refused.offered.join(", ") || "none"}` };
}
