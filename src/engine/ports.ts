import type { Admission } from "../control/index.ts";
import type { Clock, Logger, TransactionId } from "../kernel/index.ts";
import type { Invoker } from "../invoke/index.ts";
import type { Media, MediaSession } from "../media/index.ts";
import type { CodecPreferences, SrtpPolicy } from "../sdp/index.ts";
import type { ObjectStore } from "../objects/index.ts";
import type { HopUse, LookUpHost, SessionDescriptions } from "../endpoint/index.ts";
import type { IncomingCall, SipAddress, SipCredentials, SipTarget, UserAgent } from "../sip/index.ts";
import type { Dialling, ParsedUri } from "../sip-syntax/index.ts";
import type { MeetingDoor } from "../meetings/index.ts";
import type { Speech } from "../speech/index.ts";
import type { Store } from "../store/index.ts";
import type {
  CallKeeper,
  Destination,
  StepRecorder,
  CallState,
  MachineParts,
  CallObservation,
  ParticipantTag,
} from "../call/index.ts";
import type { createTextThreads } from "./text/text-threads.ts";

/** All that calls need from outside. */
export interface CallPorts {
  readonly admission: Pick<Admission, "whyClosed" | "admit" | "drain" | "noteNoDescriptors">;
  readonly userAgent: Pick<
    UserAgent,
    "call" | "locate" | "localAddressFor" | "ownAddress" | "contactsOf" | "contactsOfDevice" | "hasDialog"
  >;
  readonly media: Pick<Media, "openSession" | "openBrowserSession" | "beginWav" | "bridge" | "mendRecording">;
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

/** Who calls whom, as the call knows them. */
export interface RouteParties {
  /** A number (E.164, or a short one), or the user at a Voice Connector. */
  readonly to: string;
  readonly isUser: boolean;
  /** E.164, or what stood in the From of a caller. */
  readonly from: string;
}

/** One route to a called party. */
export interface Route {
  readonly target: SipTarget;
  /** Request-URI and To; undefined: the called user at the target. */
  readonly uri?: string;
  /** What the INVITE says of who calls whom; absent: the two as they are.
   * @param local our address as the next hop sees it */
  present?(
    parties: RouteParties,
    local: SipAddress,
  ): { readonly to: string; readonly from: string; readonly headers: Readonly<Record<string, string>> };
  /** For servers that ask who we are. */
  readonly credentials?: SipCredentials | undefined;
  readonly maxForwards?: number | undefined;
  /** undefined: as all calls. */
  readonly codecs?: CodecPreferences | undefined;
  /** Whether audio is encrypted, as `DialHop`; undefined: as all calls. */
  readonly srtp?: SrtpPolicy | undefined;
  /** Name of the trunk that it goes by, which is heard from the host that it describes only. */
  readonly trunk?: string;
  /** How long it may say nothing at all before the next one is tried; undefined: as long as a request waits for its response. */
  readonly responseMs?: number;
  /** Begins to use it, or says why it takes no call now. */
  begin?(): HopUse | string;
}

/** The routes to a called party, in the order in which they are tried. */
export type FoundRoutes =
  | { readonly type: "routes"; readonly routes: readonly [Route, ...Route[]] }
  | { readonly type: "none"; readonly why: string };

/** A trunk that a call comes from. */
export interface CallingTrunk {
  readonly name: string;
  /** Ours there. */
  readonly username: string | undefined;
  /** What it gets when it asks who we are, in calls that it began too. */
  readonly credentials?: SipCredentials | undefined;
  /** Numbers that it brings calls for; empty: any. */
  readonly numbers: readonly string[];
  readonly dialling: Dialling;
  /** undefined: as all calls. */
  readonly codecs: CodecPreferences | undefined;
  readonly srtp: SrtpPolicy | undefined;
  /** Why it may not bring this call, for people; undefined or absent: it may. */
  readonly whyRefused?: string | undefined;
  /** Who calls, as events show it, for a caller of the trunk; absent: the caller itself. */
  callerFor?(from: string): string;
  /** Counts a call of it, or says why it may bring no more. */
  begin(): { ended(): void } | { readonly why: string; readonly retryAfterS: number };
}

/** What the operator decides about calls. */
export interface CallSettings {
  readonly accountId: string;
  /** Whether outbound calls may come from a number, E.164. */
  readonly ownsNumber: (number: string) => boolean;
  /** The id of the Voice Connector, or of the group of them, that a number of the inventory belongs to, E.164; undefined: it belongs to none. Absent:
   * no number does. */
  readonly connectorOf?: (number: string) => string | undefined;
  /** Where outbound calls are sent now. */
  readonly findRoutes: (destination: Destination, to: string) => FoundRoutes;
  /** Why calls to this number are sent nowhere, whatever the state of trunks, for people; undefined when they are. */
  readonly whyNoRoute: (to: string) => string | undefined;
  /** The trunk that a call comes from; undefined: none. Absent: there are no trunks. */
  readonly trunkOf?: (
    call: Pick<IncomingCall, "source" | "to" | "requestUri"> & Partial<Pick<IncomingCall, "account">>,
  ) => CallingTrunk | undefined;
  /** Whether a number, or the user of a SIP URI, is a phone of this server, registered or not. */
  readonly isPhone: (user: string) => boolean;
  /** Whether the audio of a phone is encrypted; undefined: it does not say. Absent: no phone does. */
  readonly srtpOfPhone?: (user: string) => SrtpPolicy | undefined;
  /** Whether a SIP URI has a host that means this server. */
  readonly isOwnUri: (uri: ParsedUri) => boolean;
  /** A listener of this server: numbers that a rule here takes are called through it. */
  readonly ownListener: SipAddress;
  /** Address, or wildcard, that RTP is bound to; undefined: where SIP listens for the far end. */
  readonly mediaAddress: string | undefined;
  /** Whether the reason of a call that no rule takes names the rules that exist, as for somebody who develops. */
  readonly namesRules: boolean;
  /** What legs offer and take. */
  readonly codecs: CodecPreferences;
  /** Whether audio is encrypted with whoever has no rule of its own. */
  readonly srtp: SrtpPolicy;
  readonly machine: MachineParts;
  /** Why there is no route to the Voice Connector of this ARN, for people; undefined when there is one. */
  readonly whyNoConnector: (arn: string) => string | undefined;
  /** Begins the history of a call; gets the state before its first input. Must not throw. */
  readonly openHistory?: (initialState: CallState) => StepRecorder;
  /** Keeps a call, from before its first input, beyond this process. Must not throw. Absent: none is kept.
   * @param isTakenOver another process began it
   * @param requestKey `requestKey` of the request that made it */
  readonly keep?: (initialState: CallState, isTakenOver: boolean, requestKey: string | undefined) => CallKeeper;
  /** Gets each RTP session of a leg when audio begins to flow in it. Must not throw. */
  readonly onAudio?: (
    leg: { readonly transactionId: TransactionId; readonly participantTag: ParticipantTag },
    session: MediaSession,
  ) => void;
  /** Gets every observation. */
  readonly onObservation?: (observation: CallObservation) => void;
}
