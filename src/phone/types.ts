import type { Clock, Logger } from "../kernel/index.ts";
import type { Media, Pcm } from "../media/index.ts";
import type { CallEnd, SipAddress, SipHeader, SipTraceEntry } from "../sip/index.ts";

/** What a phone does with a call that comes in. */
export type Greeting =
  | { readonly type: "answer"; readonly ringMs: number } // 180, then 200 after `ringMs`
  | { readonly type: "reject"; readonly status: number }
  | { readonly type: "ring" }; // 180 and nothing more: somebody else answers, or nobody

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
  readonly onTrace?: (entry: SipTraceEntry) => void;
}

/** A softphone without a screen: answers or dials, plays, presses keys, keeps what it hears. */
export interface Phone {
  readonly address: SipAddress;
  /** Calls `uri` (sip:...). `nextHop` defaults to the URI's own host and port. */
  dial(uri: string, options?: { readonly nextHop?: SipAddress; readonly from?: string; readonly headers?: readonly SipHeader[] }): PhoneCall;
  /** Hangs up all calls and closes the listener. */
  close(): Promise<void>;
}

/** How a call ended and what was heard in it. */
export interface PhoneCallReport {
  readonly end: CallEnd;
  /** Whether it was ever answered. */
  readonly answered: boolean;
  /** Everything heard from the answer to the end; empty when it was not answered. */
  readonly heard: Pcm;
  /** Keys that the far end pressed. */
  readonly digits: string;
  /** From the answer to the end, milliseconds. */
  readonly durationMs: number;
}

export interface PhoneCall {
  readonly sipCallId: string;
  readonly direction: "incoming" | "outgoing";
  /** User part of the far end's address, and all headers of an incoming INVITE. */
  readonly remoteUser: string;
  readonly headers: readonly SipHeader[];
  /** Resolves when media flows; rejects with `PHONE_NOT_ANSWERED` when the call ends before. */
  readonly answered: Promise<void>;
  /** Resolves with the highest provisional status so far when the first one above 100 comes; outgoing only. */
  readonly ringing: Promise<number>;
  /** Resolves when the call is over, never rejects. */
  readonly ended: Promise<PhoneCallReport>;
  /** Answers an incoming call that rings. */
  answer(): void;
  reject(status: number): void;
  hangUp(): void;
  /** Resolves when all was sent; rejects with `PHONE_CALL_OVER` when the call ends before. */
  play(pcm: Pcm, repeat?: number): Promise<void>;
  /** Resolves when all keys were sent. Defaults: 100 ms tones, 100 ms gaps. */
  pressKeys(digits: string, options?: { readonly toneMs?: number; readonly gapMs?: number }): Promise<void>;
  /** What was heard since the answer or the last call of this. */
  takeHeard(): Promise<Pcm>;
}
