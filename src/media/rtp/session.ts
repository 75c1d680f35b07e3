import { isUnspecified } from "./unspecified.ts";
import { isRtcp } from "./packet.ts";
import { createReporter, type Reporter } from "./reporter.ts";
import { createRtpReceiver } from "./receiver.ts";
import { createRtpSender } from "./sender.ts";
import { SAMPLES_PER_MS } from "../pcm.ts";
import type { PacketAddress, PacketSocket, PacketTarget } from "../io/packet-io.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";
import type { MediaStats, Pcm } from "../types.ts";
import type { Ticking } from "../ticker.ts";

/** What a session tells its owner. */
export interface RtpSessionEvents {
  onPlaybackStarted(playbackId: string): void;
  onPlaybackFinished(playbackId: string): void;
  onDigit(digit: string, durationMs: number): void;
  onDigitsSent(sendId: string): void;
  onRtpTimeout(): void;
}

/** What a session takes from outside, so that tests decide it. */
export interface RtpSessionSetting {
  readonly rtpTimeoutMs: number;
  /** Epoch time at monotonic 0. */
  readonly wallStartMs: number;
  readonly cname: string;
  readonly randomUint32: () => number;
}

/** One RTP session inside a worker: sending, receiving, reports and silence watch, driven by ticks and datagrams. */
export interface RtpSession extends Ticking {
  configure(audio: NegotiatedAudio, nowMs: number): void;
  play(playbackId: string, samples: Int16Array, repeat: number): void;
  stopPlayback(playbackId: string): void;
  sendDigits(sendId: string, digits: string, toneMs: number, gapMs: number): void;
  /** A datagram on either port. RFC 5761 §4 tells RTP and RTCP apart. */
  receive(packet: Uint8Array, source: PacketAddress, nowMs: number): void;
  isSilent(): boolean;
  startCapture(): void;
  stopCapture(): Pcm;
  stats(): MediaStats;
  /** Sends the last report with a BYE. RFC 3550 §6.6 */
  sayGoodbye(nowMs: number): void;
}

