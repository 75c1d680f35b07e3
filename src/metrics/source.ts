import type { HistogramCounts } from "../kernel/index.ts";
import type { CallCounts } from "./call-counts.ts";

/** What is known of a server at one moment. */
export interface MetricsSource {
  readonly version: string;
  readonly calls: CallCounts;
  /** Whether a call is up, by its transaction's id. */
  isLive(transactionId: string): boolean;
  snapshot(): Snapshot;
}

/** Counts since the start, and what is open now. */
export interface Snapshot {
  readonly isReady: boolean;
  readonly isDraining: boolean;
  readonly maxCalls: number;
  readonly open: Readonly<Record<string, number>>;
  readonly packets: {
    readonly sent: number;
    readonly received: number;
    readonly dropped: Readonly<Record<string, number | undefined>>;
  };
  /** How late the worst media worker is, p99 of the last half second, milliseconds; and its share of a processor. */
  readonly media: { readonly lateMs: number; readonly share: number };
  readonly refusals: Readonly<Record<string, number>>;
  /** Such as "sent INVITE 200". */
  readonly sipMessages: Readonly<Record<string, number>>;
  readonly functions: Readonly<Record<string, FunctionSnapshot>>;
  readonly trunks: readonly {
    readonly name: string;
    readonly state: "up" | "down";
    readonly calls: number;
    /** undefined: we do not register there. */
    readonly isRegistered: boolean | undefined;
  }[];
  /** Recordings that the object store has not taken yet, and those of them that are not tried again before the next start. */
  readonly spool: { readonly waiting: number; readonly givenUp: number };
  /** Calls of which something waits to be written to the database, and since the start: those that did not wait for that, and those of which something was
   * never written. */
  readonly kept: { readonly waiting: number; readonly late: number; readonly lost: number };
}

/** What became of the events for one function. */
export interface FunctionSnapshot {
  readonly answered: number;
  readonly failed: Readonly<Record<string, number | undefined>>;
  /** Seconds from asking to the outcome. */
  readonly seconds: HistogramCounts;
  /** Whether it is not asked for a time, after failures in a row. */
  readonly isCircuitOpen: boolean;
}
