import type { CallState } from "../call/index.ts";
import type { Peer } from "../cluster/index.ts";
import type { Ladder, LadderRow, PastCalls, Timeline } from "../history/index.ts";
import type { LegSound } from "../recordings/index.ts";
import type { CallRecords } from "../store/index.ts";
import type { Authoring } from "./authoring.ts";
import type { CallFeed } from "./feed/call-feed.ts";
import type { RoomView } from "../meetings/index.ts";
import type { capacity } from "./shapes/facts.ts";
import type { drainState, ledger, nodeList, registrationList, spool, targetList, trunkList } from "./shapes/server.ts";
import type { ValueOf } from "./shapes/schema-node.ts";

/** What does not change while a server runs. */
export interface ServerFacts {
  readonly version: string;
  readonly mode: "development" | "production";
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly node: string;
  readonly region: string;
  readonly accountId: string;
  /** Where browsers speak SIP on the port of the API; undefined: they may not. */
  readonly sipPath: string | undefined;
}

/** Where what is shown comes from, and what can be done. Nothing here waits but what reads files or the database. */
export interface AdminSource {
  now(): number;
  readonly facts: ServerFacts;
  capacity(): ValueOf<typeof capacity>;
  /** Who is in which meeting. */
  rooms(): readonly RoomView[];
  /** Mutes somebody who takes part in a meeting by telephone, or lets it speak again. false: there is nobody like that. */
  setMuted(meetingId: string, attendeeId: string, isMuted: boolean): Promise<boolean>;
  /** This node and all others that share its database. */
  nodes(): Promise<ValueOf<typeof nodeList>["nodes"]>;
  /** The others. */
  peers(): Promise<readonly Peer[]>;
  /** The one of the others that has a call. */
  holderOf(callId: string): Promise<Peer | undefined>;
  ledger(): ValueOf<typeof ledger>;
  recordings(): ValueOf<typeof spool>["recordings"];
  targets(): ValueOf<typeof targetList>["targets"];
  trunks(): ValueOf<typeof trunkList>["trunks"];
  registrations(): ValueOf<typeof registrationList>["registrations"];
  liveCalls(): readonly CallState[];
  liveCall(id: string): CallState | undefined;
  readonly feed: CallFeed;
  /** What the database has of calls, live and past. */
  readonly records: Pick<CallRecords, "get" | "search" | "delete">;
  /** Whether numbers and texts of calls are kept as stand-ins. */
  readonly isRedacted: boolean;
  /** Deletes the files that are kept of a call; gives what there was, in words. */
  forget(id: string): Promise<readonly string[]>;
  /** Call detail records that are owed, and why they are not in their buckets. */
  detailRecords(): Promise<{ readonly count: number; readonly why: readonly string[] }>;
  /** undefined: no histories are written. */
  readonly past: PastCalls | undefined;
  /** The ladder of a call with its rows; rejects with HISTORY_NOT_FOUND and others of a history. undefined: no histories are written. */
  readonly ladder:
    | ((name: string) => Promise<Pick<Ladder, "id" | "redacted" | "isRefused"> & { rows: readonly LadderRow[] }>)
    | undefined;
  /** What a history tells of its call; undefined: there is none. Rejects with errors of a history. */
  timeline(callId: string): Promise<Timeline | undefined>;
  /** The sounds of the legs of a call, as files. undefined: none are kept. */
  readonly sounds: ((callId: string) => readonly LegSound[]) | undefined;
  /** undefined: nobody writes a function here. */
  readonly authoring: Authoring | undefined;
  /** Hangs up a leg, or all of a call. */
  hangUp(callId: string, participantTag?: "LEG-A" | "LEG-B"): "accepted" | "not-found";
  /** From now on no new call is taken; those that are up go on. */
  drain(): ValueOf<typeof drainState>;
  /** New calls are taken again. */
  resume(): ValueOf<typeof drainState>;
}
