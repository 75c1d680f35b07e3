import type { RecordOrigin, ResourceTag } from "./record-types.ts";

/** A Voice Connector: a way for calls between this server and equipment elsewhere. Times are epoch milliseconds. What is undefined was not set. */
export interface VoiceConnector {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly requireEncryption: boolean;
  readonly networkType: string;
  readonly integrationType: string | undefined;
  /** Calls of that equipment into this server. */
  readonly termination: Termination | undefined;
  /** Digest accounts of that equipment. The passwords may stand in no log and no answer. */
  readonly credentials: readonly { readonly username: string; readonly password: string }[];
  /** Calls of this server to that equipment. */
  readonly origination: Origination | undefined;
  readonly logging: { readonly sip: boolean; readonly media: boolean };
  /** As it came over the wire: stored without effect. */
  readonly streaming: object | undefined;
  readonly emergency: object | undefined;
  readonly tags: readonly ResourceTag[];
  readonly origin: RecordOrigin;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface Termination {
  /** New calls in a second. */
  readonly callsPerSecond: number;
  /** Stands for callers who name no number of the inventory. */
  readonly defaultNumber: string | undefined;
  /** Countries that may be called: ISO 3166-1, two letters. */
  readonly regions: readonly string[];
  /** Networks that calls may come from: 192.0.2.0/24. */
  readonly networks: readonly string[];
  readonly isDisabled: boolean;
}

export interface Origination {
  readonly routes: readonly OriginationRoute[];
  readonly isDisabled: boolean;
}

export interface OriginationRoute {
  readonly host: string;
  /** 0: what the DNS or the transport says. */
  readonly port: number;
  readonly protocol: "TCP" | "UDP";
  /** Lower ones are tried first. */
  readonly priority: number;
  /** Share among routes of one priority. */
  readonly weight: number;
}

/** Connectors of which one that fails is followed by the next. */
export interface VoiceConnectorGroup {
  readonly id: string;
  readonly name: string;
  readonly items: readonly { readonly connectorId: string; readonly priority: number }[];
  readonly distribution: "PriorityWeightedDistribution" | "LoadBalancedDistribution";
  readonly tags: readonly ResourceTag[];
  readonly origin: RecordOrigin;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What is set once for the account. */
export interface AccountSettings {
  /** The calling name of numbers that have none, and when it was set. */
  readonly callingName: { readonly text: string; readonly at: number } | undefined;
  readonly cdrBucket: string | undefined;
}
