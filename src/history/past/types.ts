import type { CallEndType } from "../../call/index.ts";
import type { RecordedLegAudio } from "../format.ts";

/** A call that is over, or that was refused before it began, in short. Times are epoch milliseconds. */
export interface PastCall {
  /** The transaction's id, or that of the ladder of a refused call. */
  readonly id: string;
  readonly state: "ended" | "refused";
  readonly startedAt: number;
  /** Absent: what is kept breaks off before. */
  readonly endedAt?: number;
  readonly direction?: "Inbound" | "Outbound";
  readonly from?: string;
  readonly to?: string;
  readonly applicationId?: string;
  readonly sipRuleId?: string;
  /** How it ended, or the cause of its refusal, in one word. */
  readonly endType?: CallEndType | (string & {});
  /** The same for people. */
  readonly cause?: string;
  /** Whether numbers and texts are stand-ins. */
  readonly isRedacted: boolean;
  /** Of a refused call: what `after` of a page behind it is. */
  readonly place?: string;
}

/** One question of a call to its function. */
export interface PastInvocation {
  readonly sequence: number;
  readonly eventType: string;
  readonly at: number;
  /** The event; of a redacted history its number and type. */
  readonly event: Readonly<Record<string, unknown>>;
  /** Absent: the call, or what is kept of it, ended before. */
  readonly tookMs?: number;
  readonly reply?: unknown;
  readonly failure?: { readonly reason: string; readonly message: string };
}

/** A leg of a call that is over. */
export interface PastLeg {
  readonly callId: string;
  readonly direction: "Inbound" | "Outbound";
  readonly from: string;
  readonly to: string;
  readonly startedAt: number;
}

/** All that is kept of one call but its messages, which are its ladder. */
export interface PastCallRecord {
  readonly call: PastCall;
  /** Those that the call began with. */
  readonly legs: readonly PastLeg[];
  readonly invocations: readonly PastInvocation[];
  /** How the audio of each leg was. */
  readonly audio: readonly RecordedLegAudio[];
}

/** Which refused calls are looked for; all of it must fit. */
export interface RefusedQuery {
  /** A part of the caller's or the called number. */
  readonly number?: string | undefined;
  /** The beginning of an id. */
  readonly id?: string | undefined;
  /** When it began, epoch milliseconds. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** How it ended in one word, or a part of that for people. */
  readonly cause?: string | undefined;
  /** A part of either number or of the cause, or the beginning of an id. */
  readonly text?: string | undefined;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

/** A page of what was found, the latest first. */
export interface PastPage {
  readonly calls: readonly PastCall[];
  /** Absent: there is no more. A page may have fewer calls than asked for, or none, and still go on. */
  readonly next?: string;
}

/** Calls as files have them: those that were refused, and the histories of others. */
export interface PastCalls {
  /** Rejects with `HISTORY_BAD_CURSOR`. */
  searchRefused(query: RefusedQuery): Promise<PastPage>;
  /** Deletes the history of a call; false: there is none. Rejects with what the system says. */
  delete(id: string): Promise<boolean>;
  /** undefined: nothing is kept of it. Rejects as `readHistoryFile`, and with `HISTORY_TOO_LONG`. */
  get(id: string): Promise<PastCallRecord | undefined>;
}
