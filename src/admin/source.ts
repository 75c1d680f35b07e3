import type { CallState } from "../call/index.ts";
import type { Peer } from "../cluster/index.ts";
import type { Ladder, LadderRow, PastCalls } from "../history/index.ts";
import type { CallFeed } from "./feed/call-feed.ts";
import type { drainState, ledger, nodeList, registrationList, spool, targetList, trunkList } from "./shapes/server.ts";
import type { ValueOf } from "./shapes/schema-node.ts";

/** Where what is shown comes from, and what can be done. Nothing here waits but what reads files or the database. */
export interface AdminSource {
  now(): number;
  /** This node and all others that share its database. */
  nodes(): Promise<ValueOf<typeof nodeList>["nodes"]>;
  /** The others. */
  peers(): Promise<readonly Peer[]>;
  /** The one of the others that has a call. */
  holderOf(callId: string): Promise<Peer | undefined>;
  ledger(): ValueOf<typeof ledger>;
  spool(): ValueOf<typeof spool>;
  targets(): ValueOf<typeof targetList>["targets"];
  trunks(): ValueOf<typeof trunkList>["trunks"];
  registrations(): ValueOf<typeof registrationList>["registrations"];
  liveCalls(): readonly CallState[];
  liveCall(id: string): CallState | undefined;
  readonly feed: CallFeed;
  /** undefined: no histories are written. */
  readonly past: PastCalls | undefined;
  /** The ladder of a call with its rows; rejects with HISTORY_NOT_FOUND and others of a history. undefined: no histories are written. */
  readonly ladder:
    | ((name: string) => Promise<Pick<Ladder, "id" | "redacted" | "isRefused"> & { rows: readonly LadderRow[] }>)
    | undefined;
  /** From now on no new call is taken; those that are up go on. */
  drain(): ValueOf<typeof drainState>;
  /** New calls are taken again. */
  resume(): ValueOf<typeof drainState>;
}
