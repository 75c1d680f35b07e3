import type { MediaStats } from "./stream/quality/media-stats.ts";
import type { Clock, Logger } from "../kernel/index.ts";
import type { PacketChoice } from "./io/choose-io.ts";
import type { PacketIo } from "./io/packet-io.ts";
import type { AudioProblem } from "./stream/quality/audio-problems.ts";
import type { PacketTotals } from "./stream/quality/packet-counts.ts";
import type {
  MediaRecording,
  MendedRecording,
  RecordingOptions,
  TimedRecording,
  TimedRecordingOptions,
} from "./node/recorder/types.ts";
import type { BrowserNearEnd, IceNames, NegotiatedAudio } from "../sdp/index.ts";
import type { SourceRule } from "./link/source-machine.ts";
export type { SourceRule };

/** Audio, mono, 16 bit signed, on shared memory. */
export interface Sound {
  /** 8,000 Hz, as telephones hear it. */
  readonly samples: Int16Array<SharedArrayBuffer>;
  /** The same at 16,000 Hz, twice as many, for far ends that can hear more; undefined: there is no more in it. */
  readonly wide?: Int16Array<SharedArrayBuffer> | undefined;
}

/** Audio ready to be sent. */
export interface Pcm extends Sound {
  /** Only of audio that is still being made. It can be played already; the player waits where nothing is there yet. */
  readonly growth?: PcmGrowth;
}

/** How far audio is that is still being made. */
export interface PcmGrowth {
  /** [0] how many `samples` can be played, and twice as many `wide` ones; [1] 1 when that is all. Written by the thread that makes it. */
  readonly state: Int32Array<SharedArrayBuffer>;
  /** The whole; rejects when it breaks off. */
  readonly whole: Promise<Pcm>;
}

/** Samples per second of mixers: wide enough for speech, of which phones have half; or all that can be heard. */
export type MixerRate = 16_000 | 48_000;

export interface MediaOptions {
  /** Number of worker threads that carry RTP; default 1. */
  readonly workers?: number;
  /** Address to bind RTP sockets to, for example 127.0.0.1 or 0.0.0.0. */
  readonly address: string;
  /** Range of UDP ports, inclusive; RTP takes even ones, RTCP the next. Default 5,000 to 65,000 as free. Port 0 to 0: any free pair. */
  readonly portRange?: { readonly min: number; readonly max: number };
  /** Silence from the far end (neither RTP nor RTCP) after which `onRtpTimeout` is told while it should be sending; 0 switches off. */
  readonly rtpTimeoutMs?: number;
  /** The same while the far end holds us (sendonly, inactive, 0.0.0.0): it may be silent for longer. Default an hour; 0 switches off.
   * Contract: sip-and-media-hold, sip-and-media-audio-stops */
  readonly holdTimeoutMs?: number;
  /** Folder for recordings that are not done yet, made when the first begins; default `offhook-recordings` in the system's folder for
   * temporary files. On the file system of the objects, a finished recording is moved there without a copy. */
  readonly recordingsFolder?: string;
  /** UDP port that sessions with browsers share, of the first worker; each further one takes the next. Default 0: any free one. */
  readonly browserPort?: number;
  /** Address at which browsers reach that port, where it is another than `address`. */
  readonly browserAddress?: string;
  /** Samples per second of mixers; default 16,000. */
  readonly mixerRateHz?: MixerRate;
  /** How packets pass between the workers and the system; default "auto": batched where that works, else dgram. The log says which, and why. */
  readonly packets?: PacketChoice;
  /** Works in the calling thread, by this clock and over these sockets, instead of in workers. */
  readonly local?: { readonly clock: Clock; readonly io: PacketIo };
  readonly log: Logger;
}

/** Counts of what is open now, all zero when idle except `workers`; and `packets`, which is of all time. */
export interface MediaLedger {
  readonly sessions: number;
  readonly mixers: number;
  /** Sessions that take part in one. */
  readonly members: number;
  readonly sockets: number;
  readonly workers: number;
  readonly packets: PacketTotals;
}

