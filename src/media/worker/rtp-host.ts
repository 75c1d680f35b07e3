import { randomBytes } from "node:crypto";
import { createRtpSession, type RtpSession, type RtpSessionEvents } from "../rtp/session.ts";
import { createTicker, type Ticker, type TickerPlace } from "../ticker.ts";
import { openPortPair, type PortPair } from "./port-pair.ts";
import type { Clock } from "../../kernel/index.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";
import type { PacketIo, PacketReceiver } from "../io/packet-io.ts";
import type { RtpCommand, RtpEvent, RtpReply, RtpWorkerSetting, SessionNumber } from "./messages.ts";

/** Carries the sessions of one thread: commands in, events out. */
export interface RtpHost {
  handle(command: RtpCommand): void;
}

interface Hosted {
  readonly session: RtpSession;
  readonly ports: PortPair;
  place: TickerPlace | undefined;
  ticker: Ticker | undefined;
  ptimeMs: number;
}

type SessionCommand = Exclude<RtpCommand, { readonly type: "open" }>;

/** Makes a host on a clock and a way to the network; knows of no thread itself. */
export function createRtpHost(
  io: PacketIo,
  clock: Clock,
  setting: RtpWorkerSetting,
  emit: (event: RtpEvent) => void,
): RtpHost {
  const hosted = new Map<SessionNumber, Hosted>();
  const tickers = new Map<number, Ticker>();
  const wallStartMs = clock.now() - clock.monotonicMs();

  const fault = (error: unknown) =>
    emit({ type: "fault", why: error instanceof Error ? String(error.stack) : String(error) });
  const reply = (request: number, answer: RtpReply) => emit({ type: "reply", request, reply: answer });

  const tickerOf = (ptimeMs: number) => {
    let ticker = tickers.get(ptimeMs);
    if (ticker === undefined) {
      ticker = createTicker(clock, ptimeMs, (_ticking, error) => fault(error));
      tickers.set(ptimeMs, ticker);
    }
    return ticker;
  };

  const open = async (command: Extract<RtpCommand, { type: "open" }>) => {
    let session: RtpSession | undefined;
    const receive: PacketReceiver = (packet, source) => {
      try {
        session?.receive(packet, source, clock.monotonicMs());
      } catch (error) {
        fault(error);
      }
    };
    const outcome = await openPortPair(io, command.address, command.port, receive);
    if (outcome.type === "failed") {
      reply(command.request, { type: "open-failed", systemCode: outcome.systemCode, why: outcome.why });
      return;
    }
    session = createRtpSession(outcome.ports, eventsOf(command.session, emit), {
      rtpTimeoutMs: setting.rtpTimeoutMs,
      wallStartMs,
      cname: randomBytes(12).toString("base64"),
      randomUint32: () => randomBytes(4).readUInt32BE(),
    });
    hosted.set(command.session, { session, ports: outcome.ports, place: undefined, ticker: undefined, ptimeMs: 0 });
    reply(command.request, { type: "opened", port: outcome.ports.rtp.port });
  };

  const start = (entry: Hosted, audio: NegotiatedAudio) => {
    entry.session.configure(audio, clock.monotonicMs());
    if (entry.ptimeMs === audio.ptimeMs) return;
    leaveTicker(entry);
    const ticker = tickerOf(audio.ptimeMs);
    entry.ptimeMs = audio.ptimeMs;
    entry.ticker = ticker;
    const place = ticker.add({
      tick(missedTicks, latenessMs, nowMs) {
        entry.session.tick(missedTicks, latenessMs, nowMs);
        if (place.slot !== place.home && entry.session.isSilent()) ticker.goHome(place);
      },
    });
    entry.place = place;
  };

  const close = async (entry: Hosted, command: Extract<RtpCommand, { type: "close" }>) => {
    leaveTicker(entry);
    hosted.delete(command.session);
    entry.session.sayGoodbye(clock.monotonicMs());
    const stats = entry.session.stats();
    await Promise.all([entry.ports.rtp.close(), entry.ports.rtcp.close()]);
    reply(command.request, { type: "stats", stats });
  };

  const handle = (entry: Hosted, command: SessionCommand): void => {
    switch (command.type) {
      case "start":
        return start(entry, command.audio);
      case "play":
        // Into silence, a playback begins with a packet of its own at once instead of at the next tick.
        if (entry.place !== undefined && entry.session.isSilent()) entry.ticker?.hasten(entry.place);
        return entry.session.play(command.playbackId, command.samples, command.repeat);
      case "stop-playback":
        return entry.session.stopPlayback(command.playbackId);
      case "send-digits":
        return entry.session.sendDigits(command.sendId, command.digits, command.toneMs, command.gapMs);
      case "start-capture":
        return entry.session.startCapture();
      case "stop-capture":
        return reply(command.request, { type: "captured", samples: entry.session.stopCapture().samples });
      case "stats":
        return reply(command.request, { type: "stats", stats: entry.session.stats() });
      case "close":
        return void close(entry, command).catch(fault);
      default:
        return command satisfies never;
    }
  };

  return {
    handle(command) {
      if (command.type === "open") {
        void open(command).catch(fault);
        return;
      }
      const entry = hosted.get(command.session);
      if (entry !== undefined) handle(entry, command);
    },
  };
}

function leaveTicker(entry: Hosted): void {
  if (entry.place !== undefined) entry.ticker?.remove(entry.place);
  entry.place = undefined;
}

function eventsOf(session: SessionNumber, emit: (event: RtpEvent) => void): RtpSessionEvents {
  return {
    onPlaybackStarted: (playbackId) => emit({ type: "playback-started", session, playbackId }),
    onPlaybackFinished: (playbackId) => emit({ type: "playback-finished", session, playbackId }),
    onDigit: (digit, durationMs) => emit({ type: "digit", session, digit, durationMs }),
    onDigitsSent: (sendId) => emit({ type: "digits-sent", session, sendId }),
    onRtpTimeout: () => emit({ type: "rtp-timeout", session }),
  };
}
