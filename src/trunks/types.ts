import type { AudioCodec } from "../sdp/index.ts";
import type { Dialling, Network, NumberForm } from "../sip-syntax/index.ts";
import type { SipTarget } from "../sip/index.ts";

/** How a trunk is told who calls. */
export interface CallerIdForm {
  readonly form: NumberForm;
  /** What stands in the user part of From: the caller's number, or our user name at the trunk. */
  readonly from: "number" | "username";
  /** The header that has the caller's number too. RFC 3325; Remote-Party-ID never became a standard */
  readonly identity: "none" | "P-Asserted-Identity" | "P-Preferred-Identity" | "Remote-Party-ID";
  /** E.164, shown for callers without a number; undefined: they are shown as anonymous. */
  readonly fallback: string | undefined;
}

/** One account. The password may stand in no log. */
export interface TrunkAccount {
  readonly username: string;
  readonly password: string;
}

/** One address of a trunk. */
export interface TrunkAddress {
  readonly target: SipTarget;
  /** Lower ones are tried first. */
  readonly priority: number;
  /** Share of the calls among addresses of one priority. */
  readonly weight: number;
}

/** A carrier, an exchange or the equipment behind a Voice Connector: where calls go to and come from, as plain data. */
export interface Trunk {
  /** Its key in the configuration, or the id of a Voice Connector. */
  readonly name: string;
  /** Empty: the address that the server has for the time being, such as the built-in test phone; else no calls go out. */
  readonly addresses: readonly TrunkAddress[];
  /** The host of our address of record and of Request-URIs there; undefined: From has our own address, Request-URIs that of the trunk. */
  readonly domain: string | undefined;
  /** Ours at the trunk. */
  readonly account: TrunkAccount | undefined;
  /** Says that we register there, and for how long. */
  readonly registration: { readonly expiresS: number } | undefined;
  /** Networks that its calls come from, besides its addresses. */
  readonly sources: readonly Network[];
  /** Accounts of which its calls have to prove one; empty: they are known by where they come from. */
  readonly callers: readonly TrunkAccount[];
  /** Numbers that it brings calls for, E.164; empty: any. */
  readonly numbers: readonly string[];
  /** What numbers begin with that it takes: digits behind a plus, or of short numbers; "" takes all, an empty list none. */
  readonly prefixes: readonly string[];
  /** Lower ones are tried first, among trunks with a prefix of the same length. */
  readonly priority: number;
  /** Share of the calls among trunks of one priority. */
  readonly weight: number;
  /** Requests in a call go where its messages come from; undefined: where it seems to be behind a NAT. */
  readonly symmetric: boolean | undefined;
  /** Whether it takes numbers of less than eight digits. */
  readonly shortNumbers: boolean;
  /** How called numbers are written. */
  readonly numberForm: NumberForm;
  readonly dialling: Dialling;
  readonly callerId: CallerIdForm;
  /** In the order in which they are offered; undefined: as all calls. */
  readonly codecs: readonly AudioCodec["name"][] | undefined;
  /** undefined: as all calls. */
  readonly srtp: "never" | "optional" | "required" | undefined;
  /** Absolute path of the file with the authorities of its certificate, which it has to show when it connects; undefined: as all far ends. */
  readonly authoritiesFile: string | undefined;
  /** Most calls that begin in a second, in both directions; undefined: no limit of its own. */
  readonly callsPerSecond: number | undefined;
  /** Most calls at one time, in both directions; undefined: no limit of its own. */
  readonly maxCalls: number | undefined;
  /** Most servers that may pass a call on; undefined: 70. */
  readonly maxForwards: number | undefined;
  /** How long it may say nothing at all before the next way of a call is tried, and before a probe has failed. */
  readonly responseMs: number;
  /** Time between two OPTIONS; undefined: none are sent. */
  readonly probeMs: number | undefined;
}

/** What the ARN of a Voice Connector, or of a group of them, leads to. */
export interface ConnectorGroup {
  /** An ARN, the id at its end, or "*" for every other one. */
  readonly key: string;
  readonly members: readonly ConnectorMember[];
}

/** One trunk behind a Voice Connector. */
export interface ConnectorMember {
  /** Its name. */
  readonly trunk: string;
  readonly priority: number;
  readonly weight: number;
}

/** What a trunk is in most ways, for those that are made of an address alone. It takes no numbers. */
export const plainTrunk: Omit<Trunk, "name" | "addresses"> = {
  domain: undefined,
  account: undefined,
  registration: undefined,
  sources: [],
  callers: [],
  numbers: [],
  prefixes: [],
  priority: 1,
  weight: 1,
  symmetric: undefined,
  shortNumbers: false,
  numberForm: "e164",
  dialling: { country: undefined, nationalPrefix: "", internationalPrefix: "" },
  callerId: { form: "e164", from: "number", identity: "none", fallback: undefined },
  codecs: undefined,
  srtp: undefined,
  authoritiesFile: undefined,
  callsPerSecond: undefined,
  maxCalls: undefined,
  maxForwards: undefined,
  responseMs: 4_000,
  probeMs: undefined,
};
