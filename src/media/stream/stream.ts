import { isG711 } from "../codec/g711.ts";
import { readInt32, RTP_HEADER_BYTES } from "./packet.ts";
import { createRtpReceiver, type RtpReceiver } from "./receiver.ts";
import { createAudioWatch, type AudioWatch, type SessionView } from "./quality/audio-watch.ts";
import { createQualityCourse, type QualityCourse } from "./quality/quality-course.ts";
import { createReporter, type Reporter } from "./rtcp/reporter.ts";
import { encodeReport } from "./rtcp/rtcp.ts";
import { sessionStats } from "./quality/session-stats.ts";
import { createRtpSender, type PacketTaker, type RtpSender } from "./sender.ts";
import { samplesOf, ticksOf, type HeardPacket } from "./heard-packet.ts";
import type { AudioProblem } from "./quality/audio-problems.ts";
import type { DropCause, PacketCounts } from "./quality/packet-counts.ts";
import type { QualitySample } from "./quality/quality-sample.ts";
import type { SoundMeter } from "./quality/sound-meter.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";
import type { Jitter } from "./jitter.ts";
import type { PacketAddress } from "../io/packet-io.ts";
import type { DirectWay, Link } from "../link/link.ts";
import type { SourceRule } from "../link/source-machine.ts";
import type { MediaStats } from "./quality/media-stats.ts";

/** What a stream takes from outside, so that tests decide it. */
export interface RtpStreamSetting {
  /** 0: never, both. */
  readonly rtpTimeoutMs: number;
  readonly holdTimeoutMs: number;
  /** Epoch time at monotonic 0. */
  readonly wallStartMs: number;
  readonly cname: string;
  readonly randomUint32: () => number;
  /** Packets of all streams. */
  readonly counts?: PacketCounts;
}

/** Who has a stream. */
export interface RtpStreamOwner {
  /** Whether it is to be told what is sent. */
  readonly followsSent: boolean;
  /** A packet left for the far end; the value is reused for the next one. */
  onSent(packet: HeardPacket, nowMs: number): void;
  /** The far end has been silent for too long; told once for each agreement. */
  onRtpTimeout(): void;
  /** Once for each type and direction. */
  onAudioProblem(problem: AudioProblem): void;
}

/** RTP and RTCP with one far end over one link: what comes in becomes packets that were heard, what goes out gets its numbers, and both are
 * counted and reported. */
export interface RtpStream {
  readonly sender: RtpSender;
  /** Share of our packets that were lost on the way, as the far end said last. */
  readonly lossShare: number;
  /** @param signalledFrom address that the description came from; undefined when nobody knows */
  configure(audio: NegotiatedAudio, signalledFrom: string | undefined, nowMs: number, rule?: SourceRule): void;
  /** Takes an RTP packet. @returns what it holds, reused for the next one; undefined when it is not the far end's, or not valid */
  receiveRtp(packet: Uint8Array, source: PacketAddress, nowMs: number): HeardPacket | undefined;
  receiveRtcp(packet: Uint8Array, source: PacketAddress, nowMs: number): void;
  /** The link did not let a packet through. */
  dropped(cause: DropCause): void;
  /** Looks whether the far end has been silent for too long. */
  watchSilence(nowMs: number): void;
  /** Before this time there is nothing to report or to look at. */
  readonly nextLookMs: number;
  /** Past this stream, if its link has one, and what is kept all the same of packets that go there. */
  readonly direct: DirectWay | undefined;
  readonly jitter: Jitter;
  readonly meters: { readonly incoming: SoundMeter; readonly outgoing: SoundMeter };
  /** Whether what follows this packet may come in past the stream. */
  mayGoPast(heard: HeardPacket): boolean;
  /** Packets of the far end came in past the stream, each with the number behind the one before.
   * @param bytes of all of them
   * @param sequence of the latest, which came at `atMs` */
  cameIn(packets: number, bytes: number, sequence: number, atMs: number): void;
  /** Packets left beside the stream. */
  wentOut(packets: number): void;
  /** Sends the report that is due, if one is, and looks what is wrong with the audio. */
  report(nowMs: number): void;
  /** The leg was answered: from now on silence is a fault. */
  answered(nowMs: number): void;
  /** The last report, with a BYE, and a last look. RFC 3550 §6.6 */
  sayGoodbye(nowMs: number): void;
  /** @param timing how punctual its owner was */
  stats(timing: Pick<MediaStats, "worstSendLatenessMs" | "ticksSkipped">): MediaStats;
}

/** Makes a stream on an open link; nothing is sent before `configure`. */
export function createRtpStream(link: Link, owner: RtpStreamOwner, setting: RtpStreamSetting): RtpStream {
  return new Stream(link, owner, setting);
}

const NO_SAMPLES: readonly QualitySample[] = [];

