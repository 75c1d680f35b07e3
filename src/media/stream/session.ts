import { createFarEnd, type FarEnd } from "../link/far-end.ts";
import { isRtcp, readUint32 } from "./packet.ts";
import { createKeyGate, type KeyGate } from "../node/keys/key-gate.ts";
import type { PressListener } from "../node/keys/digit-receiver.ts";
import { createAudioWatch, type AudioWatch, type SessionView } from "./audio-watch.ts";
import { createReporter, type Reporter } from "./reporter.ts";
import { sessionStats } from "./session-stats.ts";
import { samplesOf, type HeardPacket } from "./heard-packet.ts";
import { createRtpReceiver, type RtpReceiver } from "./receiver.ts";
import { createRtpSender, type PassedKeys, type RtpSender } from "./sender.ts";
import { SAMPLES_PER_MS } from "../pcm.ts";
import type { PacketAddress, PacketSocket, PacketDestination } from "../io/packet-io.ts";
import type { Recorder } from "../node/recorder/recorder.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";
import type { AudioProblem } from "./audio-problems.ts";
import type { PacketCounts } from "./packet-counts.ts";
import type { SoundMeter } from "./sound-meter.ts";
import type { MediaStats, Pcm } from "../types.ts";
import type { Ticking } from "../worker/ticker.ts";

/** What a session tells its owner. */
export interface RtpSessionEvents {
  onPlaybackStarted(playbackId: string): void;
  onPlaybackFinished(playbackId: string): void;
  onDigit(digit: string, durationMs: number): void;
  onDigitsSent(sendId: string): void;
  onRtpTimeout(): void;
  /** Once for each type and direction. */
  onAudioProblem(problem: AudioProblem): void;
}

/** What a session takes from outside, so that tests decide it. */
export interface RtpSessionSetting {
  /** 0: never, both. */
  readonly rtpTimeoutMs: number;
  readonly holdTimeoutMs: number;
  /** Epoch time at monotonic 0. */
  readonly wallStartMs: number;
  readonly cname: string;
  readonly randomUint32: () => number;
  /** Whether an address is one of this machine's. */
  readonly isOwnAddress: (address: string) => boolean;
  /** Packets of all sessions. */
  readonly counts?: PacketCounts;
}

/** One RTP session inside a worker: sending, receiving, reports and silence watch, driven by ticks and datagrams. */
export interface RtpSession extends Ticking {
  /** @param signalledFrom address that the description came from; undefined when nobody knows */
  configure(audio: NegotiatedAudio, signalledFrom: string | undefined, nowMs: number): void;
  play(playbackId: string, samples: Int16Array, repeat: number, growth?: Int32Array): void;
  stopPlayback(playbackId: string): void;
  sendDigits(sendId: string, digits: string, toneMs: number, gapMs: number): void;
  /** A key that came by SIP INFO. */
  signalKey(digit: string, durationMs: number, nowMs: number): void;
  /** A datagram on either port. RFC 5761 §4 tells RTP and RTCP apart. */
  receive(packet: Uint8Array, source: PacketAddress, nowMs: number): void;
  isSilent(): boolean;
  /** Lets the far ends of both sessions hear each other, until one of them is told to `part`. */
  join(other: RtpSession): void;
  part(): void;
  startCapture(): void;
  stopCapture(): Pcm;
  /** Gives a recorder all that is heard and sent from now on. */
  addRecorder(recorder: Recorder): void;
  removeRecorder(recorder: Recorder): void;
  /** The leg was answered: from now on silence is watched for. */
  answered(nowMs: number): void;
  stats(): MediaStats;
  /** Sends the last report with a BYE, and tells digits that have all left and what is wrong with the audio. RFC 3550 §6.6 */
  sayGoodbye(nowMs: number): void;
}

/** Makes a session on two bound sockets; nothing is sent before `configure`. */
export function createRtpSession(
  sockets: { readonly rtp: PacketSocket; readonly rtcp: PacketSocket },
  events: RtpSessionEvents,
  setting: RtpSessionSetting,
): RtpSession {
  return new Session(sockets, events, setting);
}

