/** What `/offhook/v1` answers, as far as the page shows it. Times are ISO 8601 unless a name says otherwise. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

export interface Session {
  readonly isRequired: boolean;
  readonly isSignedIn: boolean;
  readonly who?: string;
  readonly csrfToken?: string;
  /** Ids of the operations that one may use. */
  readonly may: readonly string[];
}

export interface ServerFacts {
  readonly version: string;
  readonly mode: "development" | "production";
  readonly startedAt: string;
  readonly node: string;
  readonly features: Readonly<Partial<Record<Feature, boolean>>>;
}

export type Feature = "audio" | "replay" | "saveAsTest" | "functionOutput" | "softphone" | "caller";

export interface CallSummary {
  readonly id: string;
  readonly state: "live" | "ended" | "refused";
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly durationMs?: number;
  readonly direction?: "Inbound" | "Outbound";
  readonly from?: string;
  readonly to?: string;
  readonly applicationId?: string;
  readonly sipRuleId?: string;
  readonly endType?: string;
  readonly cause?: string;
  readonly isRedacted: boolean;
}

export interface CallPage {
  readonly calls: readonly CallSummary[];
  readonly next?: string;
  readonly notes: readonly string[];
}

export interface CallLeg {
  readonly participantTag?: string;
  readonly callId: string;
  readonly kind?: string;
  readonly direction: string;
  readonly from: string;
  readonly to: string;
  readonly startedAt: string;
  readonly answeredAt?: string;
  readonly endedAt?: string;
  readonly state?: string;
  readonly recording?: string;
}

export interface Invocation {
  readonly sequence: number;
  readonly eventType: string;
  readonly at: string;
  readonly event?: JsonObject;
  readonly tookMs?: number;
  readonly reply?: Json;
  readonly failure?: { readonly reason: string; readonly message: string };
}

/** Something that happened in a call; `type` says which further members it has. */
export interface Fact extends JsonObject {
  readonly at: string;
  readonly type: string;
}

export interface CallDetail extends CallSummary {
  readonly legs: readonly CallLeg[];
  readonly action?: { readonly type: string; readonly participantTag?: string; readonly parameters?: JsonObject };
  /** Who ended it and why. */
  readonly sentence?: string;
  readonly waitingActions?: readonly string[];
  readonly waitsFor?: { readonly sequence: number; readonly eventType: string; readonly askedAt: string };
  readonly invocations: readonly Invocation[];
  readonly audio: readonly JsonObject[];
  readonly events: readonly Fact[];
  readonly notes: readonly string[];
}

/** How the audio of a leg was for a piece of time, until `at`, epoch milliseconds. */
export interface QualitySample {
  readonly at: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly jitterMs: number;
  readonly mos?: number;
  readonly remotePacketsLost?: number;
  readonly remoteJitterMs?: number;
  readonly roundTripMs?: number;
}

export interface Timeline {
  readonly isRedacted: boolean;
  readonly isWhole: boolean;
  readonly entries: readonly Fact[];
  readonly notes: readonly string[];
}

export interface LadderRow {
  readonly type: "message" | "decision";
  /** Epoch milliseconds. */
  readonly at: number;
  readonly participantTag?: string;
  readonly from?: string;
  readonly to?: string;
  readonly transport?: string;
  readonly startLine?: string;
  readonly again?: boolean;
  readonly text?: string;
}

export interface Ladder {
  readonly isRedacted: boolean;
  readonly isRefused: boolean;
  readonly rows: readonly LadderRow[];
}

export interface Track {
  readonly id: string;
  readonly participantTag: string;
  readonly direction: "heard" | "said";
  readonly startedAt: string;
  readonly durationMs: number;
  readonly isGrowing: boolean;
}

export interface CallAudio {
  readonly tracks: readonly Track[];
  readonly notes: readonly string[];
}

export interface Peaks {
  readonly fromMs: number;
  readonly toMs: number;
  /** 0 to 1 each. */
  readonly peaks: readonly number[];
}