export interface Media extends BrowserMedia, MixerMedia {
  /** Resolves once the first worker runs and the log says how its packets go, or once it has failed. */
  started(): Promise<void>;
  /** Binds an RTP and RTCP port pair. Rejects with `MEDIA_NO_PORTS` or `MEDIA_OVERLOADED`. */
  openSession(delegate: MediaDelegate, options?: SessionOptions): Promise<MediaSession>;
  /** Joins two sessions: each far end hears the other, until the bridge or one of the sessions is closed; then the one left hears silence.
   * While something is played or digits are sent to one of them, that one hears it instead of the other, and the other hears silence.
   * Keys are made anew as telephone-events, or as tones where none were agreed; the session that they came from is told them as always.
   * Throws `MEDIA_BRIDGE_APART` unless one session was opened `near` the other, `MEDIA_ALREADY_BRIDGED` when one is in a bridge, and
   * `MEDIA_SESSION_CLOSED`. Contract: actions-bridge-prompt */
  bridge(one: MediaSession, other: MediaSession): MediaBridge;
  /** Decodes a whole WAV file (every form of PCM and float, G.711; any rate; mono or stereo) off the main thread and resamples it.
   * Rejects with `MEDIA_UNSUPPORTED_AUDIO` and a message that says what was found and what would be right. */
  decodeWav(bytes: Uint8Array): Promise<Pcm>;
  /** The same, but resolves as soon as its beginning can be played: a long one still grows then. */
  beginWav(bytes: Uint8Array): Promise<Pcm>;
  /** Completes a recording whose process ended before it did, or that broke off: `path` as its handle told it. undefined when there is
   * nothing of it. Rejects with what the system says. */
  mendRecording(path: string): Promise<MendedRecording | undefined>;
  /** Of the worker whose ticks are latest. */
  load(): MediaLoad;
  ledger(): MediaLedger;
  close(): Promise<void>;
}

export interface SessionOptions {
  /** Opens the session in the worker of this one, so that the two can be bridged, or in that of a mixer, which has less to do for it then. */
  readonly near?: MediaSession | MediaMixer;
  /** Address to bind to in place of `MediaOptions.address`: where a peer of another network or address family reaches us. */
  readonly address?: string;
}

/** Two sessions that hear each other. */
export interface MediaBridge {
  /** Ends the bridge. Closing again does nothing. */
  close(): void;
}

/** What a member of a mixer may do. */
export interface MixerPart {
  /** What it says goes into the mix: it is not muted, and may send. */
  readonly isHeard: boolean;
  /** It gets the mix without its own voice; else silence. */
  readonly hears: boolean;
}

/** How loud a member speaks, as what is left to full scale: 0 is the loudest, 127 silence. The scale of RFC 6464. */
export interface MemberLevel {
  readonly session: MediaSession;
  readonly belowFullScaleDb: number;
}

/** Events for the owner of a mixer, on the main thread, in order. Nothing comes after `close()`. */
export interface MixerDelegate {
  /** Who speaks: every 200 ms while a member is above -42 dBFS, those members only; then nobody, as often, for 10 s. */
  onLevels?(levels: readonly MemberLevel[]): void;
  /** The first packet of a member's far end since it was added, or since its media was lost. */
  onMediaFlows?(session: MediaSession): void;
  /** Nothing has come from a member's far end for 10 s. It is still a member. */
  onMediaLost?(session: MediaSession): void;
  /** The worker that mixed ended, and nobody hears anybody any more. Members in other workers are still open. The mixer is still to be closed. */
  onLost?(): void;
}

/** One room: each member hears all others. Commands are carried out in order, with those to its sessions. A prompt to a member, or digits, are
 * heard by it in place of the room. */
export interface MediaMixer {
  /** Adds a session, which leaves with its `close()` at the latest. Throws `MEDIA_SESSION_CLOSED`, and `MEDIA_ALREADY_BRIDGED` when it is in a
   * bridge or a mixer. */
  add(session: MediaSession, part: MixerPart): void;
  /** Changes what a member may do; of no member, nothing. */
  set(session: MediaSession, part: MixerPart): void;
  /** The member hears silence from now on; of no member, nothing. */
  remove(session: MediaSession): void;
  /** All members leave. Closing again does nothing. */
  close(): void;
}

/** Opens rooms. */
export interface MixerMedia {
  /** Opens a mixer in the worker that has time. Throws `MEDIA_OVERLOADED` and `MEDIA_CLOSED`. */
  openMixer(delegate: MixerDelegate): MediaMixer;
}

/** What a browser says of the way to it. */
export interface BrowserRemote {
  readonly audio: NegotiatedAudio;
  /** User name fragment of its ICE agent. RFC 8839 §5.4 */
  readonly iceUfrag: string;
  /** Of its certificate: the value of `a=fingerprint`, its hash in lower case and its bytes in upper case. RFC 8122 §5 */
  readonly fingerprint: string;
}

/** What a browser is told of the way to us. */
export interface BrowserTransport extends BrowserNearEnd {
  /** That of mixers: what is above half of it is not heard. */
  readonly playbackRateHz: MixerRate;
}

/** A session with a browser: over ICE, DTLS and SRTP, on a port that it shares with others of its worker. */
export interface BrowserSession extends MediaSession {
  readonly transport: BrowserTransport;
  /** Names for our end where the browser begins ICE anew; they are good once `start` has them (`NegotiatedAudio.browser`). RFC 8839 §4.4.1.1.1 */
  newNames(): IceNames;
}

