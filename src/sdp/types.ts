import type { CryptoSuite } from "./crypto-suites.ts";

/** An RTP codec as offer and answer see it. RFC 3551 §6, RFC 7587 §6 */
export interface AudioCodec {
  readonly name: "PCMU" | "PCMA" | "G722" | "opus";
  readonly payloadType: number;
}

/** Direction as seen from here. RFC 3264 §5.1 */
export type MediaDirection = "sendrecv" | "sendonly" | "recvonly" | "inactive";

/** The audio stream that both sides agreed on, with all that the media room needs. */
export interface NegotiatedAudio {
  /** Where to send RTP. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Where to send RTCP (`a=rtcp`, else RTP port + 1; where RTP goes, if the two are multiplexed). */
  readonly remoteRtcpAddress: string;
  readonly remoteRtcpPort: number;
  /** RTP and RTCP of both ends share one port each. RFC 5761 §5.1.1 */
  readonly isMultiplexed?: boolean;
  readonly codec: AudioCodec;
  /** Payload type of telephone-event, undefined when not agreed. RFC 4733 */
  readonly telephoneEventPayloadType: number | undefined;
  /** The header extension in which each side says how loud a packet is, where one was agreed: 1 to 14. RFC 6464 */
  readonly audioLevelExtension?: number;
  /** The header extension by which the far end numbers all that it sends, where it wants to be told of arrivals: 1 to 14. */
  readonly transportFeedbackExtension?: number;
  /** Packet time to send, milliseconds; 20 unless the far end asked for another multiple of 10 up to 60. */
  readonly ptimeMs: number;
  readonly direction: MediaDirection;
  /** The clock of telephone-events; absent: 8,000 Hz. RFC 4733 §2.1 */
  readonly telephoneEventClockHz?: 48_000;
  /** How packets are protected; absent: they go in the clear, or keys are agreed in another way. */
  readonly security?: MediaSecurity;
  /** Of a browser: who it is, whose way and keys are agreed by ICE and DTLS. */
  readonly browser?: BrowserFarEnd;
}

/** What a browser's description says of its end. */
export interface BrowserFarEnd {
  /** User name fragment of its ICE agent. RFC 8839 §5.4 */
  readonly iceUfrag: string;
  /** Of its certificate, such as `sha-256 4A:AD:…`. RFC 8122 §5 */
  readonly fingerprint: string;
  /** Its `m=` sections, which each later description has in the same order. RFC 8829 §5.2.2 */
  readonly sections: readonly BrowserSection[];
  /** What it was told of our ICE agent, where it began ICE anew; absent: what it was told first. */
  readonly near?: IceNames;
}

/** Who an ICE agent is for the other one. RFC 8839 §5.4 */
export interface IceNames {
  readonly iceUfrag: string;
  readonly icePassword: string;
}

/** One `a=rtpmap` line. */
export interface PayloadMapping {
  readonly name: string;
  readonly clockRateHz: number | undefined;
  readonly channels: number;
}

/** What becomes of one `m=` section. */
export type BrowserSection =
  /** It is the audio that is taken. */
  | {
      readonly type: "audio";
      readonly mid: string | undefined;
      readonly protocol: string;
      /** Of the codec that is taken. */
      readonly mapping: PayloadMapping;
      /** Of the telephone-events; absent: there are none. */
      readonly events?: PayloadMapping | undefined;
    }
  /** It stays in the bundle, and nothing is sent in it either way. */
  | {
      readonly type: "inactive";
      readonly media: string;
      readonly mid: string;
      readonly protocol: string;
      readonly payloadType: number;
      readonly mapping: PayloadMapping;
    }
  /** It was refused before, or can be no part of the bundle. */
  | {
      readonly type: "refused";
      readonly media: string;
      readonly protocol: string;
      readonly formats: readonly string[];
    };

