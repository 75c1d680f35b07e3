import type { AudioCodec, NegotiatedAudio } from "../../sdp/index.ts";
import type { RecorderSetting } from "../node/recorder/recorder.ts";
import type { RecordingOutcome, RecordingPlace } from "../node/recorder/recording.ts";
import type { MessagePort } from "node:worker_threads";
import type { ChosenPackets, PacketChoice } from "../io/choose-io.ts";
import type { DtlsCertificate } from "../dtls/certificate.ts";
import type { LoadGate } from "../io/load-gate.ts";
import type { BrowserLinkSetting } from "../link/browser-link.ts";
import type { SourceRule } from "../link/source-machine.ts";
import type { AudioProblem } from "../stream/quality/audio-problems.ts";
import type { SampleRate } from "../codec/codec.ts";
import type { OpusModule } from "../codec/opus/library.ts";
import type { SeatRings } from "../node/mixer/seat.ts";
import type { MediaStats } from "../stream/quality/media-stats.ts";
import type { MixerPart, PcmGrowth } from "../types.ts";

/** Number of a session within its worker link. */
export type SessionNumber = number;

/** Number of a mixer within its media room. */
export type MixerNumber = number;

/** Number of a recording within its worker link. */
export type RecordingNumber = number;

/** Shared memory with 16 bit samples; crosses threads without a copy. */
export type SharedSamples = Int16Array<SharedArrayBuffer>;

/** A code for each sample of audio. */
export interface CodedSamples {
  readonly codec: AudioCodec["name"];
  readonly codes: Uint8Array<SharedArrayBuffer>;
}

/** What the main thread asks of a media worker. Carried out in order; those with `request` are answered by a `reply`. */
export type RtpCommand =
  | {
      readonly type: "open";
      readonly request: number;
      readonly session: SessionNumber;
      readonly address: string;
      /** An even port, or 0 for any free pair. */
      readonly port: number;
      /** Of `port` and the next, which the main thread has bound. */
      readonly descriptors?: readonly [number, number];
    }
  /** A session with a browser, on the port that all browsers of the worker share, which is opened with the first of them. */
  | {
      readonly type: "open-browser";
      readonly request: number;
      readonly session: SessionNumber;
      readonly address: string;
      /** 0: any free one. */
      readonly port: number;
      readonly certificate: DtlsCertificate;
      readonly link: BrowserLinkSetting;
    }
  | {
      readonly type: "start";
      readonly session: SessionNumber;
      readonly audio: NegotiatedAudio;
      /** Address that the description came from. */
      readonly signalledFrom?: string | undefined;
      /** Where else it may be heard. */
      readonly rule?: SourceRule | undefined;
    }
  | { readonly type: "answered"; readonly session: SessionNumber }
  | {
      readonly type: "play";
      readonly session: SessionNumber;
      readonly playbackId: string;
      readonly samples: SharedSamples;
      /** The same at 16,000 Hz, where there is more in it. */
      readonly wide?: SharedSamples | undefined;
      /** The same by the codec that was agreed, where it was encoded before. */
      readonly coded?: CodedSamples | undefined;
      /** Of audio that still grows. */
      readonly growth?: PcmGrowth["state"] | undefined;
      readonly repeat: number;
    }
  | { readonly type: "stop-playback"; readonly session: SessionNumber; readonly playbackId: string }
  | {
      readonly type: "send-digits";
      readonly session: SessionNumber;
      readonly sendId: string;
      readonly digits: string;
      readonly toneMs: number;
      readonly gapMs: number;
    }
  | {
      readonly type: "signal-key";
      readonly session: SessionNumber;
      readonly digit: string;
      readonly durationMs: number;
    }
  | { readonly type: "suppress-noise"; readonly session: SessionNumber; readonly isOn: boolean }
  | { readonly type: "start-capture"; readonly session: SessionNumber }
  | { readonly type: "stop-capture"; readonly request: number; readonly session: SessionNumber }
  | {
      readonly type: "start-recording";
      readonly session: SessionNumber;
      readonly recording: RecordingNumber;
      readonly place: RecordingPlace;
      readonly setting: RecorderSetting;
    }
  | {
      readonly type: "pause-recording" | "resume-recording" | "stop-recording";
      readonly session: SessionNumber;
      readonly recording: RecordingNumber;
    }
  | { readonly type: "join"; readonly session: SessionNumber; readonly other: SessionNumber }
  | { readonly type: "part"; readonly session: SessionNumber }
  | {
      /** Opus, compiled beside the threads: a worker would be late by 50 ms if it did it. */
      readonly type: "use-opus";
      readonly module: OpusModule;
    }
  | { readonly type: "open-mixer"; readonly mixer: MixerNumber; readonly rateHz: SampleRate }
  | { readonly type: "close-mixer"; readonly mixer: MixerNumber }
  | {
      /** A session becomes a member: one of this worker, or, with `rings`, one of another. */
      readonly type: "add-member";
      readonly mixer: MixerNumber;
      readonly member: SessionNumber;
      readonly part: MixerPart;
      readonly rings?: SeatRings | undefined;
    }
  | {
      readonly type: "set-member";
      readonly mixer: MixerNumber;
      readonly member: SessionNumber;
      readonly part: MixerPart;
    }
  | { readonly type: "remove-member"; readonly mixer: MixerNumber; readonly member: SessionNumber }
  | {
      /** A session of this worker takes part in a mixer of another. */
      readonly type: "sit-far";
      readonly session: SessionNumber;
      readonly mixer: MixerNumber;
      readonly rings: SeatRings;
      readonly rateHz: SampleRate;
    }
  | { readonly type: "stand-up"; readonly session: SessionNumber }
  | { readonly type: "stats"; readonly request: number; readonly session: SessionNumber }
  | { readonly type: "close"; readonly request: number; readonly session: SessionNumber };