/** Makes a session on two bound sockets; nothing is sent before `configure`. */
export function createRtpSession(
  sockets: { readonly rtp: PacketSocket; readonly rtcp: PacketSocket },
  events: RtpSessionEvents,
  setting: RtpSessionSetting,
): RtpSession {
  const sender = createRtpSender(setting.randomUint32, (sendId) => events.onDigitsSent(sendId));
  const receiver = createRtpReceiver((digit, ticks) => events.onDigit(digit, Math.round(ticks / SAMPLES_PER_MS)));
  let audio: NegotiatedAudio | undefined;
  let reporter: Reporter | undefined;
  let target: PacketTarget | undefined;
  let latched: PacketAddress | undefined;
  let rtcpSource: PacketAddress | undefined;
  let lifeMs = 0;
  let isTimeoutTold = false;
  let worstLatenessMs = 0;
  let ticksSkipped = 0;

  /** Follows the source of the far end's packets. RFC 4961 */
  const aim = (agreed: NegotiatedAudio) => {
    latched = receiver.latched();
    const { address, port } = latched ?? { address: agreed.remoteAddress, port: agreed.remotePort };
    target = isUnspecified(address) ? undefined : sockets.rtp.prepare(address, port);
  };

  const report = (nowMs: number, bye: boolean) => {
    if (audio === undefined || reporter === undefined) return;
    const bytes = reporter.report(sender.state(), nowMs, bye);
    const to = rtcpDestination(audio, latched, rtcpSource);
    if (isUnspecified(to.address)) return;
    const isShared = to.port === target?.port && to.address === target.address;
    const socket = isShared ? sockets.rtp : sockets.rtcp;
    socket.send(bytes, socket.prepare(to.address, to.port));
  };

  const watchSilence = (nowMs: number) => {
    const hears = audio?.direction === "sendrecv" || audio?.direction === "recvonly";
    if (setting.rtpTimeoutMs === 0 || isTimeoutTold) return;
    if (!hears) lifeMs = nowMs;
    else if (nowMs - lifeMs >= setting.rtpTimeoutMs) {
      isTimeoutTold = true;
      events.onRtpTimeout();
    }
  };

  const receiveReport = (packet: Uint8Array, source: PacketAddress, nowMs: number) => {
    if (audio === undefined || reporter === undefined) return;
    const known = [audio.remoteRtcpAddress, audio.remoteAddress, latched?.address];
    if (!known.includes(source.address) || !reporter.receive(packet, sender.state().ssrc, nowMs)) return;
    rtcpSource = { address: source.address, port: source.port };
    lifeMs = nowMs;
  };

  return {
    configure(agreed, nowMs) {
      const isMoved = agreed.remoteAddress !== audio?.remoteAddress || agreed.remotePort !== audio?.remotePort;
      if (isMoved) rtcpSource = undefined;
      if (isMoved) lifeMs = nowMs;
      audio = agreed;
      sender.configure(agreed);
      receiver.configure(agreed);
      aim(agreed);
      reporter ??= createReporter({
        cname: setting.cname,
        reception: receiver.reception,
        nowMs,
        wallStartMs: setting.wallStartMs,
        random: () => setting.randomUint32() / 0x1_0000_0000,
      });
    },
    play(playbackId, samples, repeat) {
      sender.play({
        id: playbackId,
        samples,
        repeat,
        onStarted: () => events.onPlaybackStarted(playbackId),
        onFinished: () => events.onPlaybackFinished(playbackId),
      });
    },
    stopPlayback: (playbackId) => sender.stop(playbackId),
    sendDigits: (sendId, digits, toneMs, gapMs) => sender.sendDigits(sendId, digits, toneMs, gapMs),
    tick(missedTicks, latenessMs, nowMs) {
      receiver.tick(nowMs);
      watchSilence(nowMs);
      const packet = sender.next(missedTicks);
      if (packet !== undefined && target !== undefined) {
        sockets.rtp.send(packet, target);
        if (latenessMs > worstLatenessMs) worstLatenessMs = latenessMs;
      }
      ticksSkipped += missedTicks;
      if (reporter?.isDue(nowMs) === true) report(nowMs, false);
    },
    receive(packet, source, nowMs) {
      if (isRtcp(packet)) return receiveReport(packet, source, nowMs);
      if (!receiver.packet(packet, source, nowMs)) return;
      lifeMs = nowMs;
      if (audio !== undefined && receiver.latched() !== latched) aim(audio);
    },
    isSilent: () => sender.isSilent(),
    startCapture: () => receiver.startCapture(),
    stopCapture: () => receiver.stopCapture(),
    stats() {
      const totals = receiver.reception.totals();
      const remote = reporter?.remote();
      return {
        packetsSent: sender.state().packetCount,
        packetsReceived: totals.packetsReceived,
        packetsLost: totals.packetsLost,
        jitterMs: totals.jitterTicks / SAMPLES_PER_MS,
        remotePacketsLost: remote?.packetsLost,
        remoteJitterMs: remote?.jitterTicks === undefined ? undefined : remote.jitterTicks / SAMPLES_PER_MS,
        roundTripMs: remote?.roundTripMs,
        worstSendLatenessMs: worstLatenessMs,
        ticksSkipped,
      };
    },
    sayGoodbye: (nowMs) => report(nowMs, true),
  };
}

/** RTCP goes where the far end's RTCP came from, else beside the RTP it latched to, else to the signalled address. */
function rtcpDestination(
  audio: NegotiatedAudio,
  latched: PacketAddress | undefined,
  rtcpSource: PacketAddress | undefined,
): PacketAddress {
  if (rtcpSource !== undefined) return rtcpSource;
  if (latched !== undefined && latched.address !== audio.remoteAddress) {
    return { address: latched.address, port: Math.min(latched.port + 1, 65_535) };
  }
  return { address: audio.remoteRtcpAddress, port: audio.remoteRtcpPort };
}
