import type { Trunk } from "./types.ts";

/** The calls of one trunk, as plain data. */
export interface TrunkUse {
  readonly calls: number;
  /** When those of the last second began. */
  readonly begunAtMs: readonly number[];
}

/** Of a trunk without calls. */
export const noUse: TrunkUse = { calls: 0, begunAtMs: [] };

/** A call that a limit of its trunk keeps from beginning. */
export interface OverLimit {
  readonly type: "over-limit";
  readonly setting: "maxCalls" | "callsPerSecond";
  /** For people. */
  readonly why: string;
  /** After which it may be tried again. */
  readonly retryAfterS: number;
}

/** Time after which a trunk with all its calls may be tried again. */
const fullRetryAfterS = 5;

/** What of a trunk's limits this server may use. */
export interface TrunkLimits extends Pick<Trunk, "name"> {
  readonly maxCalls?: number | undefined;
  readonly callsPerSecond?: number | undefined;
  /** The limits over all servers; absent: the same. */
  readonly whole?: { readonly maxCalls: number; readonly callsPerSecond: number };
}

/** How many calls began within the last second. */
export function begunSince({ begunAtMs }: TrunkUse, atMs: number): number {
  return begunAtMs.filter((begunMs) => begunMs > atMs - 1_000).length;
}

/** The use with one more call, or why there may be none. Contract: sip-and-media-trunk-limits */
export function beginUse(
  use: TrunkUse,
  { name, maxCalls = Infinity, callsPerSecond = Infinity, whole = { maxCalls, callsPerSecond } }: TrunkLimits,
  atMs: number,
): OverLimit | { readonly type: "begun"; readonly use: TrunkUse } {
  const begunAtMs = use.begunAtMs.filter((begunMs) => begunMs > atMs - 1_000);
  const share = (most: number, all: number) => (most === all ? "" : `, of which this server may use ${most} now`);
  if (use.calls >= maxCalls) {
    const why = `the trunk ${name} has ${use.calls} calls, and its limit is ${whole.maxCalls} (maxCalls)${share(maxCalls, whole.maxCalls)}`;
    return { type: "over-limit", setting: "maxCalls", why, retryAfterS: fullRetryAfterS };
  }
  if (begunAtMs.length >= callsPerSecond) {
    const why = `${begunAtMs.length} calls of the trunk ${name} began within a second, and its limit is ${whole.callsPerSecond} (callsPerSecond)${share(callsPerSecond, whole.callsPerSecond)}`;
    return { type: "over-limit", setting: "callsPerSecond", why, retryAfterS: 1 };
  }
  const kept = callsPerSecond === Infinity ? [] : [...begunAtMs, atMs];
  return { type: "begun", use: { calls: use.calls + 1, begunAtMs: kept } };
}

/** The use with one call less. */
export function endUse(use: TrunkUse): TrunkUse {
  return { ...use, calls: Math.max(0, use.calls - 1) };
}