export interface OutputLine {
  readonly at: string;
  readonly functionName: string;
  readonly callId?: string;
  readonly line: string;
  readonly isError?: boolean;
}

export interface Replay {
  readonly invocations: readonly {
    readonly sequence: number;
    readonly eventType: string;
    readonly actionType?: string;
    readonly verdict: "same" | "differs" | "unknown";
    readonly differences: readonly { readonly path: string; readonly recorded?: Json; readonly now?: Json }[];
    readonly recordedReply?: Json;
    readonly nowReply?: Json;
  }[];
  readonly isWhole: boolean;
  readonly output: readonly { readonly at?: string; readonly line: string }[];
  readonly notes: readonly string[];
}

export interface SavedTest {
  readonly testFile: string;
  readonly historyFile: string;
  readonly notes: readonly string[];
}

export interface InventoryNumber {
  readonly number: string;
  readonly name?: string;
  readonly kind: string;
  readonly applicationId?: string;
  readonly ruleName?: string;
}

export interface Application {
  readonly id: string;
  readonly name: string;
  readonly functionName?: string;
  readonly functionArn?: string;
}

export interface Softphone {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly domain: string;
  /** The first is the one that functions see. */
  readonly numbers: readonly string[];
}

export interface ServerNode {
  readonly id: string;
  readonly isThis: boolean;
  readonly state: string;
  readonly version: string;
  readonly startedAt: string;
  readonly calls: number;
  readonly maxCalls: number;
  readonly whyNoCalls?: string;
  readonly sip: readonly string[];
  readonly api: string;
}

export interface Target {
  readonly name: string;
  readonly circuit: "none" | "closed" | "open" | "trying";
  readonly why?: string;
  readonly askedAgainInMs?: number;
  readonly answered: number;
  readonly failed: Readonly<Record<string, number>>;
}

export interface Trunk {
  readonly name: string;
  readonly state: string;
  readonly calls: number;
  readonly maxCalls?: number;
  readonly registration?: { readonly state: string; readonly why?: string; readonly heldUntil?: string };
  readonly addresses: readonly {
    readonly address: string;
    readonly state: string;
    readonly why?: string;
    readonly probe?: { readonly at: string; readonly failure?: string };
  }[];
}

export interface Registration {
  readonly account: string;
  readonly contact: string;
  readonly source: string;
  readonly expiresAt: string;
}

export interface Ledger {
  readonly open: Readonly<Record<string, number>>;
  readonly rtpPackets: {
    readonly sent: number;
    readonly received: number;
    readonly dropped: Readonly<Record<string, number>>;
  };
  readonly refusals: Readonly<Record<string, number>>;
  readonly sipMessages: Readonly<Record<string, number>>;
}

export interface Spool {
  readonly recordings: readonly {
    readonly path: string;
    readonly bucket: string;
    readonly key: string;
    readonly callId: string;
    readonly tries: number;
    readonly why: string;
    readonly isTriedAgain: boolean;
  }[];
}

export interface Capacity {
  readonly whyNoCalls?: string;
  readonly limits: readonly {
    readonly name: string;
    readonly words: string;
    readonly now: number;
    readonly most?: number;
    readonly unit?: string;
    readonly isFull: boolean;
  }[];
}

export interface Refusals {
  readonly causes: readonly { readonly cause: string; readonly count: number; readonly words?: string }[];
  readonly calls: readonly CallSummary[];
}

export interface Meeting {
  readonly meetingId: string;
  readonly externalMeetingId?: string;
  readonly startedAt: string;
  readonly members: readonly {
    readonly attendeeId: string;
    readonly externalUserId: string;
    readonly kind: "browser" | "telephone";
    readonly callId?: string;
    readonly joinedAt: string;
    readonly isMuted: boolean;
    readonly isPresent: boolean;
    /** Absent: it does not speak. */
    readonly levelDb?: number;
  }[];
}
