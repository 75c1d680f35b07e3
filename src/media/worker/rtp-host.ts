import { randomBytes } from "node:crypto";
import { createDiskTurns, type DiskTurns } from "../node/recorder/disk-turns.ts";
import { createRecording, type Recording } from "../node/recorder/recording.ts";
import { createTap, type Tap } from "../node/tap.ts";
import { createBridge, type Bridge } from "./bridge.ts";
import { createRtpSession, type RtpSession, type RtpSessionEvents } from "./session.ts";
import { createTicker, type Ticker, type TickerEntry } from "./ticker.ts";
import { createOwnAddresses } from "../link/machine-addresses.ts";
import { createLateness } from "./lateness.ts";
import { openDatagramLink } from "../link/datagram-link.ts";
import { createPacketCounts, type PacketCounts } from "../stream/packet-counts.ts";
import type { Clock } from "../../kernel/index.ts";
import type { PacketAddress, PacketIo } from "../io/packet-io.ts";
import type { Link, LinkOwner } from "../link/link.ts";
import { pcmFromSamples } from "../pcm.ts";
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
  readonly link: Link;
  tickerEntry: TickerEntry | undefined;
  ticker: Ticker | undefined;
  ptimeMs: number;
  readonly recordings: Map<RecordingNumber, Recording>;
  /** Files that are being completed. */
  readonly finishing: Set<Promise<void>>;
  /** What is listened to for the main thread. */
  tap: Tap | undefined;
  bridge: { readonly partner: Hosted; readonly bridge: Bridge } | undefined;
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
  /** Of all recordings. */
  readonly #diskTurns: DiskTurns;
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
    this.#diskTurns = createDiskTurns(setting.diskTurns ?? 1);
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
      case "suppress-noise":
        return entry.session.suppressNoise(command.isOn, this.#clock.monotonicMs());
      case "start-capture":
        return this.#startCapture(entry);
      case "stop-capture":
        return this.#stopCapture(entry, command.request);
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
        return part(entry);
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
    const { address, port } = command;
    const outcome = await openDatagramLink(
      this.#io,
      { address, port, isOwnAddress: this.#isOwnAddress },
      this.#ownerOf(holder),
    );
    if (outcome.type === "failed") {
      this.#reply(command.request, { type: "open-failed", systemCode: outcome.systemCode, why: outcome.why });
      return;
    }
    const session = createRtpSession(outcome.link, eventsOf(command.session, this.#emit), {
      rtpTimeoutMs: this.#setting.rtpTimeoutMs,
      holdTimeoutMs: this.#setting.holdTimeoutMs,
      wallStartMs: this.#wallStartMs,
      cname: randomBytes(12).toString("base64"),
      randomUint32: () => randomBytes(4).readUInt32BE(),
      counts: this.#counts,
    });
    holder.session = session;
    this.#hosted.set(command.session, {
      session,
      link: outcome.link,
      tickerEntry: undefined,
      ticker: undefined,
      ptimeMs: 0,
      recordings: new Map(),
      finishing: new Set(),
      tap: undefined,
      bridge: undefined,
    });
    this.#reply(command.request, { type: "opened", port: outcome.link.port });
  }

  /** Takes the packets of a link for a session, which may not exist yet. */
  #ownerOf(holder: { readonly session?: RtpSession }): LinkOwner {
    return {
      receiveRtp: (packet: Uint8Array, source: PacketAddress) => {
        try {
          holder.session?.receiveRtp(packet, source, this.#clock.monotonicMs());
        } catch (error) {
          this.#fault(error);
        }
      },
      receiveRtcp: (packet: Uint8Array, source: PacketAddress) => {
        try {
          holder.session?.receiveRtcp(packet, source, this.#clock.monotonicMs());
        } catch (error) {
          this.#fault(error);
        }
      },
    };
  }

  #start(entry: Hosted, { audio, signalledFrom }: Command<"start">): void {
    entry.session.configure(audio, signalledFrom, this.#clock.monotonicMs());
    if (entry.ptimeMs === audio.ptimeMs) return;
    leaveTicker(entry);
    const ticker = this.#tickerOf(audio.ptimeMs);
    const tickerEntry = ticker.add({
      tick: (missedTicks, latenessUs, nowMs) => {
        this.#lateness.note(latenessUs, missedTicks);
        entry.session.tick(missedTicks, latenessUs, nowMs);
        if (tickerEntry.slot !== tickerEntry.home && entry.session.isSilent()) ticker.goHome(tickerEntry);
      },
    });
    entry.tickerEntry = tickerEntry;
    entry.ticker = ticker;
    entry.ptimeMs = audio.ptimeMs;
  }

  #join(entry: Hosted, otherNumber: SessionNumber): void {
    const partner = this.#hosted.get(otherNumber);
    if (partner === undefined || partner === entry) return;
    part(entry);
    part(partner);
    const bridge = createBridge(entry.session, partner.session);
    entry.bridge = { partner, bridge };
    partner.bridge = { partner: entry, bridge };
  }

  #startCapture(entry: Hosted): void {
    if (entry.tap !== undefined) return;
    entry.tap = createTap();
    entry.session.add(entry.tap);
  }

  #stopCapture(entry: Hosted, request: number): void {
    const { tap } = entry;
    entry.tap = undefined;
    if (tap !== undefined) entry.session.remove(tap);
    this.#reply(request, { type: "captured", samples: (tap?.finish() ?? pcmFromSamples([])).samples });
  }

  /** Into silence, a playback begins with a packet of its own at once instead of at the next tick. */
  #play(entry: Hosted, { playbackId, samples, growth, repeat }: Command<"play">): void {
    const isIntoSilence = entry.session.isSilent();
    entry.session.play(playbackId, samples, repeat, growth);
    if (isIntoSilence && entry.tickerEntry !== undefined) entry.ticker?.hasten(entry.tickerEntry);
  }

  #startRecording(entry: Hosted, { recording: number, path, setting }: Command<"start-recording">): void {
    const recording = createRecording(setting, path, this.#clock.monotonicMs(), this.#diskTurns, (end, terminator) =>
      this.#endRecording(entry, number, end, terminator),
    );
    entry.recordings.set(number, recording);
    entry.session.add(recording.recorder);
  }

  #endRecording(entry: Hosted, number: RecordingNumber, end: RecordingEnd, terminator: string | undefined): void {
    const recording = entry.recordings.get(number);
    if (recording === undefined) return;
    entry.recordings.delete(number);
    entry.session.remove(recording.recorder);
    const finished = recording.finish(end, terminator, this.#clock.monotonicMs()).then((outcome) => {
      entry.finishing.delete(finished);
      this.#emit({ type: "recording-ended", recording: number, outcome });
    });
    entry.finishing.add(finished);
  }

  async #close(entry: Hosted, command: Command<"close">): Promise<void> {
    leaveTicker(entry);
    this.#hosted.delete(command.session);
    part(entry);
    for (const recording of entry.recordings.keys()) this.#endRecording(entry, recording, "closed", undefined);
    entry.session.sayGoodbye(this.#clock.monotonicMs());
    const stats = entry.session.stats();
    await Promise.all([entry.link.close(), ...entry.finishing]);
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

function part(entry: Hosted): void {
  if (entry.bridge === undefined) return;
  const { partner, bridge } = entry.bridge;
  bridge.close();
  entry.bridge = partner.bridge = undefined;
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