class Stream implements RtpStream, SessionView, PacketTaker {
  readonly sender: RtpSender;
  readonly #receiver: RtpReceiver;
  readonly #link: Link;
  readonly #owner: RtpStreamOwner;
  readonly #setting: RtpStreamSetting;
  readonly #watch: AudioWatch;
  /** Begun with the first report: what it holds is nothing before. */
  #course: QualityCourse | undefined;
  /** In the order in which they were agreed. */
  #codecs: readonly NegotiatedAudio["codec"]["name"][] = [];
  #audio: NegotiatedAudio | undefined;
  #reporter: Reporter | undefined;
  #lifeMs = 0;
  /** So long may the far end be silent; 0: for ever. */
  #silenceLimitMs = 0;
  /** Before these times there is nothing to look at, so that most ticks ask no more. */
  #silentMs = Infinity;
  #reportMs = 0;
  #hasFeedback = false;
  readonly #reports = { sent: 0, bytesSent: 0, bytesReceived: 0 };

  constructor(link: Link, owner: RtpStreamOwner, setting: RtpStreamSetting) {
    this.#link = link;
    this.#owner = owner;
    this.#setting = setting;
    this.#watch = createAudioWatch(setting.counts);
    this.sender = createRtpSender(setting.randomUint32, this);
    this.#receiver = createRtpReceiver(link, this.#watch);
  }

