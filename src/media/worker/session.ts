import { createKeyDetector, type KeyDetector, type KeyListener } from "../node/keys/key-detector.ts";
import type { Playback } from "../node/player.ts";
import { createPrompter, type Prompter } from "../node/prompter.ts";
import { createKeyRelay, type KeyRelay, type RelayedKeyPacket } from "../node/relay/key-relay.ts";
import { toCodedAudio } from "../stream/audio-packet.ts";
import { createRtpStream, type RtpStream, type RtpStreamOwner, type RtpStreamSetting } from "../stream/stream.ts";
import type { HeardPacket } from "../stream/heard-packet.ts";
import type { AudioProblem } from "../stream/quality/audio-problems.ts";
import type { DropCause } from "../stream/quality/packet-counts.ts";
import type { RtpSender } from "../stream/sender.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";
import type { PacketAddress } from "../io/packet-io.ts";
import type { Link } from "../link/link.ts";
import type { SourceRule } from "../link/source-machine.ts";
import type { MediaNode, Voice } from "../node/node.ts";
import type { MediaStats } from "../stream/quality/media-stats.ts";
import type { CodedSamples } from "./messages.ts";
import type { Shortcut, ShortcutEnd } from "./shortcut.ts";
import type { Ticking } from "./ticker.ts";

/** What is played, as its playback in the player has it. */
export interface PlayedPiece extends Pick<Playback, "samples" | "wide" | "growth" | "repeat"> {
  /** The samples by a codec, which spares encoding them. */
  readonly coded?: CodedSamples | undefined;
}

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

/** A stream with its nodes: the session with one far end, inside a worker. Packets drive it as they come, and ticks once each packet time. */
export interface RtpSession extends Ticking, ShortcutEnd {
  readonly sender: RtpSender;
  /** While it is bridged, the ways past it of what it hears and of what it says. Whatever it is told or asked closes them. */
  useShortcuts(onward: Shortcut | undefined, inward: Shortcut | undefined): void;
  /** Keys that are passed on to the far end. */
  readonly passedKeys: KeyRelay;
  /** What is said to the far end while nothing is played to it. */
  voice: Voice | undefined;
  /** Share of our packets that were lost on the way, as the far end said last. */
  readonly lossShare: number;
  /** @param signalledFrom address that the description came from; undefined when nobody knows */
  configure(audio: NegotiatedAudio, signalledFrom: string | undefined, nowMs: number, rule?: SourceRule): void;
  play(playbackId: string, piece: PlayedPiece): void;
  stopPlayback(playbackId: string): void;
  sendDigits(sendId: string, digits: string, toneMs: number, gapMs: number): void;
  /** A key that came by SIP INFO. */
  signalKey(digit: string, durationMs: number, nowMs: number): void;
  /** Takes noise out of what the far end says, or leaves it. */
  suppressNoise(isOn: boolean, nowMs: number): void;
  receiveRtp(packet: Uint8Array, source: PacketAddress, nowMs: number): void;
  receiveRtcp(packet: Uint8Array, source: PacketAddress, nowMs: number): void;
  /** The link did not let a packet through. */
  dropped(cause: DropCause): void;
  /** Something is played to the far end, or digits are sent. */
  isBusy(): boolean;
  /** Nothing is played, and the far end hears silence: what is played now begins with a packet of its own. */
  isSilent(): boolean;
  add(node: MediaNode): void;
  remove(node: MediaNode): void;
  /** The leg was answered: from now on silence is watched for. */
  answered(nowMs: number): void;
  stats(nowMs: number): MediaStats;
  /** Sends the last report with a BYE, and tells digits that have all left and what is wrong with the audio. RFC 3550 §6.6 */
  sayGoodbye(nowMs: number): void;
}

/** Makes a session on an open link; nothing is sent before `configure`. */
export function createRtpSession(link: Link, events: RtpSessionEvents, setting: RtpStreamSetting): RtpSession {
  return new Session(link, events, setting);
}

/** One value for all sessions, so that it is near when a packet comes. */
const NO_NODES: readonly MediaNode[] = [];

class Session implements RtpSession, RtpStreamOwner, KeyListener {
  readonly sender: RtpSender;
  readonly stream: RtpStream;
  voice: Voice | undefined;
  #onward: Shortcut | undefined;
  #inward: Shortcut | undefined;
  readonly #events: RtpSessionEvents;
  readonly #prompter: Prompter;
  readonly #keys: KeyDetector;
  #remoteAddress: string | undefined;
  /** Empty in most sessions. */
  #nodes = NO_NODES;
  /** Those that want to know what is sent. */
  #sentNodes = NO_NODES;
  /** Made for a bridge. */
  #passedKeys: KeyRelay | undefined;
  #suppressesNoise = false;
  #worstLatenessUs = 0;
  #ticksSkipped = 0;
  /** When the first packet came, and the leg was answered. */
  #heardAtMs: number | undefined;
  #answeredAtMs: number | undefined;

