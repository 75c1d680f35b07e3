import { createRecording, type Recording } from "../node/recorder/recording.ts";
import { createTap, type Tap } from "../node/tap.ts";
import { pcmFromSamples } from "../pcm.ts";
import { createBridge, type Bridge } from "./bridge.ts";
import type { Clock } from "../../kernel/index.ts";
import type { Link } from "../link/link.ts";
import type { RecordingFiles } from "../node/recorder/recording-files.ts";
import { MIXER_TICK_MS } from "../node/mixer/mixer.ts";
import { takeFarSeat, type Seat } from "../node/mixer/seat.ts";
import { flowListener } from "./flow-listener.ts";
import type { RecordingEnd } from "../node/recorder/types.ts";
import type { MediaStats } from "../stream/quality/media-stats.ts";
import type { MixerCommand, RecordingNumber, RtpCommand, RtpEvent, RtpReply, SharedSamples } from "./messages.ts";
import type { RtpSession } from "./session.ts";
import type { Ticker, TickerEntry, Ticking } from "./ticker.ts";

/** How long after its start a stream waits for what is to be said first, before it begins with silence. */
const FIRST_WORDS_MS = 20;

/** A command to a session that is open; that to close it needs time. */
export type SessionCommand = Exclude<
  RtpCommand,
  | { readonly type: "open" | "open-browser" | "join" | "close" | "open-mixer" | "close-mixer" | "use-opus" }
  | MixerCommand
>;

type Command<Type extends RtpCommand["type"]> = Extract<RtpCommand, { readonly type: Type }>;

/** What a session takes of its host. */
export interface HostOfSession {
  readonly clock: Clock;
  /** Of all recordings. */
  readonly files: RecordingFiles;
  /** The ticks of a packet time. */
  tickerOf(ptimeMs: number): Ticker;
  /** A tick came so late. */
  noteLateness(latenessUs: number, missedTicks: number): void;
  /** Two sessions begin or end to hear each other. */
  noteBridge(change: 1 | -1): void;
  emit(event: RtpEvent): void;
}

/** One session of a host, with what belongs to it: its link, its place among the ticks, its recordings, what the main thread listens to, and the bridge
 * that it is in. */
export class HostedSession implements Ticking {
  readonly session: RtpSession;
  readonly #link: Link;
  readonly #host: HostOfSession;
  /** Most have none. */
  #recordings: Map<RecordingNumber, Recording> | undefined;
  /** Files that are being completed. */
  #finishing: Set<Promise<void>> | undefined;
  #ticks: { readonly ticker: Ticker; readonly entry: TickerEntry; readonly ptimeMs: number } | undefined;
  /** The stream has begun, with words or without. */
  #hasBegun = false;
  #startMs = 0;
  /** It ticks away from its place. */
  #isHastened = false;
  #tap: Tap | undefined;
  #seat: { readonly seat: Seat; readonly leader: TickerEntry | undefined; readonly onLeft: () => void } | undefined;
  #bridge: { readonly partner: HostedSession; readonly bridge: Bridge } | undefined;

  constructor(session: RtpSession, link: Link, host: HostOfSession) {
    this.session = session;
    this.#link = link;
    this.#host = host;
  }

