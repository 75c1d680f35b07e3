import type { SipAddress } from "../../src/app/index.ts";

/** Calls to the first hear a prompt of one second, to the second one of a minute, again and again. */
export const benchNumbers = { second: "+12065550100", long: "+12065550101" } as const;

/** Where calls are kept: as shipped; in PostgreSQL at this URL; or nowhere, by the benchmark's own composition. */
export type CallsKept = "sqlite" | "nowhere" | { readonly url: string };

/** What the server process says of itself when started. */
export interface ServerFacts {
  readonly sip: SipAddress;
  readonly readyMs: number;
}

/** What it saw since `takeObserved` was last asked. */
export interface Observed {
  readonly sinceReplyMs: readonly number[];
  /** Time from the first event of a call to the function's reply; later ones may wait until the call is kept. */
  readonly invocationMs: readonly number[];
  readonly callsEnded: number;
}

/** Memory of the process, bytes. */
export interface MemoryUse {
  readonly rss: number;
  readonly heapUsed: number;
  readonly heapTotal: number;
  readonly external: number;
  readonly arrayBuffers: number;
}