  constructor(link: Link, events: RtpSessionEvents, setting: RtpStreamSetting) {
    this.#events = events;
    this.#prompter = createPrompter(events);
    this.stream = createRtpStream(link, this, setting);
    this.sender = this.stream.sender;
    this.#keys = createKeyDetector(this);
  }

  configure(audio: NegotiatedAudio, signalledFrom: string | undefined, nowMs: number, rule?: SourceRule): void {
    this.#closeShortcuts();
    if (this.#remoteAddress !== audio.remoteAddress) this.#keys.forget();
    this.#remoteAddress = audio.remoteAddress;
    // What Opus makes of tones is no key any more.
    this.#keys.configure(audio.telephoneEventPayloadType !== undefined || audio.codec.name === "opus");
    this.voice?.interrupt();
    this.stream.configure(audio, signalledFrom, nowMs, rule);
  }

  play(playbackId: string, { coded, ...piece }: PlayedPiece): void {
    this.#closeShortcuts();
    this.#prompter.play({
      id: playbackId,
      ...piece,
      coded: coded && toCodedAudio(coded.codec, coded.codes),
      onStarted: () => this.#events.onPlaybackStarted(playbackId),
      onFinished: () => this.#events.onPlaybackFinished(playbackId),
    });
  }

  stopPlayback(playbackId: string): void {
    this.#closeShortcuts();
    this.#prompter.stop(playbackId);
  }

  sendDigits(sendId: string, digits: string, toneMs: number, gapMs: number): void {
    this.#closeShortcuts();
    this.#prompter.sendDigits(sendId, digits, toneMs, gapMs, this.sender.takesEvents || !this.sender.isReady);
  }

  signalKey(digit: string, durationMs: number, nowMs: number): void {
    this.#closeShortcuts();
    this.#keys.signal(digit, durationMs, nowMs);
  }

  suppressNoise(isOn: boolean, nowMs: number): void {
    if (isOn === this.#suppressesNoise) return;
    this.#closeShortcuts();
    this.#suppressesNoise = isOn;
    for (const node of this.#nodes) node.suppressNoise?.(isOn, nowMs);
  }

  /** One packet time, in its phases. */
  tick(missedTicks: number, latenessUs: number, nowMs: number): void {
    if (this.#inward !== undefined) {
      if (this.#inward.covers(missedTicks, nowMs)) return;
      this.#inward.close();
      if (nowMs >= this.stream.nextLookMs) this.#onward?.close();
    }
    // 1. What did not come: the end of a key, or anything for too long.
    if (!this.#keys.isIdle) this.#keys.tick(nowMs);
    this.stream.watchSilence(nowMs);
    // 2. What is said to the far end: keys that are passed on, then one frame, or none.
    if (this.sender.isReady) this.#speak(missedTicks, latenessUs, nowMs);
    this.#ticksSkipped += missedTicks;
    // 3. What follows the session, such as recorders.
    if (this.#nodes !== NO_NODES) for (const node of this.#nodes) node.tick?.(nowMs);
    // 4. Reports.
    this.stream.report(nowMs);
  }

  receiveRtp(packet: Uint8Array, source: PacketAddress, nowMs: number): void {
    this.#onward?.close();
    const heard = this.stream.receiveRtp(packet, source, nowMs);
    // The far end may have moved.
    this.#inward?.aim();
    if (heard === undefined) return;
    this.#heardAtMs ??= nowMs;
    if (this.#nodes !== NO_NODES) for (const node of this.#nodes) node.heard?.(heard, nowMs);
    // Once all others have had it, since they may end by its key.
    this.#keys.heard(heard, nowMs);
    this.#onward?.open(heard);
  }

  receiveRtcp(packet: Uint8Array, source: PacketAddress, nowMs: number): void {
    this.#closeShortcuts();
    this.stream.receiveRtcp(packet, source, nowMs);
  }

  dropped(cause: DropCause): void {
    this.stream.dropped(cause);
  }

  useShortcuts(onward: Shortcut | undefined, inward: Shortcut | undefined): void {
    this.#onward = onward;
    this.#inward = inward;
  }

  isPlain(): boolean {
    return this.#nodes.length === 1 && this.#sentNodes.length === 0 && this.#keys.isIdle;
  }

  get passedKeys(): KeyRelay {
    return (this.#passedKeys ??= createKeyRelay());
  }

  isBusy(): boolean {
    return this.#prompter.isBusy();
  }

  get lossShare(): number {
    return this.stream.lossShare;
  }

  isSilent(): boolean {
    return this.sender.isSilent() && !this.#prompter.isBusy();
  }

  get followsSent(): boolean {
    return this.#sentNodes.length > 0;
  }

  onSent(packet: HeardPacket, nowMs: number): void {
    for (const node of this.#sentNodes) node.sent?.(packet, nowMs);
  }

  onRtpTimeout(): void {
    this.#events.onRtpTimeout();
  }

  onAudioProblem(problem: AudioProblem): void {
    this.#events.onAudioProblem(problem);
  }

  keyBegan(digit: string, durationTicks: number, packet: HeardPacket, nowMs: number): void {
    for (const node of this.#nodes) node.keyBegan?.(digit, durationTicks, packet, nowMs);
  }

  keyGrew(durationTicks: number): void {
    for (const node of this.#nodes) node.keyGrew?.(durationTicks);
  }

  keyEnded(digit: string, durationMs: number): void {
    for (const node of this.#nodes) node.keyEnded?.(digit, durationMs);
    this.#events.onDigit(digit, durationMs);
  }

  keyInBand(digit: string, startTicks: number, durationMs: number): void {
    for (const node of this.#nodes) node.keyInBand?.(digit, startTicks);
    this.#events.onDigit(digit, durationMs);
  }

  keySignalled(digit: string, durationMs: number, nowMs: number): void {
    for (const node of this.#nodes) node.keySignalled?.(digit, durationMs, nowMs);
    this.#events.onDigit(digit, durationMs);
  }

  add(node: MediaNode): void {
    if (this.#suppressesNoise) node.suppressNoise?.(true, 0);
    this.#setNodes([...this.#nodes, node]);
  }

  remove(node: MediaNode): void {
    this.#setNodes(this.#nodes.filter((each) => each !== node));
  }

  answered(nowMs: number): void {
    this.#closeShortcuts();
    this.#answeredAtMs ??= nowMs;
    this.stream.answered(nowMs);
  }

  stats(nowMs: number): MediaStats {
    this.#closeShortcuts();
    const timing = { worstSendLatenessMs: this.#worstLatenessUs / 1000, ticksSkipped: this.#ticksSkipped };
    // Spread, its many members would be set one by one.
    return Object.assign(this.stream.stats(timing), this.#timesSinceAnswer(nowMs));
  }

  sayGoodbye(nowMs: number): void {
    this.#closeShortcuts();
    this.#prompter.finishDigits();
    this.stream.sayGoodbye(nowMs);
  }

  #closeShortcuts(): void {
    this.#onward?.close();
    this.#inward?.close();
  }

  #timesSinceAnswer(nowMs: number): Pick<MediaStats, "answeredForMs" | "heardAfterMs"> {
    const [answeredAtMs, heardAtMs] = [this.#answeredAtMs, this.#heardAtMs];
    if (answeredAtMs === undefined) return {};
    return {
      answeredForMs: Math.max(0, nowMs - answeredAtMs),
      ...(heardAtMs === undefined ? {} : { heardAfterMs: Math.max(0, heardAtMs - answeredAtMs) }),
    };
  }

  #speak(missedTicks: number, latenessUs: number, nowMs: number): void {
    const out = this.sender;
    if (this.#passedKeys !== undefined) this.#speakKeys(this.#passedKeys, nowMs);
    const before = out.packetCount;
    out.beginTick(missedTicks);
    this.#speakFrame(nowMs);
    out.endTick();
    if (out.packetCount !== before && latenessUs > this.#worstLatenessUs) this.#worstLatenessUs = latenessUs;
  }

  #speakKeys(keys: KeyRelay, nowMs: number): void {
    if (keys.isIdle()) return;
    const out = this.sender;
    const send = (key: RelayedKeyPacket) => out.sendEvent(key, key.timestampTicks, nowMs);
    keys.tick(out.timestampTicks, out.frameTicks, send);
  }

  /** Who speaks: what is played before the voice, and silence where nobody does. Contract: sip-and-media-silence-between-prompts */
  #speakFrame(nowMs: number): void {
    const out = this.sender;
    const isOwn = this.#prompter.isBusy() || out.isHeld;
    if (!isOwn && this.voice?.speak(out, nowMs) === true) return;
    // What was passed on may be this tick's packet, and the next one's.
    if (!out.hasRoom()) return;
    this.voice?.interrupt();
    if (!this.#prompter.speak(out, nowMs)) out.sendSilence(nowMs);
  }

  #setNodes(nodes: readonly MediaNode[]): void {
    this.#closeShortcuts();
    this.#nodes = nodes.length === 0 ? NO_NODES : nodes;
    this.#sentNodes = nodes.filter((node) => node.sent !== undefined);
  }
}
