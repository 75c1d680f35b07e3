import type { Session } from "../api/index.ts";
import type { CallState } from "../call/index.ts";
import type { Peer } from "../cluster/index.ts";
import type { Ladder, LadderRow, PastCalls, TextFound, Timeline } from "../history/index.ts";
import type { CallRecords } from "../store/index.ts";
import type { Authoring } from "./authoring.ts";
import type { CallFeed } from "./feed/call-feed.ts";
import type { RoomView } from "../meetings/index.ts";
import type { capacity } from "./shapes/facts.ts";
import type { drainState, ledger, nodeList, registrationList, spool, targetList, trunkList } from "./shapes/server.ts";
import type { ValueOf } from "./shapes/schema-node.ts";
import type { SoundFile } from "./sound/wave-file.ts";

/** What does not change while a server runs. */
export interface ServerFacts {
  readonly version: string;
  readonly mode: "development" | "production";
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly node: string;
  readonly region: string;
  readonly accountId: string;
}

/** Something that can be heard of a leg: its sound as a whole, or what a function recorded of it. */
export interface CallSound {
  readonly participantTag: "LEG-A" | "LEG-B";
  /** Epoch milliseconds of its first sample. */
  readonly startedAt: number;
  readonly isGrowing: boolean;
  /** What a file of one channel is: what the far end says, or what is said to it. */
  readonly mono: "heard" | "said";
  /** undefined: there is no such file (any more). Rejects where it cannot be told. */
  open(): Promise<SoundFile | undefined>;
}

/** The phone of the console's pages. */
export interface PageSoftphone {
  /** Where it connects, on the port of the API. */
  readonly path: string;
  /** Whether a machine may without TLS. */
  mayComePlainly(address: string): boolean;
  /** E.164 with +. */
  readonly numbers: readonly string[];
  /** The account of a session; undefined: no key is asked for. */
  lend(session: Session | undefined): { readonly name: string; readonly password: string };
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
  /** What it is called among them. */
  nodeName(): string;
  /** Whether there may be others. */
  readonly isShared: boolean;
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
  /** Whether anything is known of a call that is not up here: in the database, as a history, as a recording that is owed. */
  isKnown(id: string): Promise<boolean>;
  /** Those that are up and of which the database has nothing, since it takes nothing now. */
  unwritten(): ReadonlySet<string>;
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
  /** Whether a text is in what the function of a call was told or replied, and how much was read for that. undefined: no histories are written. */
  readonly textIn: ((callId: string, text: string) => Promise<TextFound>) | undefined;
  /** The ladder of a call with its rows; rejects with HISTORY_NOT_FOUND and others of a history. undefined: no histories are written. */
  readonly ladder:
    | ((name: string) => Promise<Pick<Ladder, "id" | "redacted" | "isRefused"> & { rows: readonly LadderRow[] }>)
    | undefined;
  /** Whether there is a history here of a call, or the ladder of one that was refused. */
  hasHistory(name: string): Promise<boolean>;
  /** What a history tells of its call; undefined: there is none. Rejects with errors of a history. */
  timeline(callId: string): Promise<Timeline | undefined>;
  /** What can be heard of a call. */
  sounds(callId: string): Promise<readonly CallSound[]>;
  /** undefined: pages have no phone. */
  readonly softphone: PageSoftphone | undefined;
  /** undefined: nobody writes a function here. */
  readonly authoring: Authoring | undefined;
  /** Places the call of a caller who follows a script in YAML; resolves when the call is known. Rejects with `TESTING_BAD_SCENE`, `API_CONFLICT` and
   * `API_UNPROCESSABLE`. undefined: there are none here. */
  readonly runCaller:
    | ((order: {
        readonly number: string;
        readonly from: string;
        readonly script: string;
      }) => Promise<{ readonly callId: string }>)
    | undefined;
  /** Hangs up a leg, or all of a call. */
  hangUp(callId: string, participantTag?: "LEG-A" | "LEG-B"): "accepted" | "not-found";
  /** From now on no new call is taken; those that are up go on. */
  drain(): ValueOf<typeof drainState>;
  /** New calls are taken again. */
  resume(): ValueOf<typeof drainState>;
}