/** Opens sessions with browsers. */
export interface BrowserMedia {
  /** Opens a session that waits for its browser, with the audio of its offer begun; `start` takes on a renegotiation, and names the browser where that was
   * not known yet (`NegotiatedAudio.browser`). Rejects with
   * `MEDIA_OVERLOADED`, `MEDIA_NO_PORTS` or `MEDIA_BIND_FAILED`. */
  openBrowserSession(
    delegate: BrowserDelegate,
    remote: BrowserRemote | undefined,
    options?: { readonly near?: MediaSession | MediaMixer },
  ): Promise<BrowserSession>;
}

/** Events for the owner of a session, on the main thread, in order. Nothing comes after `close()` resolved. */
export interface MediaDelegate {
  /** A playback ran to its end (not when it was stopped). `playbackId` as given to `play`. */
  onPlaybackFinished?(playbackId: string): void;
  /** The first packet of a playback left. For measuring, told once per playback. */
  onPlaybackStarted?(playbackId: string): void;
  /** A key: a telephone-event ended (told once however often its end packet was repeated), or `signalKey` brought it. `digit` is one of 0-9 * # A-D. */
  onDigit?(digit: string, durationMs: number): void;
  /** All digits of a `sendDigits` were sent; told by `close()` too when the last key has left, though not all its end packets. */
  onDigitsSent?(sendId: string): void;
  /** The far end fell silent for `rtpTimeoutMs`, or `holdTimeoutMs` while it holds us. Told once. */
  onRtpTimeout?(): void;
  /** One-way audio, dead air or clipping was found; once for each of them and each direction. */
  onAudioProblem?(problem: AudioProblem): void;
  /** The session is of no use any more, and is still to be closed: the worker that carried it ended, in whatever state the session was, also while
   * it was being opened; or the browser is gone. Told once.
   * @param why in words for the log */
  onLost?(why?: string): void;
}

/** Events for the owner of a session with a browser. It is lost when its handshake fails or takes longer than 30 s, when the browser closes it, and when
 * no connectivity check has come for 30 s. */
export interface BrowserDelegate extends MediaDelegate {
  /** The browser is whom its offer named, and keys are agreed: audio passes both ways from now on. Told once. */
  onConnected?(): void;
}

/** One RTP session with one far end. Commands are carried out in order. */
export interface MediaSession {
  readonly localAddress: string;
  /** RTP port; RTCP is the next one. */
  readonly localPort: number;
  /** Starts sending (silence until something plays) and receiving; call again with the outcome of a later offer.
   * @param signalledFrom address that the far end's signalling came from: a far end behind a NAT is expected there. Without it, packets are
   * expected from the signalled address
   * @param rule from where else it may be heard; default `named` */
  start(audio: NegotiatedAudio, signalledFrom?: string, rule?: SourceRule): void;
  /** The leg was answered: from now on one-way audio and dead air are watched for. */
  answered(): void;
  /** Queues audio behind what is playing; consecutive playbacks join without a gap. `repeat` is the total number of plays. */
  play(playbackId: string, pcm: Pcm, repeat: number): void;
  /** Stops a playing or queued playback at the next packet, without `onPlaybackFinished`. */
  stopPlayback(playbackId: string): void;
  /** Sends RFC 4733 events one after another. A comma is a pause of 500 ms. */
  sendDigits(sendId: string, digits: string, toneMs: number, gapMs: number): void;
  /** The far end signalled a key beside its audio (SIP INFO): it is told by `onDigit`, ends recordings and passes over a bridge as its telephone-event
   * would, and once if both come. */
  signalKey(digit: string, durationMs: number): void;
  /** Takes noise that stays the same out of what the far end says, in captures, in recordings and to the other side of a bridge, or leaves it as
   * it is again. At first it is left. Contract: actions-voice-focus-effect */
  suppressNoise(isOn: boolean): void;
  /** Starts a capture of the far end's audio (lost packets become silence, on the far end's timeline). */
  startCapture(): void;
  /** Ends the capture and gives what was heard since. */
  stopCapture(): Promise<Pcm>;
  /** Records this leg in the background, whatever else happens to it, until `stop` or the end of the session. */
  startRecording(options: RecordingOptions): MediaRecording;
  /** Records what the far end says until the first of the given ends. */
  recordUntil(options: TimedRecordingOptions): TimedRecording;
  /** Statistics so far. */
  stats(): Promise<MediaStats>;
  /** Stops, sends RTCP BYE, frees the ports. */
  close(): Promise<MediaStats>;
}

/** What a media worker says of itself. */
export interface MediaLoad {
  /** How late its ticks are, 99th percentile of the latest half second, milliseconds; 0 with no session up. */
  readonly lateMs: number;
  /** Its processor time as a share of one processor. */
  readonly share: number;
}