/** A command to a mixer that is open. */
export type MixerCommand = Extract<RtpCommand, { readonly type: "add-member" | "set-member" | "remove-member" }>;

/** What a reply carries, by the command it answers. */
export type RtpReply =
  | { readonly type: "opened"; readonly port: number }
  /** `ssrc`: of what the session sends. */
  | { readonly type: "browser-opened"; readonly port: number; readonly ssrc: number }
  | { readonly type: "open-failed"; readonly systemCode: string; readonly why: string }
  | { readonly type: "captured"; readonly samples: SharedSamples }
  | { readonly type: "stats"; readonly stats: MediaStats };

const urgentTypes: ReadonlySet<RtpCommand["type"] | undefined> = new Set(["open", "open-browser", "play"] as const);

/** Whether somebody waits for what a command does: a caller for the answer, or for the first word of a prompt. */
export function isUrgent(command: RtpCommand): boolean {
  const isWaitedFor = command?.type !== "open" || command.descriptors === undefined;
  return isWaitedFor && urgentTypes.has(command?.type);
}

/** Whether a command may leave with one that comes behind it: nobody knows a port yet that is only handed over. */
export function mayWait(command: RtpCommand): boolean {
  return command?.type === "open" && command.descriptors !== undefined;
}

/** What a media worker tells the main thread. */
export type RtpEvent =
  /** The first, of a thread of its own. `threadId`: as gettid(2) gives it; undefined where the system does not tell. `bell`: what a `Doorbell` is made
   * of; undefined where messages wake the thread. */
  | { readonly type: "started"; readonly threadId: number | undefined; readonly bell: number | undefined }
  | { readonly type: "reply"; readonly request: number; readonly reply: RtpReply }
  | { readonly type: "playback-started"; readonly session: SessionNumber; readonly playbackId: string }
  | { readonly type: "playback-finished"; readonly session: SessionNumber; readonly playbackId: string }
  | { readonly type: "digit"; readonly session: SessionNumber; readonly digit: string; readonly durationMs: number }
  | { readonly type: "digits-sent"; readonly session: SessionNumber; readonly sendId: string }
  | { readonly type: "recording-begun"; readonly recording: RecordingNumber; readonly isBegun: boolean }
  | { readonly type: "recording-ended"; readonly recording: RecordingNumber; readonly outcome: RecordingOutcome }
  | { readonly type: "rtp-timeout"; readonly session: SessionNumber }
  /** Keys are agreed with the browser of a session. */
  | { readonly type: "connected"; readonly session: SessionNumber }
  /** There is no way to the browser of a session any more. */
  | { readonly type: "disconnected"; readonly session: SessionNumber; readonly why: string }
  | { readonly type: "audio-problem"; readonly session: SessionNumber; readonly problem: AudioProblem }
  /** Members that are above the level of speech; none for some time after there were some. */
  | { readonly type: "levels"; readonly mixer: MixerNumber; readonly levels: readonly SessionLevel[] }
  | { readonly type: "media-flows" | "media-lost"; readonly mixer: MixerNumber; readonly session: SessionNumber }
  | { readonly type: "fault"; readonly why: string }
  /** Once, before any session is open: the way that its packets go. */
  | { readonly type: "packets"; readonly chosen: ChosenPackets }
  /** While there are sessions, several times a second. `share`: processor time of this thread as a share of one processor; undefined where
   * the system does not tell. */
  | { readonly type: "load"; readonly lateMs: number; readonly share: number | undefined };

/** How loud a member of a mixer is, dB below full scale. */
export interface SessionLevel {
  readonly session: SessionNumber;
  readonly belowFullScaleDb: number;
}

/** What a worker is started with. */
export interface RtpWorkerSetting {
  readonly rtpTimeoutMs: number;
  readonly holdTimeoutMs: number;
  /** Default "auto"; a host in the calling thread is given its packets. */
  readonly packets?: PacketChoice | undefined;
  /** Where its packets are counted, for the main thread to read. */
  readonly counts?: Float64Array<SharedArrayBuffer>;
  /** How many of its recordings may write at one time; default 1. */
  readonly diskTurns?: number;
}

/** What the thread of a worker is started with. */
export interface WorkerStart {
  readonly setting: RtpWorkerSetting;
  /** To the main thread. Commands and events come in lists, in their order. */
  readonly port: MessagePort;
  readonly gate: LoadGate;
}