class Session implements RtpSession {
  readonly #rtp: PacketSocket;
  readonly #rtcp: PacketSocket;
  readonly #events: RtpSessionEvents;
  readonly #setting: RtpSessionSetting;
  readonly #sender: RtpSender;
  readonly #receiver: RtpReceiver;
  readonly #watch: AudioWatch;
  /** In the order in which they were agreed. */
  #codecs: readonly NegotiatedAudio["codec"]["name"][] = [];
  #audio: NegotiatedAudio | undefined;
  #reporter: Reporter | undefined;
  readonly #farEnd: FarEnd;
  #destination: PacketDestination | undefined;
  #keyGate: KeyGate = createKeyGate();
  /** The current press was not reported before. */
  #isKeyCounted = false;
  #lifeMs = 0;
  #isTimeoutTold = false;
  #worstLatenessMs = 0;
  #ticksSkipped = 0;
  /** The other session of a bridge. */
  #partner: Session | undefined;
  /** Empty in most sessions. */
  #recorders: readonly Recorder[] = [];

  constructor(
    sockets: { readonly rtp: PacketSocket; readonly rtcp: PacketSocket },
    events: RtpSessionEvents,
    setting: RtpSessionSetting,
  ) {
    this.#rtp = sockets.rtp;
    this.#rtcp = sockets.rtcp;
    this.#events = events;
    this.#setting = setting;
    this.#sender = createRtpSender(setting.randomUint32, (sendId) => events.onDigitsSent(sendId));
    const ports = [sockets.rtp.port, sockets.rtcp.port];
    this.#farEnd = createFarEnd({ ports, isOwnAddress: setting.isOwnAddress });
    this.#watch = createAudioWatch(setting.counts);
    const presses: PressListener = {
      begins: (digit, ticks, packet, nowMs) => {
        this.#isKeyCounted = this.#keyGate.pressBegins(digit, nowMs);
        if (this.#isKeyCounted) this.#listener()?.begin(digit, ticks, packet);
      },
      goesOn: (ticks) => this.#isKeyCounted && this.#passedKeys()?.grow(ticks),
      ended: (digit, ticks) => this.#isKeyCounted && this.#pressEnded(digit, Math.round(ticks / SAMPLES_PER_MS)),
    };
    this.#receiver = createRtpReceiver(this.#farEnd, presses, this.#watch);
  }

  configure(audio: NegotiatedAudio, signalledFrom: string | undefined, nowMs: number): void {
    this.#lifeMs = nowMs;
    this.#isTimeoutTold = false;
    const before = this.#audio;
    if (before?.remoteAddress !== audio.remoteAddress) this.#keyGate = createKeyGate();
    this.#audio = audio;
    this.#sender.configure(audio);
    this.#receiver.configure(audio);
    this.#watch.configure(audio.direction, nowMs);
    if (this.#codecs.at(-1) !== audio.codec.name) this.#codecs = [...this.#codecs, audio.codec.name];
    this.#farEnd.configure(audio, signalledFrom, nowMs);
    this.#aim();
    this.#reporter ??= createReporter({
      cname: this.#setting.cname,
      reception: this.#receiver.reception,
      nowMs,
      wallStartMs: this.#setting.wallStartMs,
      random: () => this.#setting.randomUint32() / 0x1_0000_0000,
    });
  }

