import type { TransportName } from "../sip-syntax/index.ts";

/** A transport address. `host` is an IPv4 or IPv6 address without brackets. */
export interface SipAddress {
  readonly transport: TransportName;
  readonly host: string;
  readonly port: number;
  /** The domain that the certificate of a far end has to name, where it was reached by a name over a secure transport; without it the
   * certificate has to name `host`. RFC 5922 §7.2 */
  readonly domain?: string;
}

/** Where requests are to go, before that is an address. RFC 3263 §4 */
export interface SipTarget {
  /** A host name, or an IP address without brackets. */
  readonly host: string;
  /** undefined: none is named, so that the records of a name tell it, or the transport. */
  readonly port: number | undefined;
  /** undefined: none is named. */
  readonly transport: TransportName | undefined;
}
