import type { Logger } from "../kernel/index.ts";
import type { NegotiatedAudio } from "../sdp/index.ts";

/** Telephone audio ready to be sent: 8,000 Hz, mono, 16 bit signed, on shared memory so that workers read it without a copy. */
export interface Pcm {
  readonly samples: Int16Array<SharedArrayBuffer>;
}

export interface MediaOptions {
  /** Number of worker threads that carry RTP; default 1. */
  readonly workers?: number;
  /** Address to bind RTP sockets to, for example 127.0.0.1 or 0.0.0.0. */
  readonly address: string;
  /** Range of UDP ports, inclusive; RTP takes even ones, RTCP the next. Default 5,000 to 65,000 as free. Port 0 to 0: any free pair. */
  readonly portRange?: { readonly min: number; readonly max: number };
  /** Silence from the far end (neither RTP nor RTCP) after which `onRtpTimeout` is told while it should be sending; 0 switches off. */
  readonly rtpTimeoutMs?: number;
  readonly log: Logger;
}

/** Counts of what is open now; all zero when idle except `workers`. */
export interface MediaLedger {
  readonly sessions: number;
  readonly sockets: number;
  readonly workers: number;
}

export interface Media {
  /** Binds an RTP and RTCP port pair. Rejects with `MEDIA_NO_PORTS` or `MEDIA_OVERLOADED`. */
  openSession(delegate: MediaDelegate): Promise<MediaSession>;
  /** Decodes a whole WAV file (every form of PCM and float, G.711; any rate; mono or stereo) off the main thread and resamples it.
   * Rejects with `MEDIA_UNSUPPORTED_AUDIO` and a message that says what was found and what would be right. */
  decodeWav(bytes: Uint8Array): Promise<Pcm>;
  ledger(): MediaLedger;
  close(): Promise<void>;
}

/** What the owner of a session is told, on the main thread, in order. Nothing comes after `close()` resolved. */
export interface MediaDelegate {
  /** A playback ran to its end (not when it was stopped). `playbackId` as given to `play`. */
  onPlaybackFinished?(playbackId: string): void;
  /** The first packet of a playback left. For measuring, told once per playback. */
  onPlaybackStarted?(playbackId: string): void;
  /** A telephone-event ended (told once however often its end packet was repeated). `digit` is one of 0-9 * # A-D. */
  onDigit?(digit: string, durationMs: number): void;
  /** All digits of a `sendDigits` were sent. */
  onDigitsSent?(sendId: string): void;
  /** The far end fell silent for `rtpTimeoutMs`. Told once. */
  onRtpTimeout?(): void;
}

/** One RTP session with one far end. Commands are carried out in order. */
export interface MediaSession {
  readonly localAddress: string;
  /** RTP port; RTCP is the next one. */
  readonly localPort: number;
  /** Starts sending (silence until something plays) and receiving; call again with the outcome of a later offer. */
  start(audio: NegotiatedAudio): void;
  /** Queues audio behind what is playing; consecutive playbacks join without a gap. `repeat` is the total number of plays. */
  play(playbackId: string, pcm: Pcm, repeat: number): void;
  /** Stops a playing or queued playback at the next packet; `onPlaybackFinished` is not told. */
  stopPlayback(playbackId: string): void;
  /** Sends RFC 4733 events one after another. A comma is a pause of 500 ms. */
  sendDigits(sendId: string, digits: string, toneMs: number, gapMs: number): void;
  /** Begins to keep what is heard (lost packets become silence, on the far end's timeline). */
  startCapture(): void;
  /** Ends the capture and gives what was heard since. */
  stopCapture(): Promise<Pcm>;
  /** Statistics so far. */
  stats(): Promise<MediaStats>;
  /** Stops, sends RTCP BYE, frees the ports. */
  close(): Promise<MediaStats>;
}

/** Packet counts and quality of one session. RFC 3550 §6.4 */
export interface MediaStats {
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  /** Interarrival jitter, milliseconds. */
  readonly jitterMs: number;
  /** From the far end's RTCP reports, undefined when none came. */
  readonly remotePacketsLost: number | undefined;
  readonly remoteJitterMs: number | undefined;
  readonly roundTripMs: number | undefined;
  /** Latest lateness of a sent packet against its tick, milliseconds, worst of the session. */
  readonly worstSendLatenessMs: number;
  /** Ticks that were skipped because the worker came too late. */
  readonly ticksSkipped: number;
}