  handle(command: SessionCommand): void {
    const { session } = this;
    switch (command.type) {
      case "start":
        return this.#start(command);
      case "play":
        return this.#play(command);
      case "stop-playback":
        return session.stopPlayback(command.playbackId);
      case "send-digits":
        return session.sendDigits(command.sendId, command.digits, command.toneMs, command.gapMs);
      case "signal-key":
        return session.signalKey(command.digit, command.durationMs, this.#nowMs());
      case "suppress-noise":
        return session.suppressNoise(command.isOn, this.#nowMs());
      case "start-capture":
        return this.#startCapture();
      case "stop-capture":
        return this.#reply(command.request, { type: "captured", samples: this.#stopCapture() });
      case "start-recording":
        return this.#startRecording(command);
      case "pause-recording":
        return this.#recordings?.get(command.recording)?.recorder.pause(this.#nowMs());
      case "resume-recording":
        return this.#recordings?.get(command.recording)?.recorder.resume(this.#nowMs());
      case "stop-recording":
        return this.#endRecording(command.recording, "stopped", undefined);
      case "part":
        return this.part();
      case "sit-far": {
        const { rings, rateHz, mixer, session: number } = command;
        return this.sit(takeFarSeat(rings, rateHz, flowListener(this.#host.emit, mixer, number)), undefined);
      }
      case "stand-up":
        return this.standUp();
      case "answered":
        return session.answered(this.#nowMs());
      case "stats":
        return this.#reply(command.request, { type: "stats", stats: session.stats(this.#nowMs()) });
      default:
        return command satisfies never;
    }
  }

  /** Lets the far ends of both hear each other, and nobody else. */
  join(partner: HostedSession): void {
    this.part();
    partner.part();
    const bridge = createBridge(this.session, partner.session, this.#host.clock);
    this.#bridge = { partner, bridge };
    partner.#bridge = { partner: this, bridge };
    this.#host.noteBridge(1);
  }

  part(): void {
    if (this.#bridge === undefined) return;
    const { partner, bridge } = this.#bridge;
    bridge.close();
    this.#bridge = partner.#bridge = undefined;
    this.#host.noteBridge(-1);
  }

  /** Takes part in a mixer.
   * @param leader the mixer among the ticks, where it is in this thread: what it makes is sent soon after
   * @param onLeft called when it leaves by itself */
  sit(seat: Seat, leader: TickerEntry | undefined, onLeft: () => void = () => undefined): void {
    this.part();
    this.standUp();
    this.#seat = { seat, leader, onLeft };
    this.session.add(seat);
    this.session.voice = seat;
    this.#followLeader();
  }

  standUp(): void {
    if (this.#seat === undefined) return;
    const { seat } = this.#seat;
    this.#seat = undefined;
    seat.leave();
    this.session.remove(seat);
    this.session.voice = undefined;
  }

  /** Ends all that belongs to it. @returns its statistics, once its ports are free and its recordings on the disk */
  close(): MediaStats | Promise<MediaStats> {
    this.#leaveTicks();
    this.part();
    this.#seat?.onLeft();
    this.standUp();
    for (const recording of this.#recordings?.keys() ?? []) this.#endRecording(recording, "closed", undefined);
    this.session.sayGoodbye(this.#nowMs());
    const closed = this.#link.close();
    const stats = this.session.stats(this.#nowMs());
    const finishing = this.#finishing;
    if (closed === undefined && finishing === undefined) return stats;
    return Promise.all([closed, ...(finishing ?? [])]).then(() => stats);
  }

  #start({ audio, signalledFrom, rule }: Command<"start">): void {
    this.session.configure(audio, signalledFrom, this.#nowMs(), rule);
    const { ptimeMs } = audio;
    if (this.#ticks?.ptimeMs === ptimeMs) return;
    this.#leaveTicks();
    const ticker = this.#host.tickerOf(ptimeMs);
    this.#startMs = this.#nowMs();
    this.#hasBegun = this.#isHastened = false;
    this.#ticks = { ticker, entry: ticker.add(this), ptimeMs };
    this.#followLeader();
  }

  /** Called by the ticker. What it reads lies in few places: each is far from the processor when a thousand other legs were served since. */
  tick(missedTicks: number, latenessUs: number, nowMs: number): void {
    this.#host.noteLateness(latenessUs, missedTicks);
    if (!this.#hasBegun) {
      // What is said first is mostly on its way: it shall begin the stream, not come early behind a packet of silence.
      if (nowMs - this.#startMs < FIRST_WORDS_MS && this.#hasSaidNothing()) return;
      this.#hasBegun = true;
    }
    this.session.tick(missedTicks, latenessUs, nowMs);
    if (this.#isHastened && this.session.isSilent()) this.#goHome();
  }

  #goHome(): void {
    this.#isHastened = false;
    if (this.#ticks !== undefined) this.#ticks.ticker.goHome(this.#ticks.entry);
  }

  #followLeader(): void {
    const leader = this.#seat?.leader;
    if (leader !== undefined && this.#ticks?.ptimeMs === MIXER_TICK_MS)
      this.#ticks.ticker.follow(this.#ticks.entry, leader);
  }

  #hasSaidNothing(): boolean {
    return this.session.sender.packetCount === 0 && this.session.isSilent();
  }

  #leaveTicks(): void {
    if (this.#ticks !== undefined) this.#ticks.ticker.remove(this.#ticks.entry);
    this.#ticks = undefined;
  }

  /** Into silence, a playback begins with a packet of its own at once instead of at the next tick. */
  #play({ playbackId, samples, wide, coded, growth, repeat }: Command<"play">): void {
    const isIntoSilence = this.session.isSilent();
    this.session.play(playbackId, { samples, wide, growth, coded, repeat });
    const ticks = this.#ticks;
    if (!isIntoSilence || ticks === undefined || this.#seat !== undefined) return;
    this.#isHastened = true;
    ticks.ticker.hasten(ticks.entry);
  }

  #startCapture(): void {
    if (this.#tap !== undefined) return;
    this.#tap = createTap();
    this.session.add(this.#tap);
  }

  #stopCapture(): SharedSamples {
    const tap = this.#tap;
    this.#tap = undefined;
    if (tap === undefined) return pcmFromSamples([]).samples;
    this.session.remove(tap);
    return tap.finish().samples;
  }

  #startRecording({ recording: number, place, setting }: Command<"start-recording">): void {
    const onEnd = (end: RecordingEnd, terminator: string | undefined) => this.#endRecording(number, end, terminator);
    const recording = createRecording(setting, place, this.#nowMs(), this.#host.files, onEnd);
    this.#recordings ??= new Map();
    this.#recordings.set(number, recording);
    this.session.add(recording.recorder);
    void recording.begun.then((isBegun) => this.#host.emit({ type: "recording-begun", recording: number, isBegun }));
  }

  #endRecording(number: RecordingNumber, end: RecordingEnd, terminator: string | undefined): void {
    const recording = this.#recordings?.get(number);
    if (recording === undefined) return;
    this.#recordings?.delete(number);
    const finishing = (this.#finishing ??= new Set());
    this.session.remove(recording.recorder);
    const finished = recording.finish(end, terminator, this.#nowMs()).then((outcome) => {
      finishing.delete(finished);
      this.#host.emit({ type: "recording-ended", recording: number, outcome });
    });
    finishing.add(finished);
  }

  #reply(request: number, reply: RtpReply): void {
    this.#host.emit({ type: "reply", request, reply });
  }

  #nowMs(): number {
    return this.#host.clock.monotonicMs();
  }
}
