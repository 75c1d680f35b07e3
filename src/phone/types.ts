import type { Clock, Logger } from "../kernel/index.ts";
import type { LegEncryption } from "../endpoint/index.ts";
import type { Media, Pcm } from "../media/index.ts";
import type { AudioCodec, SrtpPolicy } from "../sdp/index.ts";
import type { CallEnd, SipAddress, SipCertificates, SipLedger, SipNetwork, SipTraceEntry } from "../sip/index.ts";
import type { SipHeader } from "../sip-syntax/index.ts";
import type { ToldRegistration } from "../trunks/index.ts";

/** What a phone does with a call that comes in. */
export type Greeting =
  | { readonly type: "answer"; readonly ringMs: number } // 180, then 200 after `ringMs`
  | { readonly type: "reject"; readonly status: number }
  | { readonly type: "ring" }; // 180 and nothing more: somebody else answers, or nobody

/** As whom a phone is known. */
export interface PhoneUser {
  readonly username: string;
  /** undefined: it has none. */
  readonly password?: string | undefined;
}

/** Where a phone registers, and as whom. */
export interface PhoneRegistrar extends PhoneUser {
  readonly server: SipAddress;
  /** Told when it is registered, fails, or is again, and not at each refresh. */
  readonly onTold?: (told: ToldRegistration) => void;
}

export interface PhoneOptions {
  /** Where it listens; port 0 takes a free one. */
  readonly listen: SipAddress;
  /** RTP; shared with others or the phone's own. The phone does not close it. */
  readonly media: Media;
  readonly greeting: Greeting;
  /** User part of its own address; default "phone". */
  readonly user?: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of each call that comes in, before the greeting. */
  readonly onCall?: (call: PhoneCall) => void;
  /** Told of each key that the far end of a call pressed. */
  readonly onDigit?: (call: PhoneCall, digit: string) => void;
  readonly onTrace?: (entry: SipTraceEntry) => void;
  /** Codecs in order of preference; default PCMU, PCMA. */
  readonly codecs?: readonly AudioCodec["name"][];
  /** Whether audio is encrypted: `optional` offers it so first, `required` only. Default: offers are taken as they come, and made in the clear. */
  readonly srtp?: SrtpPolicy;
  /** What connections over TLS are made with; default: no certificate, and the authorities that Node knows. */
  readonly certificates?: () => SipCertificates;
  /** Where it registers, so that calls to its name come; its own calls prove with the password whose they are. Absent: nowhere. */
  readonly registrar?: PhoneRegistrar;
  /** Whose its own calls are, where they are asked to prove that. Default: the user of `registrar`. */
  readonly account?: PhoneUser;
  /** Where SIP sockets come from; the machine's own network when absent. */
  readonly network?: SipNetwork;
}

/** Counts of what is open now; on an idle phone all zero except `sockets`, and after `close` that too. */
export interface PhoneLedger extends SipLedger {
  /** Calls whose `ended` has not resolved. */
  readonly calls: number;
}

/** A softphone without a screen: answers or dials, plays, presses keys, keeps what it hears. */
export interface Phone {
  readonly address: SipAddress;
  /** Calls `uri` (sip:...). Throws `PHONE_BAD_ADDRESS` or `PHONE_CLOSED`; all else that goes wrong ends the call. */
  dial(uri: string, options?: DialOptions): PhoneCall;
  ledger(): PhoneLedger;
  /** Hangs up all calls and closes the listener. */
  close(): Promise<void>;
}

/** How an outbound call is made. */
export interface DialOptions {
  /** Where the INVITE is sent; default: the host and port of the URI. */
  readonly nextHop?: SipAddress;
  /** Who calls: a user part or a whole SIP URI; default: the phone's own address. */
  readonly from?: string;
  /** Added to the INVITE. */
  readonly headers?: readonly SipHeader[];
}

/** How a call ended and what was heard in it. */
export interface PhoneCallReport {
  readonly end: CallEnd;
  /** Why the phone itself gave the call up (no common codec, no RTP port, far end silent); undefined when it did not. */
  readonly problem?: string | undefined;
  /** Whether it was ever answered. */
  readonly answered: boolean;
  /** How audio was encrypted last; undefined: none was agreed. */
  readonly encryption?: LegEncryption | undefined;
  /** Everything heard from the answer to the end; empty when it was not answered. */
  readonly heard: Pcm;
  /** Keys that the far end pressed. */
  readonly digits: string;
  /** From the answer to the end, milliseconds. */
  readonly durationMs: number;
}

/** One call of a phone. Its promises may be left alone: nobody has to handle their rejection. */
export interface PhoneCall {
  /** Call-ID header; "" until the INVITE of an outgoing call is sent. */
  readonly sipCallId: string;
  readonly direction: "incoming" | "outgoing";
  /** User part of the far end's address, and all headers of an incoming INVITE. */
  readonly remoteUser: string;
  readonly headers: readonly SipHeader[];
  /** Resolves when media flows; rejects with `PHONE_NOT_ANSWERED` when the call ends before. */
  readonly answered: Promise<void>;
  /** Resolves with the status when the first provisional above 100 comes (outgoing), or with 180 when it was sent (incoming);
   * rejects with `PHONE_NEVER_RANG` when the call is answered or ends without. */
  readonly ringing: Promise<number>;
  /** Resolves when the call is over, never rejects. */
  readonly ended: Promise<PhoneCallReport>;
  /** Answers an incoming call that rings; does nothing to others. */
  answer(): void;
  /** Refuses an incoming call that rings (400 to 699, else throws `PHONE_BAD_STATUS`); hangs up any other. */
  reject(status: number): void;
  /** Ends the call in whatever state it is. */
  hangUp(): void;
  /** Plays when the call is answered, behind what is playing. Resolves when all was sent; rejects with `PHONE_CALL_OVER` when the
   * call ends before. */
  play(pcm: Pcm, repeat?: number): Promise<void>;
  /** Presses 0-9 * # A-D when the call is answered; a comma waits 500 ms. Resolves when all were sent; rejects with `PHONE_BAD_KEYS`,
   * or with `PHONE_CALL_OVER` when the call ends before. Defaults: 100 ms tones, 100 ms gaps. */
  pressKeys(digits: string, options?: { readonly toneMs?: number; readonly gapMs?: number }): Promise<void>;
  /** Holds the far end: it is told to send nothing, and what it sends is not heard; what is played is sent. Resolves when the far end has taken that;
   * rejects with `PHONE_NOT_CHANGED` when it does not, when the call is not answered or over, or while another such wish is on its way. */
  hold(): Promise<void>;
  /** The same to go on both ways. */
  resume(): Promise<void>;
  /** The same to speak one of these codecs, in order of preference. */
  useCodecs(codecs: readonly AudioCodec["name"][]): Promise<void>;
  /** What was heard since the answer or the last call of this; nothing before the answer. */
  takeHeard(): Promise<Pcm>;
}
