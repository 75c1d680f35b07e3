/** A call, as it was when it was written last. Times are epoch milliseconds. */
export interface KeptCall {
  readonly transactionId: string;
  /** The process that runs it, or ran it. */
  readonly nodeId: string;
  readonly applicationId: string;
  readonly sipRuleId: string | undefined;
  /** Of the leg that it began with; so are the next two. */
  readonly direction: "Inbound" | "Outbound";
  readonly from: string;
  readonly to: string;
  readonly startedAt: number;
  /** undefined: something is still owed. */
  readonly endedAt: number | undefined;
  /** Why it ended, for people. */
  readonly cause: string | undefined;
  /** How it ended, in one word. */
  readonly endType: string | undefined;
  /** Numbers are stand-ins, and texts that could name anybody are missing. */
  readonly isRedacted: boolean;
  /** Another process has told what the one that ran it owed. */
  readonly isTakenOver: boolean;
}

/** One leg of a call. */
export interface KeptLeg {
  readonly id: string;
  readonly tag: string;
  readonly kind: string;
  readonly direction: "Inbound" | "Outbound";
  readonly from: string;
  readonly to: string;
  readonly startedAt: number;
  readonly answeredAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly cause: string | undefined;
  /** Of its latest dialog; of a redacted call `nameOfDialog` of it. */
  readonly sipCallId: string | undefined;
  /** By which the far end was called. */
  readonly trunk: string | undefined;
  /** Final status of its INVITE; undefined: there is none. */
  readonly sipStatus: number | undefined;
}

/** One time that a function was asked. */
export interface KeptInvocation {
  /** As its event has it. */
  readonly sequence: number;
  /** Type of the event. */
  readonly event: string;
  /** Name or ARN of the function. */
  readonly target: string;
  readonly askedAt: number;
  readonly tookMs: number;
  /** "replied", or the reason why there is no reply. */
  readonly outcome: string;
  /** Of a failure, for people. */
  readonly why: string | undefined;
  /** The event may have been told before, by a process that ended meanwhile. */
  readonly mayRepeat: boolean;
}

/** What is written of one call at one time. */
export interface CallChange {
  readonly call: KeptCall;
  /** JSON by which another process can tell what is owed; undefined: nothing is. */
  readonly state: string | undefined;
  /** Stands for the request that made it: of calls with the same, there is the first only. */
  readonly requestKey?: string | undefined;
  /** As they are now. What is absent of one that was written before stays. */
  readonly legs: readonly KeptLeg[];
  /** New ones only; so are the next two. */
  readonly invocations: readonly KeptInvocation[];
  readonly facts: readonly object[];
  readonly records: readonly DetailRecord[];
}

/** The record of a leg that is to be put into a bucket. */
export interface DetailRecord {
  /** Of the leg. */
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  /** What the object is to be. */
  readonly document: string;
}

/** That a process is there, and when it was. */
export interface SignOfLife {
  readonly nodeId: string;
  readonly at: number;
  /** What it says of itself, JSON; undefined: what it said before holds. */
  readonly card?: string | undefined;
}

/** A process that gave signs of life, and has not signed off. */
export interface KeptNode {
  readonly nodeId: string;
  /** Of the last one. */
  readonly at: number;
  readonly card: string | undefined;
}

/** A call whose process is gone. */
export interface OrphanedCall {
  readonly transactionId: string;
  readonly state: string;
}

/** Which calls a search finds; absent members keep all. Texts are compared without regard to case. */
export interface CallFilter {
  /** Whether they have ended. */
  readonly isEnded?: boolean | undefined;
  /** A whole number with + and all its digits, or else a part of either party. */
  readonly number?: string | undefined;
  /** Of the transaction or of a leg, or the Call-ID of a leg; or the beginning of that of the transaction. */
  readonly id?: string | undefined;
  readonly applicationId?: string | undefined;
  /** How they ended in one word, or a part of why, for people. */
  readonly cause?: string | undefined;
  /** A part of either party or of why they ended, the beginning of an id, or what is whole there. */
  readonly text?: string | undefined;
  /** Began at or after, and at or before; epoch milliseconds. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/** A search for calls. */
export interface CallSearch extends CallFilter {
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

/** A page of what was found, the latest first. It may have fewer calls than asked for, or none, and still go on. */
export interface FoundCalls {
  readonly calls: readonly KeptCall[];
  readonly next: string | undefined;
}

/** One call with all that is kept of it. */
export interface WholeCall extends KeptCall {
  readonly legs: readonly KeptLeg[];
  readonly invocations: readonly KeptInvocation[];
  /** What was told of it, in order, as it was written. */
  readonly facts: readonly object[];
}

/** What is kept of calls, live and past. */
export interface CallRecords {
  /** Keeps that there is a call, in a quicker way than `write`, which follows: what is left is found by the `takeOver` of the next process. Rejects with what was wrong with that way.
   * Gives undefined where the database has no such way, or a row only can tell whether there is the call. */
  begin(change: CallChange): Promise<void> | undefined;
  /** Writes all of it or nothing, and that the process is there where that was not written within a second. A call that another process has taken over stays as it is, and one whose request has made another call is not written;
   * gives the transaction ids of these. Rejects with `STORE_REFUSED` when the database takes one of them never. */
  write(changes: readonly CallChange[], sign: SignOfLife): Promise<readonly string[]>;
  get(transactionId: string): Promise<WholeCall | undefined>;
  /** Adds to what was told of a call, if it is there. */
  addFacts(transactionId: string, facts: readonly object[]): Promise<void>;
  /** Rejects with `STORE_BAD_TOKEN` on an `after` that is not ours. */
  search(search: CallSearch): Promise<FoundCalls>;
  /** False when there is none. All of it goes: legs, invocations, facts, and records that are owed. */
  delete(transactionId: string): Promise<boolean>;
  /** Deletes those that ended before a time. */
  deleteEndedBefore(time: number): Promise<void>;
  /** The process is there; without that, others take over its calls. */
  signOfLife(sign: SignOfLife): Promise<void>;
  /** The process ends: others may take over what it leaves at once. */
  signOff(nodeId: string): Promise<void>;
  /** Makes calls of processes that gave no sign of life since a time those of the one that signs, each for one process only. */
  takeOver(sign: SignOfLife, silentSince: number): Promise<readonly OrphanedCall[]>;
  /** Gives a sign of life with a card that depends on what the others say of themselves: no other process does this meanwhile.
   * @param silentSince others that gave none since then are left out */
  exchangeCards(sign: SignOfLife, silentSince: number, toCard: (others: readonly KeptNode[]) => string): Promise<void>;
  /** The processes that are there, those that were silent for a moment among them. */
  nodes(): Promise<readonly KeptNode[]>;
  /** The process that has a call, or had it last; undefined: there is no such call. */
  nodeOf(transactionId: string): Promise<string | undefined>;
  /** The call that a request has made; one that was made before a time is no longer known by it. */
  madeBy(requestKey: string, since: number): Promise<string | undefined>;
  /** Calls of other processes of which something is owed. */
  countOfOthers(nodeId: string): Promise<number>;
}

/** Records of legs on their way into buckets. */
export interface DetailRecords {
  /** Those that a process made, and those whose process is gone.
   * @param nodeId undefined: all
   * @param without buckets of which none are wanted */
  list(nodeId: string | undefined, limit: number, without: readonly string[]): Promise<readonly DetailRecord[]>;
  count(): Promise<number>;
  /** It is where it belongs. */
  settle(id: string): Promise<void>;
}
