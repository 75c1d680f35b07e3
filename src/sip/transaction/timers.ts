import type { SipTimers } from "../types.ts";

/** Names of RFC 3261 §17 table 4; L and M of RFC 6026 §7. */
export type TimerName = "A" | "B" | "D" | "E" | "F" | "G" | "H" | "I" | "J" | "K" | "L" | "M";

/** The delays of one transaction, milliseconds; undefined: not started on this transport. */
export interface TransactionTimers {
  /** First resend of an INVITE; doubles each time. */
  readonly aMs: number | undefined;
  /** Longest wait for any response to an INVITE. */
  readonly bMs: number;
  /** Linger after a refused INVITE. 0: none. */
  readonly dMs: number;
  /** First resend of another request; doubles up to t2Ms. */
  readonly eMs: number | undefined;
  /** Longest wait for a final response to another request. */
  readonly fMs: number;
  /** First resend of a refusal to an INVITE; doubles up to t2Ms. */
  readonly gMs: number | undefined;
  /** Longest wait for the ACK of a refusal. */
  readonly hMs: number;
  /** Linger after that ACK. 0: none. */
  readonly iMs: number;
  /** Linger after a final response to another request. 0: none. */
  readonly jMs: number;
  /** Linger after a final response came to another request. 0: none. */
  readonly kMs: number;
  /** Linger of an accepted INVITE, server side. */
  readonly lMs: number;
  /** Linger of an accepted INVITE, client side: more 2xx (forks, resends) may come. */
  readonly mMs: number;
  readonly t2Ms: number;
}

/** The default base values. RFC 3261 §17.1.1.1 */
export const defaultTimers: SipTimers = { t1Ms: 500, t2Ms: 4_000, t4Ms: 5_000 };

/** Computes the timers of RFC 3261 §17 table 4 for both kinds of transport. */
export function transactionTimers(base: SipTimers): {
  readonly unreliable: TransactionTimers;
  readonly reliable: TransactionTimers;
} {
  const { t1Ms, t2Ms, t4Ms } = base;
  const longMs = 64 * t1Ms;
  const always = { bMs: longMs, fMs: longMs, hMs: longMs, lMs: longMs, mMs: longMs, t2Ms };
  return {
    unreliable: {
      ...always,
      aMs: t1Ms,
      // The RFC says at least 32 s, which is 64*T1; with the short timers of tests it is shorter too.
      dMs: longMs,
      eMs: t1Ms,
      gMs: t1Ms,
      iMs: t4Ms,
      jMs: longMs,
      kMs: t4Ms,
    },
    reliable: { ...always, aMs: undefined, dMs: 0, eMs: undefined, gMs: undefined, iMs: 0, jMs: 0, kMs: 0 },
  };
}
