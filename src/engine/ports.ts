import type { Admission } from "../control/index.ts";
import type { Clock, Logger } from "../kernel/index.ts";
import type { Invoker } from "../invoke/index.ts";
import type { Media } from "../media/index.ts";
import type { CodecPreferences } from "../sdp/index.ts";
import type { ObjectStore } from "../objects/index.ts";
import type { LookUpHost, SessionDescriptions } from "../endpoint/index.ts";
import type { SipAddress, SipCredentials, SipTarget, UserAgent } from "../sip/index.ts";
import type { MeetingDoor } from "../meetings/index.ts";
import type { Speech } from "../speech/index.ts";
import type { Store } from "../store/index.ts";
import type { Destination, StepRecorder, CallState, MachineParts, CallObservation } from "../call/index.ts";
import type { createTextThreads } from "./text/text-threads.ts";

/** All that calls need from outside. */
export interface CallPorts {
  readonly admission: Pick<Admission, "whyClosed" | "admit" | "drain" | "noteNoDescriptors">;
  readonly userAgent: Pick<UserAgent, "call" | "locate" | "localAddressFor" | "ownAddress">;
  readonly media: Pick<Media, "openSession" | "beginWav" | "bridge" | "mendRecording">;
  readonly sessionDescriptions: SessionDescriptions;
  readonly speech: Pick<Speech, "begin" | "prepare">;
  readonly objects: ObjectStore;
  readonly lookUpHost: LookUpHost;
  readonly invoker: Pick<Invoker, "invoke">;
  readonly store: Pick<Store, "applications" | "rules">;
  /** The way of telephones into meetings; absent: this server has none. */
  readonly meetings?: MeetingDoor | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** How the threads are made that work on what functions send; the engine's own when absent. */
  readonly makeTextThreads?: typeof createTextThreads;
}

/** The route to a called party. */
export interface Route {
  /** Tried in this order. */
  readonly nextHops: readonly SipTarget[];
  /** Request-URI; undefined: the called number at the next hop. */
  readonly uri: string | undefined;
  /** Headers that the route adds. */
  readonly headers: Readonly<Record<string, string>>;
  /** For servers that ask who we are. */
  readonly credentials?: SipCredentials | undefined;
}

/** What the operator decides about calls. */
export interface CallSettings {
  readonly accountId: string;
  /** Numbers that outbound calls may come from, E.164. */
  readonly numbers: readonly string[];
  /** Where outbound calls are sent; undefined: nowhere. */
  readonly route: (destination: Destination, to: string) => Route | undefined;
  /** A listener of this server: numbers that a rule here takes are called through it. */
  readonly ownListener: SipAddress;
  /** Address, or wildcard, that RTP is bound to; undefined: where SIP listens for the far end. */
  readonly mediaAddress: string | undefined;
  /** What legs offer and take. */
  readonly codecs: CodecPreferences;
  readonly machine: MachineParts;
  /** Why there is no route to the Voice Connector of this ARN, for people; undefined when there is one. */
  readonly whyNoConnector: (arn: string) => string | undefined;
  /** Begins the history of a call; gets the state before its first input. Must not throw. */
  readonly openHistory?: (initialState: CallState) => StepRecorder;
  /** Gets every observation. */
  readonly onObservation?: (observation: CallObservation) => void;
}
