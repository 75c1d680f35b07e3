import type { FunctionCounts, UnloadedFunction } from "../invoke/index.ts";
import type { JournalCounts } from "../journal/index.ts";
import type { MeetingsLedger } from "../meetings/index.ts";
import type { PacketTotals } from "../media/index.ts";
import type { UnstoredRecording } from "../recordings/index.ts";
import type { Config } from "./config/types.ts";
import type { Reloaded } from "./reload/reload-config.ts";
import type { RegisteredPhone, SipAddress } from "../sip/index.ts";
import type { TrunkDescription, TrunkReport } from "../trunks/index.ts";

/** Counts of what is open, zero when idle except for listeners, workers and warm function processes; and counts of refusals. */
export interface ServerLedger extends MeetingsLedger {
  readonly calls: number;
  readonly timers: number;
  readonly invocations: number;
  /** That run, or are not in the object store yet. */
  readonly recordings: number;
  /** Files of the histories of calls and meetings that are being written. */
  readonly historyFiles: number;
  readonly functionProcesses: number;
  readonly sipTransactions: number;
  readonly sipDialogs: number;
  readonly sipTimers: number;
  readonly rtpSessions: number;
  readonly rtpSockets: number;
  /** Contacts of phones that are registered. */
  readonly registrations: number;
  /** Rooms in which media is mixed. */
  readonly mixers: number;
  /** Of all calls since the start (docs/call-quality.md). */
  readonly rtpPackets: PacketTotals;
  /** What is known of each trunk. */
  readonly trunks: Readonly<Record<string, TrunkReport>>;
  /** How many SIP messages, and who came to meetings, were refused or dropped since the start, by cause (docs/refusals.md). */
  readonly refusals: Readonly<Record<string, number>>;
}

/** A running server. */
export interface Server {
  /** What an SDK takes as `endpoint`. */
  readonly apiUrl: string;
  readonly sipListeners: readonly SipAddress[];
  /** Functions that could not be loaded at the start. */
  readonly unloadedFunctions: readonly UnloadedFunction[];
  ledger(): ServerLedger;
  /** Each trunk with its addresses, their state and probes, and our registration there. */
  trunks(): readonly TrunkDescription[];
  /** The phones that are registered. */
  registered(): readonly RegisteredPhone[];
  /** What became of the events for each function since the start, by its name. */
  functionCounts(): Readonly<Record<string, FunctionCounts>>;
  /** Calls whose changes wait to be written to the database, and since the start: those that did not wait for that, and those that were not written. */
  journal(): JournalCounts;
  /** How many messages of SIP were sent and received since the start, by method and status. */
  sipMessages(): Readonly<Record<string, number>>;
  /** Recordings that the object store has not taken yet, with their files and the reason. */
  unstoredRecordings(): readonly UnstoredRecording[];
  /** From now on no new call is taken; those that are up go on. */
  drain(): void;
  /** Takes another configuration as far as a running server can, while calls go on; the rest waits for the next start. Rejects with the `AppError`
   * that says why it is not taken; then all is as it was. One waits for the other. */
  reload(next: Config): Promise<Reloaded>;
  /** Ends the calls that are up, then closes everything in the reverse order of its start. */
  close(): Promise<void>;
}
