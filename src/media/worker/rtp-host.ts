import { randomBytes } from "node:crypto";
import { createRecording, type Recording } from "../node/recorder/recording.ts";
import { createRtpSession, type RtpSession, type RtpSessionEvents } from "../stream/session.ts";
import { createTicker, type Ticker, type TickerEntry } from "./ticker.ts";
import { createOwnAddresses } from "../link/machine-addresses.ts";
import { createLateness } from "./lateness.ts";
import { openPortPair, type PortPair } from "../link/port-pair.ts";
import { createPacketCounts, type PacketCounts } from "../stream/packet-counts.ts";
import type { Clock } from "../../kernel/index.ts";
import type { PacketIo, PacketReceiver } from "../io/packet-io.ts";
import type { RecordingEnd } from "../types.ts";
import type { RecordingNumber, RtpCommand, RtpEvent, RtpReply, RtpWorkerSetting, SessionNumber } from "./messages.ts";

/** Carries the sessions of one thread: commands in, events out. */
export interface RtpHost {
  handle(command: RtpCommand): void;
  /** How late ticks were since the last look, 99th percentile, milliseconds. */
  takeLatenessMs(): number;
  sessionCount(): number;
}

interface Hosted {
  readonly session: RtpSession;
  readonly ports: PortPair;
  tickerEntry: TickerEntry | undefined;
  ticker: Ticker | undefined;
  ptimeMs: number;
  readonly recordings: Map<RecordingNumber, Recording>;
  /** Files that are being completed. */
  readonly finishing: Set<Promise<void>>;
}

type Command<Type extends RtpCommand["type"]> = Extract<RtpCommand, { readonly type: Type }>;

/** Makes a host on a clock and a way to the network; knows of no thread itself. */
export function createRtpHost(
  io: PacketIo,
  clock: Clock,
  setting: RtpWorkerSetting,
  emit: (event: RtpEvent) => void,
): RtpHost {
  return new Host(io, clock, setting, emit);
}

class Host implements RtpHost {
  readonly #io: PacketIo;
  readonly #clock: Clock;
  readonly #setting: RtpWorkerSetting;
  readonly #emit: (event: RtpEvent) => void;
  /** Epoch time at monotonic 0. */
  readonly #wallStartMs: number;
  readonly #hosted = new Map<SessionNumber, Hosted>();
  /** One ring per packet time. */
  readonly #tickers = new Map<number, Ticker>();
  readonly #lateness = createLateness();
  #latestFault = "";
  readonly #isOwnAddress: (address: string) => boolean;
  readonly #counts: PacketCounts;

  constructor(io: PacketIo, clock: Clock, setting: RtpWorkerSetting, emit: (event: RtpEvent) => void) {
    this.#io = io;
    this.#clock = clock;
    this.#setting = setting;
    this.#emit = emit;
    this.#wallStartMs = clock.now() - clock.monotonicMs();
    this.#isOwnAddress = createOwnAddresses(clock);
    this.#counts = createPacketCounts(undefined, setting.counts);
  }

  handle(command: RtpCommand): void {
    if (command.type === "open") {
      this.#open(command).catch((error: unknown) => this.#fault(error));
      return;
    }
    const entry = this.#hosted.get(command.session);
    if (entry !== undefined) this.#handleOf(entry, command);
  }

  takeLatenessMs(): number {
    return this.#lateness.take();
  }

  sessionCount(): number {
    return this.#hosted.size;
  }

