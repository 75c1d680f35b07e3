import type { NumberRange, Role } from "../../api/index.ts";
import type { CallLimits, CompatibilitySwitches } from "../../call/index.ts";
import type { FunctionTarget } from "../../invoke/index.ts";
import type { S3Settings } from "../../objects/index.ts";
import type { SpeechOptions } from "../../speech/index.ts";
import type { LogLevel } from "../../kernel/index.ts";
import type { PacketChoice } from "../../media/index.ts";
import type { CodecPreferences, SrtpPolicy } from "../../sdp/index.ts";
import type { GuardOptions, SipAddress } from "../../sip/index.ts";
import type { Network } from "../../sip-syntax/index.ts";
import type { CertificateFiles } from "../certificates.ts";
import type { CaptureSettings, TraceSettings } from "../../telemetry/index.ts";
import type { ConnectorGroup, Trunk } from "../../trunks/index.ts";
import type { SipRuleTarget, SipRuleTriggerType } from "../../store/index.ts";

/** The address of this server as others see it. */
export interface AdvertisedHost {
  /** An IP address, or a host name. */
  readonly host: string;
  /** undefined: that of the listener. */
  readonly port: number | undefined;
}

/** An address to listen on, with the one that stands for it outside; absent: the local one does. */
export interface ConfiguredListener extends SipAddress {
  readonly advertise?: AdvertisedHost;
}

/** The whole configuration: checked, defaults filled in, addresses parsed, paths absolute, times in milliseconds. */
export interface Config {
  /** Absolute path of the file; undefined when the embedded defaults of development are used. */
  readonly file: string | undefined;
  readonly mode: "development" | "production";
  /** What is allowed but probably not meant, one sentence each; to be logged. */
  readonly warnings: readonly string[];
  readonly region: string;
  readonly accountId: string;
  readonly sip: {
    readonly listeners: readonly ConfiguredListener[];
    /** Absolute files of what TLS is spoken with; certificate and key are there both or neither. */
    readonly tls: Omit<CertificateFiles, "ofTrunks">;
    /** Larger requests go over a connection. */
    /** Whether far ends of calls may ask for another party in their place. */
    readonly acceptRefer: boolean;
    readonly largestDatagramBytes: number;
    /** Peers in these networks get the local address. */
    readonly localNetworks: readonly Network[];
    /** Requests in a call go where its messages come from; undefined: where the far end seems to be behind a NAT. */
    readonly symmetric: boolean | undefined;
    /** Whether audio is encrypted with a peer that has no rule of its own. */
    readonly srtp: SrtpPolicy;
    /** Where browsers connect, whose pages may, and whether those of other machines may without TLS. */
    readonly webSocket: {
      readonly onApi: boolean;
      readonly origins: readonly string[];
      readonly allowPlain: boolean;
    };
    /** What is done about sources that are none of ours; `banMs` 0: nobody is banned, `requestsPerSecond` 0: no limit. */
    readonly guard: Pick<GuardOptions, "strangers" | "requestsPerSecond" | "banMs">;
  };
  readonly api: {
    readonly address: string;
    readonly port: number;
    /** "" or a path that begins and does not end with a slash. */
    readonly basePath: string;
    /** Names and addresses that a Host header may have besides those of the machine. */
    readonly hosts: readonly string[];
    /** Absolute files of what TLS is spoken with; undefined: requests come without. */
    readonly tls: { readonly certificate: string; readonly key: string } | undefined;
    /** By which requests must be signed; empty: whoever reaches the API may use it. In development they are not looked at. */
    readonly keys: readonly ConfiguredKey[];
    /** Absolute; undefined: no web pages are served. */
    readonly pagesFolder: string | undefined;
    /** Undefined: no limit. */
    readonly rates: {
      readonly requestsPerSecond: number;
      readonly createCallsPerSecond: number | undefined;
      readonly updateCallsPerSecond: number | undefined;
    };
    /** Records that the API makes up to; undefined: no limit. */
    readonly quotas: {
      readonly applications: number;
      readonly rules: number | undefined;
      readonly voiceConnectors: number;
      readonly voiceConnectorGroups: number;
      readonly phoneNumbers: number;
    };
  };
  readonly media: {
    /** An address or a wildcard; undefined: where SIP listens for the far end. */
    readonly address: string | undefined;
    /** Both ends belong to it; 0 to 0 takes any free ports. */
    readonly portRange: { readonly min: number; readonly max: number };
    /** Of the first worker; each further one takes the next. 0: any free ones. */
    readonly browserPort: number;
    /** Where browsers reach it; undefined: where it is bound. */
    readonly browserAddress: string | undefined;
    readonly workers: number;
    readonly packets: PacketChoice;
    readonly codecs: CodecPreferences;
    /** 0: never, both. */
    readonly rtpTimeoutMs: number;
    readonly holdTimeoutMs: number;
  };
  readonly phones: readonly ConfiguredPhone[];
  /** Of the phone in the console's pages. None: they have no phone. */
  readonly softphone: { readonly numbers: readonly string[] };
  readonly registrations: {
    /** What phones are asked for their password by, the preferred first. */
    readonly algorithms: readonly ("SHA-256" | "MD5")[];
    /** How long a phone may register for, seconds. */
    readonly shortestS: number;
    readonly longestS: number;
  };
  /** E.164 with +. */
  readonly numbers: readonly string[];
  /** Numbers that can be ordered. */
  readonly numberPool: readonly NumberRange[];
  readonly functions: readonly ConfiguredFunction[];
  /** In production, the server starts only if the function of each of `applications` can be loaded. */
  readonly functionsMustLoad: boolean;
  readonly applications: readonly ConfiguredApplication[];
  readonly rules: readonly ConfiguredRule[];
  /** Where calls go to and come from; without one that takes numbers, in development the test phone takes them. */
  readonly trunks: readonly Trunk[];
  /** What the ARNs of Voice Connectors lead to. */
  readonly connectors: readonly ConnectorGroup[];
  readonly meetings: {
    /** Where browsers reach this server, `ws` or `wss`, without a slash at its end; undefined: where its caller did. */
    readonly publicUrl: string | undefined;
    /** Origins of pages that may take part; undefined: any. */
    readonly allowedOrigins: readonly string[] | undefined;
    /** Most at one time. */
    readonly maxMeetings: number;
    readonly sampleRateHz: 16_000 | 48_000;
    /** Where events are posted; with a secret they are signed. */
    readonly webhook: { readonly url: string; readonly secret: string | undefined } | undefined;
  };
  readonly objectsFolder: string;
  /** Stores in which some buckets are; the others are in `objectsFolder`. */
  readonly s3: readonly S3Settings[];
  /** A bucket that does not exist comes into being with its first object. */
  readonly createBuckets: boolean;
  readonly speech: Pick<SpeechOptions, "engines" | "polly" | "espeakProgram">;
  readonly dataFolder: string;
  /** The database, in `dataFolder`. */
  readonly storePath: string;
  /** The database in place of that. The URL may have a password too. */
  readonly postgres: { readonly url: string; readonly password: string | undefined } | undefined;
  /** Where the other servers on that database reach the API of this one; undefined: where it listens. */
  readonly cluster: { readonly url: string | undefined };
  /** How long calls are kept after their end; undefined: for good. */
  readonly keepCallsMs: number | undefined;
  /** Numbers of calls in the database are stand-ins, and texts left out. */
  readonly redactCalls: boolean;
  /** In `dataFolder`. */
  readonly speechCacheFolder: string;
  readonly limits: CallLimits & {
    /** Most calls at one time. */
    readonly maxCalls: number;
  };
  readonly compatibility: CompatibilitySwitches;
  /** Folder for the histories of calls; undefined: none are kept. */
  readonly histories:
    | {
        /** Those of meetings are in its folder `meetings`. */
        readonly folder: string;
        readonly redact: boolean;
        /** Most files of calls, and of meetings. 0: all. */
        readonly keep: number;
      }
    | undefined;
  readonly telemetry: {
    /** Where traces of calls go; undefined: there are none. */
    readonly traces: Omit<TraceSettings, "redact"> | undefined;
    /** The capture server that gets the messages of SIP; undefined: there is none. Its key may stand in no log. */
    readonly capture: CaptureSettings | undefined;
  };
  /** Where logs of messages are, and how long; undefined: for good. */
  readonly messageLogs: { readonly folder: string; readonly keepDays: number | undefined };
  /** How long live calls have to end by themselves when the server is told to stop. */
  readonly drainMs: number;
  readonly log: { readonly level: LogLevel };
}