  configure(audio: NegotiatedAudio, signalledFrom: string | undefined, nowMs: number, rule?: SourceRule): void {
    this.#lifeMs = nowMs;
    this.#audio = audio;
    this.#silenceLimitMs = this.#silenceLimitOf(audio.direction);
    this.#silentMs = this.#silenceLimitMs === 0 ? Infinity : nowMs + this.#silenceLimitMs;
    this.#reportMs = 0;
    this.#hasFeedback = audio.transportFeedbackExtension !== undefined;
    this.sender.configure(audio);
    this.#receiver.configure(audio);
    this.#watch.configure(audio.direction, nowMs);
    if (this.#codecs.at(-1) !== audio.codec.name) this.#codecs = [...this.#codecs, audio.codec.name];
    this.#link.configure(audio, signalledFrom, nowMs, rule);
    this.#reporter ??= createReporter({
      cname: this.#setting.cname,
      reception: this.#receiver.reception,
      nowMs,
      wallStartMs: this.#setting.wallStartMs,
      randomUint32: this.#setting.randomUint32,
    });
  }

  receiveRtp(packet: Uint8Array, source: PacketAddress, nowMs: number): HeardPacket | undefined {
    const heard = this.#receiver.packet(packet, source, nowMs);
    if (heard === undefined) return undefined;
    this.#lifeMs = nowMs;
    if (this.#watch.incoming.isDue()) meter(this.#watch.incoming, heard, nowMs);
    return heard;
  }

  receiveRtcp(packet: Uint8Array, source: PacketAddress, nowMs: number): void {
    const { counts } = this.#watch;
    if (this.#reporter === undefined) counts.dropped("not-started");
    else if (!this.#link.hearsReport(source, readInt32(packet, 4))) counts.dropped("stranger-report");
    else if (this.#reporter.receive(packet, this.sender.state(), nowMs)) {
      this.#lifeMs = nowMs;
      this.#reports.bytesReceived += packet.length;
    } else counts.dropped("malformed-report");
  }

  dropped(cause: DropCause): void {
    this.#watch.counts.dropped(cause);
  }

  watchSilence(nowMs: number): void {
    if (nowMs < this.#silentMs) return;
    this.#silentMs = this.#lifeMs + this.#silenceLimitMs;
    if (nowMs < this.#silentMs) return;
    this.#silentMs = Infinity;
    this.#owner.onRtpTimeout();
  }

  get nextLookMs(): number {
    return this.#hasFeedback ? -Infinity : Math.min(this.#silentMs, this.#reportMs);
  }

  get direct(): DirectWay | undefined {
    return this.#link.direct;
  }

  get jitter(): Jitter {
    return this.#receiver.reception.jitter;
  }

  get meters(): AudioWatch {
    return this.#watch;
  }

  mayGoPast({ ssrc, sequence }: HeardPacket): boolean {
    return !this.#hasFeedback && this.#receiver.reception.isNewest(ssrc, sequence);
  }

  cameIn(packets: number, bytes: number, sequence: number, atMs: number): void {
    this.#lifeMs = atMs;
    this.direct?.passed(sequence, atMs);
    this.#receiver.reception.passed(packets);
    this.#watch.counts.received(bytes, packets);
    this.#watch.incoming.passed(packets);
  }

  wentOut(packets: number): void {
    this.#watch.counts.sent(packets);
    this.#watch.outgoing.passed(packets);
  }

  report(nowMs: number): void {
    if (this.#hasFeedback) this.#sendFeedback(nowMs);
    if (nowMs < this.#reportMs) return;
    if (this.#reporter !== undefined && nowMs >= this.#reporter.dueMs) this.#sendReport(this.#reporter, nowMs, false);
    for (const problem of this.#watch.look(this, nowMs)) this.#owner.onAudioProblem(problem);
    this.#reportMs = Math.min(this.#reporter?.dueMs ?? Infinity, this.#watch.nextLookMs);
  }

  #sendFeedback(nowMs: number): void {
    const { ssrc } = this.sender;
    const feedback = this.#receiver.takeFeedback(ssrc, nowMs);
    if (feedback === undefined) return;
    const { cname } = this.#setting;
    this.#sendRtcp(encodeReport({ ssrc, cname, sender: undefined, block: undefined, bye: false }, feedback));
  }

  answered(nowMs: number): void {
    this.#watch.answered(nowMs);
    this.#reportMs = 0;
  }

  sayGoodbye(nowMs: number): void {
    for (const problem of this.#watch.lookAtEnd(this, nowMs)) this.#owner.onAudioProblem(problem);
    if (this.#reporter !== undefined) this.#sendReport(this.#reporter, nowMs, true);
  }

  stats(timing: Pick<MediaStats, "worstSendLatenessMs" | "ticksSkipped">): MediaStats {
    return sessionStats({
      codecs: this.#codecs,
      ptimeMs: this.#audio?.ptimeMs ?? 0,
      packetsSent: this.sender.packetCount,
      bytesSent: this.sender.state().octetCount + RTP_HEADER_BYTES * this.sender.packetCount,
      reportsSent: this.#reports.sent,
      reportBytesSent: this.#reports.bytesSent,
      reportBytesReceived: this.#reports.bytesReceived,
      received: this.#receiver.reception.totals(),
      remote: this.#reporter?.remote(),
      problems: this.#watch.problems(),
      watch: this.#watch,
      course: this.#course?.samples() ?? NO_SAMPLES,
      ...timing,
    });
  }

  get signalled(): PacketAddress | undefined {
    return this.#link.signalled;
  }

  get destination(): PacketAddress | undefined {
    return this.#link.destination;
  }

  get packetsReceived(): number {
    return this.#receiver.reception.packetsReceived;
  }

  get packetsSent(): number {
    return this.sender.packetCount;
  }

  get reports(): number {
    return this.#reporter?.reports ?? 0;
  }

  get reportsOfReception(): number {
    return this.#reporter?.reportsOfReception ?? 0;
  }

  get lossShare(): number {
    return this.#reporter?.lossShare ?? 0;
  }

  get notArrivingMs(): number {
    return this.#reporter?.notArrivingMs ?? 0;
  }

  deliver(packet: Uint8Array, nowMs: number): void {
    if (this.#link.destination === undefined) return;
    this.#link.send(packet);
    this.#watch.counts.sent();
    const isMetered = this.#watch.outgoing.isDue();
    const isFollowed = this.#owner.followsSent;
    if (!isMetered && !isFollowed) return;
    const sent = this.sender.describe(packet);
    if (isMetered) meter(this.#watch.outgoing, sent, nowMs);
    if (isFollowed) this.#owner.onSent(sent, nowMs);
  }

  #sendReport(reporter: Reporter, nowMs: number, bye: boolean): void {
    this.#course ??= createQualityCourse(this.#receiver.reception, {
      wallStartMs: this.#setting.wallStartMs,
      ptimeMs: () => this.#audio?.ptimeMs ?? 0,
    });
    this.#course.mark(nowMs, reporter.remote());
    this.#sendRtcp(reporter.report(this.sender.state(), nowMs, bye));
  }

  #sendRtcp(packet: Uint8Array): void {
    this.#reports.sent++;
    this.#reports.bytesSent += packet.length;
    this.#link.sendReport(packet);
  }

  /** A far end that has put us on hold need not send, and one that only receives never does. RFC 3264 §8.4 Contract: sip-and-media-audio-stops */
  #silenceLimitOf(direction: NegotiatedAudio["direction"]): number {
    switch (direction) {
      case "sendrecv":
        return this.#setting.rtpTimeoutMs;
      case "recvonly":
      case "inactive":
        return this.#setting.holdTimeoutMs;
      default:
        return 0;
    }
  }
}

/** Looks at how a packet sounds, if it can be told without its neighbours. Keys sound. */
function meter(direction: SoundMeter, packet: HeardPacket, nowMs: number): void {
  const { kind } = packet;
  if (kind === "noise") return;
  if (kind === "event") direction.sounded(nowMs);
  else if (isG711(kind)) direction.packet(packet.bytes, packet.start, packet.end, kind.decodeTable, nowMs);
  else if (kind.hasMemory && !packet.decoding.isDone) direction.sounded(nowMs);
  else direction.packet(samplesOf(packet), 0, ticksOf(packet), undefined, nowMs);
}