  #handleOf(entry: Hosted, command: Exclude<RtpCommand, { readonly type: "open" }>): void {
    switch (command.type) {
      case "start":
        return this.#start(entry, command);
      case "play":
        return this.#play(entry, command);
      case "stop-playback":
        return entry.session.stopPlayback(command.playbackId);
      case "send-digits":
        return entry.session.sendDigits(command.sendId, command.digits, command.toneMs, command.gapMs);
      case "signal-key":
        return entry.session.signalKey(command.digit, command.durationMs, this.#clock.monotonicMs());
      case "start-capture":
        return entry.session.startCapture();
      case "stop-capture":
        return this.#reply(command.request, { type: "captured", samples: entry.session.stopCapture().samples });
      case "start-recording":
        return this.#startRecording(entry, command);
      case "pause-recording":
        return entry.recordings.get(command.recording)?.recorder.pause(this.#clock.monotonicMs());
      case "resume-recording":
        return entry.recordings.get(command.recording)?.recorder.resume(this.#clock.monotonicMs());
      case "stop-recording":
        return this.#endRecording(entry, command.recording, "stopped", undefined);
      case "join":
        return this.#join(entry, command.other);
      case "part":
        return entry.session.part();
      case "answered":
        return entry.session.answered(this.#clock.monotonicMs());
      case "stats":
        return this.#reply(command.request, { type: "stats", stats: entry.session.stats() });
      case "close":
        this.#close(entry, command).catch((error: unknown) => this.#fault(error));
        return;
      default:
        return command satisfies never;
    }
  }

  async #open(command: Command<"open">): Promise<void> {
    // Datagrams that come before the session exists are nobody's.
    const holder: { session?: RtpSession } = {};
    const receive: PacketReceiver = (packet, source) => {
      try {
        holder.session?.receive(packet, source, this.#clock.monotonicMs());
      } catch (error) {
        this.#fault(error);
      }
    };
    const outcome = await openPortPair(this.#io, command.address, command.port, receive);
    if (outcome.type === "failed") {
      this.#reply(command.request, { type: "open-failed", systemCode: outcome.systemCode, why: outcome.why });
      return;
    }
    const session = createRtpSession(outcome.ports, eventsOf(command.session, this.#emit), {
      rtpTimeoutMs: this.#setting.rtpTimeoutMs,
      holdTimeoutMs: this.#setting.holdTimeoutMs,
      wallStartMs: this.#wallStartMs,
      cname: randomBytes(12).toString("base64"),
      randomUint32: () => randomBytes(4).readUInt32BE(),
      isOwnAddress: this.#isOwnAddress,
      counts: this.#counts,
    });
    holder.session = session;
    this.#hosted.set(command.session, {
      session,
      ports: outcome.ports,
      tickerEntry: undefined,
      ticker: undefined,
      ptimeMs: 0,
      recordings: new Map(),
      finishing: new Set(),
    });
    this.#reply(command.request, { type: "opened", port: outcome.ports.rtp.port });
  }

  #start(entry: Hosted, { audio, signalledFrom }: Command<"start">): void {
    entry.session.configure(audio, signalledFrom, this.#clock.monotonicMs());
    if (entry.ptimeMs === audio.ptimeMs) return;
    leaveTicker(entry);
    const ticker = this.#tickerOf(audio.ptimeMs);
    const tickerEntry = ticker.add({
      tick: (missedTicks, latenessMs, nowMs) => {
        this.#lateness.note(latenessMs, missedTicks);
        entry.session.tick(missedTicks, latenessMs, nowMs);
        if (tickerEntry.slot !== tickerEntry.home && entry.session.isSilent()) ticker.goHome(tickerEntry);
      },
    });
    entry.tickerEntry = tickerEntry;
    entry.ticker = ticker;
    entry.ptimeMs = audio.ptimeMs;
  }

  #join(entry: Hosted, otherNumber: SessionNumber): void {
    const other = this.#hosted.get(otherNumber);
    if (other !== undefined) entry.session.join(other.session);
  }

  /** Into silence, a playback begins with a packet of its own at once instead of at the next tick. */
  #play(entry: Hosted, { playbackId, samples, growth, repeat }: Command<"play">): void {
    const isIntoSilence = entry.session.isSilent();
    entry.session.play(playbackId, samples, repeat, growth);
    if (isIntoSilence && entry.tickerEntry !== undefined) entry.ticker?.hasten(entry.tickerEntry);
  }

  #startRecording(entry: Hosted, { recording: number, path, setting }: Command<"start-recording">): void {
    const recording = createRecording(setting, path, this.#clock.monotonicMs(), (end, terminator) =>
      this.#endRecording(entry, number, end, terminator),
    );
    entry.recordings.set(number, recording);
    entry.session.addRecorder(recording.recorder);
  }

  #endRecording(entry: Hosted, number: RecordingNumber, end: RecordingEnd, terminator: string | undefined): void {
    const recording = entry.recordings.get(number);
    if (recording === undefined) return;
    entry.recordings.delete(number);
    entry.session.removeRecorder(recording.recorder);
    const finished = recording.finish(end, terminator, this.#clock.monotonicMs()).then((outcome) => {
      entry.finishing.delete(finished);
      this.#emit({ type: "recording-ended", recording: number, outcome });
    });
    entry.finishing.add(finished);
  }

  async #close(entry: Hosted, command: Command<"close">): Promise<void> {
    leaveTicker(entry);
    this.#hosted.delete(command.session);
    entry.session.part();
    for (const recording of entry.recordings.keys()) this.#endRecording(entry, recording, "closed", undefined);
    entry.session.sayGoodbye(this.#clock.monotonicMs());
    const stats = entry.session.stats();
    await Promise.all([entry.ports.rtp.close(), entry.ports.rtcp.close(), ...entry.finishing]);
    this.#reply(command.request, { type: "stats", stats });
  }

  #tickerOf(ptimeMs: number): Ticker {
    const known = this.#tickers.get(ptimeMs);
    if (known !== undefined) return known;
    const ticker = createTicker(this.#clock, ptimeMs, (error) => this.#fault(error));
    this.#tickers.set(ptimeMs, ticker);
    return ticker;
  }

  #reply(request: number, reply: RtpReply): void {
    this.#emit({ type: "reply", request, reply });
  }

  /** A fault that repeats with each packet is told once. */
  #fault(error: unknown): void {
    const why = error instanceof Error ? String(error.stack) : String(error);
    if (why === this.#latestFault) return;
    this.#latestFault = why;
    this.#emit({ type: "fault", why });
  }
}

function leaveTicker(entry: Hosted): void {
  if (entry.tickerEntry !== undefined) entry.ticker?.remove(entry.tickerEntry);
  entry.tickerEntry = undefined;
}

function eventsOf(session: SessionNumber, emit: (event: RtpEvent) => void): RtpSessionEvents {
  return {
    onPlaybackStarted: (playbackId) => emit({ type: "playback-started", session, playbackId }),
    onPlaybackFinished: (playbackId) => emit({ type: "playback-finished", session, playbackId }),
    onDigit: (digit, durationMs) => emit({ type: "digit", session, digit, durationMs }),
    onDigitsSent: (sendId) => emit({ type: "digits-sent", session, sendId }),
    onRtpTimeout: () => emit({ type: "rtp-timeout", session }),
    onAudioProblem: (problem) => emit({ type: "audio-problem", session, problem }),
  };
}
