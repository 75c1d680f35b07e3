/** A NAPTR record. RFC 3403 §4.1 */
export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  readonly service: string;
  readonly replacement: string;
}

/** An SRV record. RFC 2782 */
export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** The host; "" or ".": there is decidedly none. */
  readonly name: string;
}

/** What answers questions about names. Each rejects when the question could not be answered; a name without such records has an empty list.
 * How long an answer is remembered is its own affair. */
export interface SipResolver {
  naptr(name: string): Promise<readonly NaptrRecord[]>;
  srv(name: string): Promise<readonly SrvRecord[]>;
  /** Addresses of both families. */
  addresses(name: string): Promise<readonly string[]>;
}