  play(playbackId: string, samples: Int16Array, repeat: number, growth?: Int32Array): void {
    this.#sender.play({
      id: playbackId,
      samples,
      growth,
      repeat,
      onStarted: () => this.#events.onPlaybackStarted(playbackId),
      onFinished: () => this.#events.onPlaybackFinished(playbackId),
    });
  }

  stopPlayback(playbackId: string): void {
    this.#sender.stop(playbackId);
  }

  sendDigits(sendId: string, digits: string, toneMs: number, gapMs: number): void {
    this.#sender.sendDigits(sendId, digits, toneMs, gapMs);
  }

  signalKey(digit: string, durationMs: number, nowMs: number): void {
    if (!this.#keyGate.keySignalled(digit, nowMs)) return;
    for (const recorder of this.#recorders) recorder.signalledDigit(digit, nowMs);
    this.#listener()?.add(digit, durationMs);
    this.#tellDigit(digit, durationMs);
  }

  tick(missedTicks: number, latenessMs: number, nowMs: number): void {
    this.#receiver.tick(nowMs);
    this.#watchSilence(nowMs);
    this.#sender.nextKeys((key) => this.#destination !== undefined && this.#send(key, this.#destination, nowMs));
    const packet = this.#sender.next(missedTicks);
    if (packet !== undefined && this.#destination !== undefined) {
      this.#send(packet, this.#destination, nowMs);
      if (latenessMs > this.#worstLatenessMs) this.#worstLatenessMs = latenessMs;
    }
    this.#ticksSkipped += missedTicks;
    for (const recorder of this.#recorders) recorder.tick(nowMs);
    if (this.#reporter?.isDue(nowMs) === true) this.#report(nowMs, false);
    for (const problem of this.#watch.look(this.#view, nowMs)) this.#events.onAudioProblem(problem);
  }

  receive(packet: Uint8Array, source: PacketAddress, nowMs: number): void {
    if (isRtcp(packet)) {
      this.#receiveReport(packet, source, nowMs);
      return;
    }
    const heard = this.#receiver.packet(packet, source, nowMs);
    if (heard === undefined) return;
    this.#lifeMs = nowMs;
    this.#aim();
    if (this.#watch.incoming.isDue()) meter(this.#watch.incoming, heard, nowMs);
    for (const recorder of this.#recorders) recorder.incoming(heard, nowMs);
    if (this.#partner !== undefined && this.#isOpenTo(this.#partner)) this.#partner.#pass(heard, nowMs);
    if (heard.kind === "event") this.#receiver.event(heard, nowMs);
  }

  join(other: RtpSession): void {
    if (!(other instanceof Session) || other === this) return;
    this.part();
    other.part();
    this.#partner = other;
    other.#partner = this;
    this.#sender.startRelay();
    other.#sender.startRelay();
  }

  part(): void {
    const other = this.#partner;
    if (other === undefined) return;
    this.#partner = other.#partner = undefined;
    this.#sender.stopRelay();
    other.#sender.stopRelay();
  }

  isSilent(): boolean {
    return this.#sender.isSilent();
  }

  startCapture(): void {
    this.#receiver.startCapture();
  }

  stopCapture(): Pcm {
    return this.#receiver.stopCapture();
  }

  addRecorder(recorder: Recorder): void {
    this.#recorders = [...this.#recorders, recorder];
  }

  removeRecorder(recorder: Recorder): void {
    this.#recorders = this.#recorders.filter((each) => each !== recorder);
  }

  answered(nowMs: number): void {
    this.#watch.answered(nowMs);
  }

  stats(): MediaStats {
    return sessionStats({
      codecs: this.#codecs,
      ptimeMs: this.#audio?.ptimeMs ?? 0,
      packetsSent: this.#sender.state().packetCount,
      received: this.#receiver.reception.totals(),
      remote: this.#reporter?.remote(),
      problems: this.#watch.problems(),
      watch: this.#watch,
      worstSendLatenessMs: this.#worstLatenessMs,
      ticksSkipped: this.#ticksSkipped,
    });
  }

  sayGoodbye(nowMs: number): void {
    this.#sender.finishDigits();
    for (const problem of this.#watch.lookAtEnd(this.#view, nowMs)) this.#events.onAudioProblem(problem);
    this.#report(nowMs, true);
  }

  readonly #view = (): SessionView => {
    const { reports = 0, reportsOfReception = 0, notArrivingMs = 0 } = this.#reporter?.remote() ?? {};
    return {
      signalled: this.#farEnd.signalled(),
      destination: this.#destination,
      packetsReceived: this.#receiver.reception.totals().packetsReceived,
      packetsSent: this.#sender.state().packetCount,
      ...{ reports, reportsOfReception, notArrivingMs },
    };
  };

  /** A playback to either side takes both out of the conversation. */
  #isOpenTo(partner: Session): boolean {
    return !this.#sender.isBusy() && !partner.#sender.isBusy();
  }

  #pass(heard: HeardPacket, nowMs: number): void {
    const packet = this.#sender.pass(heard);
    if (packet !== undefined && this.#destination !== undefined) this.#send(packet, this.#destination, nowMs);
  }

  #send(packet: Uint8Array, destination: PacketDestination, nowMs: number): void {
    this.#rtp.send(packet, destination);
    this.#watch.counts.sent();
    const isMetered = this.#watch.outgoing.isDue();
    if (this.#recorders.length === 0 && !isMetered) return;
    const sent = this.#sender.describe(packet);
    if (isMetered) meter(this.#watch.outgoing, sent, nowMs);
    for (const recorder of this.#recorders) recorder.outgoing(sent, nowMs);
  }

  #passedKeys(): PassedKeys | undefined {
    return this.#partner === undefined ? undefined : this.#partner.#sender.keys;
  }

  /** Who is to hear our keys in a bridge. */
  #listener(): PassedKeys | undefined {
    return this.#partner !== undefined && this.#isOpenTo(this.#partner) ? this.#passedKeys() : undefined;
  }

  #pressEnded(digit: string, durationMs: number): void {
    this.#passedKeys()?.end();
    for (const recorder of this.#recorders) recorder.digit(digit);
    this.#tellDigit(digit, durationMs);
  }

  #tellDigit(digit: string, durationMs: number): void {
    this.#listener()?.play(digit, durationMs);
    this.#events.onDigit(digit, durationMs);
  }

  /** Sends to where the far end's packets come from. RFC 4961 */
  #aim(): void {
    const to = this.#farEnd.rtpDestination();
    if (to?.port === this.#destination?.port && to?.address === this.#destination?.address) return;
    this.#destination = to === undefined ? undefined : this.#rtp.prepare(to.address, to.port);
  }

  #report(nowMs: number, bye: boolean): void {
    if (this.#reporter === undefined) return;
    const bytes = this.#reporter.report(this.#sender.state(), nowMs, bye);
    const to = this.#farEnd.rtcpDestination();
    if (to === undefined) return;
    // A far end with one port for both gets both from one port. RFC 5761 §5.1.1
    const isShared = to.port === this.#destination?.port && to.address === this.#destination.address;
    const socket = isShared ? this.#rtp : this.#rtcp;
    socket.send(bytes, socket.prepare(to.address, to.port));
  }

  #watchSilence(nowMs: number): void {
    const limitMs = this.#silenceLimitMs();
    if (limitMs === 0) this.#lifeMs = nowMs;
    else if (!this.#isTimeoutTold && nowMs - this.#lifeMs >= limitMs) {
      this.#isTimeoutTold = true;
      this.#events.onRtpTimeout();
    }
  }

  /** A far end that has put us on hold need not send, and one that only receives never does. RFC 3264 §8.4 Contract: sip-and-media-audio-stops */
  #silenceLimitMs(): number {
    switch (this.#audio?.direction) {
      case "sendrecv":
        return this.#setting.rtpTimeoutMs;
      case "recvonly":
      case "inactive":
        return this.#setting.holdTimeoutMs;
      default:
        return 0;
    }
  }

  #receiveReport(packet: Uint8Array, source: PacketAddress, nowMs: number): void {
    const { counts } = this.#watch;
    if (this.#reporter === undefined) counts.dropped("not-started");
    else if (!this.#farEnd.hearsReport(source, readUint32(packet, 4))) counts.dropped("stranger-report");
    else if (this.#reporter.receive(packet, this.#sender.state(), nowMs)) this.#lifeMs = nowMs;
    else counts.dropped("malformed-report");
  }
}

/** Looks at how a packet sounds, if it can be told without its neighbours. Keys sound. */
function meter(direction: SoundMeter, packet: HeardPacket, nowMs: number): void {
  const { kind } = packet;
  if (kind === "noise") return;
  if (kind === "event" || (kind.hasMemory && !packet.decoding.isDone)) direction.sounded(nowMs);
  else direction.packet(samplesOf(packet), packet.end - packet.start, nowMs);
}