/** What a browser is told of our end: ICE-lite with one candidate, and our certificate. */
export interface BrowserNearEnd extends IceNames {
  /** Of our certificate, such as `sha-256 4A:AD:…`. */
  readonly fingerprint: string;
  /** The one candidate. */
  readonly address: string;
  readonly port: number;
  /** Of what we send. */
  readonly ssrc: number;
  /** What is above half of it is not heard. */
  readonly playbackRateHz: number;
}

/** Keys that two descriptions agreed on, each a master key with its salt behind it. Nothing of it may be printed. RFC 4568 */
export interface MediaSecurity {
  readonly suite: CryptoSuite;
  /** Of what we send, and of what the far end sends. */
  readonly sent: Uint8Array;
  readonly received: Uint8Array;
  /** What each packet of the far end says of its key (MKI); absent: nothing. */
  readonly identifier?: Uint8Array;
}

/** Whether audio is encrypted with a far end: not at all, as it comes, or not without. */
export type SrtpPolicy = "never" | "optional" | "required";

/** Which codecs our end takes. */
export interface CodecPreferences {
  /** Those that are offered, in order of preference, and taken. */
  readonly codecs: readonly AudioCodec["name"][];
  /** Whose order decides about an offer to us: its own, or that of `codecs`. Default: its own. RFC 3264 §6.1 */
  readonly order?: "theirs" | "ours";
  /** Taken, though never offered, where an offer has none of `codecs`. */
  readonly lastResort?: readonly AudioCodec["name"][];
}

/** What our end offers or answers with. */
export interface LocalAudio extends CodecPreferences {
  /** Address for `c=`. */
  readonly address: string;
  /** Address for `o=`, which all descriptions of one session have in common (RFC 3264 §8); default: `address`. */
  readonly origin?: string | undefined;
  readonly port: number;
  /** Numeric `o=` session id and version. Increase the version with each new description. */
  readonly sessionId: string;
  readonly sessionVersion: number;
  /** What is taken of the far end's descriptions; default: `never`. */
  readonly srtp?: SrtpPolicy;
  /** What our end is ready for, which is offered, and beyond which nothing is agreed; default: both ways. RFC 3264 §8.4 */
  readonly direction?: MediaDirection;
  /** Our offer is secure. */
  readonly offersSrtp?: boolean;
  /** Our key with its salt; needed where `srtp` is not `never`. */
  readonly mediaKey?: (asked: AskedMediaKey) => Uint8Array;
  /** Of an offer that is a description of before, sent again: what was agreed by that. */
  readonly repeats?: MediaSecurity | undefined;
  /** The offer says `a=rtcp-mux`: the two ends have agreed on it before. Such an offer to us is taken in any case. RFC 5761 §5.1.1 */
  readonly isMultiplexed?: boolean;
  /** The far end is a browser, or is called as one: our end of the way to it. RFC 8834 */
  readonly browser?: BrowserNearEnd | undefined;
  /** The `m=` sections of descriptions so far, which a later offer to a browser repeats. */
  readonly browserSections?: readonly BrowserSection[] | undefined;
}

/** For what a key of ours is needed. */
export interface AskedMediaKey {
  readonly suite: CryptoSuite;
  /** Length of key and salt. */
  readonly bytes: number;
  /** The key of the far end, where we answer an offer of it. */
  readonly theirs?: Uint8Array;
}

/** A warning as a refusal carries it. RFC 3261 §20.43 */
export interface SessionWarning {
  /** 300 to 399: which part of the description cannot be used. */
  readonly code: number;
  readonly text: string;
}

/** The outcome of reading what the far end described. */
export type Negotiation<Agreed> =
  | ({ readonly type: "agreed"; readonly audio: NegotiatedAudio } & Agreed)
  | { readonly type: "no-common-codec"; readonly offered: readonly string[] }
  /** Its audio is in the clear where it has to be encrypted. */
  | { readonly type: "not-encrypted"; readonly why: string }
  /** No usable m=audio: port 0, no address, one of another address family. */
  | { readonly type: "no-audio"; readonly why: string; readonly warningCode: number }
  | { readonly type: "malformed"; readonly why: string };
