import type { Clock, Logger } from "../kernel/index.ts";
import type { AudioProblem, MediaDelegate, MediaSession, MediaStats, Pcm, SourceRule } from "../media/index.ts";
import type { BrowserNearEnd, CodecPreferences, CryptoSuite, IceNames, SrtpPolicy } from "../sdp/index.ts";
import type { CallDelegate, CallEnd, SipReason } from "../sip/index.ts";
import type { DescribedHosts } from "./described-hosts.ts";
import type { EndpointEnd } from "./leg-end.ts";
import type { SessionDescriptions } from "./session-descriptions.ts";

/** How the audio of a leg is encrypted, in each direction. */
export interface LegEncryption {
  readonly sent: CryptoSuite | "DTLS-SRTP" | "none";
  readonly received: CryptoSuite | "DTLS-SRTP" | "none";
  /** Why it is not, though that was offered: for people. */
  readonly instead?: string;
}

/** What the owner of a leg wants to be otherwise. What is absent stays. */
export interface AudioWish {
  /** The far end is held: it is not heard, and told to send nothing. RFC 3264 §8.4 */
  readonly isHeld?: boolean;
  /** Those that are offered from now on, in order of preference, and taken. */
  readonly codecs?: CodecPreferences["codecs"];
}

/** Events of a leg. After `ended` only `digitsSent`, for keys that were sent before, `audioProblem` and `heard` come. */
export interface LegEvents {
  /** Outbound: a provisional response above 100. */
  progress?(status: number): void;
  /** Audio can flow before the answer. */
  earlyMedia?(): void;
  answered(): void;
  /** Audio was agreed for the first time, or is encrypted in another way from now on. */
  encrypted?(encryption: LegEncryption): void;
  /** Audio begins to flow in an RTP session: the first of the leg, or one that it has got in its place. */
  audioFlows?(session: MediaSession): void;
  /** The far end wants another party in its place, and waits for the reply. Absent: nobody is transferred. */
  transfer?: CallDelegate["onTransfer"];
  /** Another INVITE is to take the far end's place; gives why not. Absent: nobody is replaced. */
  replace?: CallDelegate["onReplace"];
  /** The leg is about to end; its RTP session, if there is one, still takes commands. */
  ending?(session: MediaSession | undefined): void;
  /** Told once. `dialog`: how the SIP dialog ended; "local" too where there was none. */
  ended(end: EndpointEnd, dialog: CallEnd): void;
  /** The Call-ID of its dialog; one after the other where several routes are tried. `trunk`: that it was called by. */
  signalled?(sipCallId: string, trunk?: string): void;
  playbackStarted?(playbackId: string): void;
  playbackFinished?(playbackId: string): void;
  digit?(digit: string): void;
  digitsSent?(sendId: string): void;
  /** The statistics of its RTP session, once that is closed. */
  heard?(stats: MediaStats): void;
  /** One-way audio, dead air or clipping was found. */
  audioProblem?(problem: AudioProblem): void;
}

/** The SIP dialog and the RTP session of one leg, as one thing. */
export interface LegHandle {
  /** Whether the leg has ended, for whatever reason. */
  readonly isOver: boolean;
  /** The RTP session, once it is open. */
  readonly session: MediaSession | undefined;
  /** Ends the leg in whatever state it is. `reason`: of an end that is not a usual one, for the far end. */
  hangUp(reason?: SipReason): void;
  play(playbackId: string, pcm: Pcm, repeat: number): void;
  stopPlayback(playbackId: string): void;
  sendDigits(sendId: string, digits: string, toneMs: number, gapMs: number): void;
  suppressNoise(isOn: boolean): void;
  /** Resolves when the leg has ended and holds nothing any more: no RTP session, no BYE that waits. */
  whenReleased(): Promise<void>;
}

/** What both directions of a leg are made with. */
export interface LegParts extends CodecPreferences {
  readonly sessionDescriptions: SessionDescriptions;
  readonly events: LegEvents;
  readonly clock: Clock;
  readonly log: Logger;
  /** Epoch milliseconds; the session id of our descriptions. */
  readonly at: number;
  readonly hosts: DescribedHosts;
  /** Whether audio is encrypted; default: never. Once it is, it stays so. */
  readonly srtp?: SrtpPolicy;
  /** From where else than its signalled address the far end may be heard; default: hosts that its signalling names. */
  readonly sourceRule?: SourceRule | undefined;
}

/** An RTP session, and the address that our descriptions name for it, asked each time. */
export interface LegMedia {
  readonly session: MediaSession;
  readonly address: () => string;
  /** Our end of the way to a browser; absent: the far end is none. */
  readonly browser?: BrowserNearEnd | undefined;
  /** Other names for that end, where the browser begins ICE anew. */
  readonly newNames?: () => IceNames;
}

/** Opens an RTP session. Rejects as `Media.openSession`. */
export type OpenMedia<Where extends readonly unknown[] = []> = (
  delegate: MediaDelegate,
  ...where: Where
) => Promise<LegMedia>;
