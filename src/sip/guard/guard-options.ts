/** What a source is to us. trusted: never limited, never banned, as a trunk or this machine. known: never banned, as a phone that is registered.
 * stranger: anybody else. */
export type Standing = "trusted" | "known" | "stranger";

/** What is done about sources that are not trusted. */
export interface GuardOptions {
  /** Asked for each request that belongs to no call. Cheap. */
  readonly standingOf: (host: string) => Standing;
  /** What requests of strangers get: their turn as all others, 403, or nothing. */
  readonly strangers: "accept" | "refuse" | "ignore";
  /** Methods by which a stranger may prove who it is, so that they are let through. */
  readonly mayProve: (method: string) => boolean;
  /** Requests of one source that belong to no call, in any second; five seconds' worth may come at once. 0: no limit. */
  readonly requestsPerSecond: number;
  /** How long those are banned who look for numbers and passwords; 0: nobody is. */
  readonly banMs: number;
}