/** A function; a file or program of it exists, and is loaded anew in development when it changes. */
export type ConfiguredFunction = FunctionTarget & { readonly arn: string };

/** A phone that may register and call. The password may stand in no log. */
export interface ConfiguredPhone {
  readonly name: string;
  /** E.164 with +. */
  readonly numbers: readonly string[];
  /** Only in development there may be none. */
  readonly password: string | undefined;
  /** Whether audio is encrypted; undefined: as with anybody. */
  readonly srtp: SrtpPolicy | undefined;
}

/** An application that shall exist; `id` is the same at each start. */
export interface ConfiguredApplication {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly functionArn: string;
}

/** A rule that shall exist; `id` is the same at each start. */
export interface ConfiguredRule {
  readonly id: string;
  readonly name: string;
  readonly disabled: boolean;
  readonly triggerType: SipRuleTriggerType;
  readonly triggerValue: string;
  readonly triggerKey: string;
  readonly targets: readonly SipRuleTarget[];
}

/** An access key of the configuration. */
export interface ConfiguredKey {
  readonly id: string;
  /** As they are at the start, at least one. They may stand in no log. */
  readonly secrets: readonly string[];
  /** Absolute path of the file that they come from; it is read again when it changes. */
  readonly file: string | undefined;
  /** undefined: everything is allowed. */
  readonly roles: readonly Role[] | undefined;
  readonly requestsPerSecond: number;
}
