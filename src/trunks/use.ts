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

/** The use with one more call, or why there may be none. Contract: sip-and-media-trunk-limits */
export function beginUse(
  use: TrunkUse,
  { name, ...limits }: Trunk,
  atMs: number,
): OverLimit | { readonly type: "begun"; readonly use: TrunkUse } {
  const { maxCalls = Infinity, callsPerSecond = Infinity } = limits;
  const begunAtMs = use.begunAtMs.filter((begunMs) => begunMs > atMs - 1_000);
  if (use.calls >= maxCalls) {
    const why = `the trunk ${name} has ${use.calls} calls, and its limit is ${maxCalls} (maxCalls)`;
    return { type: "over-limit", setting: "maxCalls", why, retryAfterS: fullRetryAfterS };
  }
  if (begunAtMs.length >= callsPerSecond) {
    const why = `${begunAtMs.length} calls of the trunk ${name} began within a second, and its limit is ${callsPerSecond} (callsPerSecond)`;
    return { type: "over-limit", setting: "callsPerSecond", why, retryAfterS: 1 };
  }
  const kept = callsPerSecond === Infinity ? [] : [...begunAtMs, atMs];
  return { type: "begun", use: { calls: use.calls + 1, begunAtMs: kept } };
}

/** The use with one call less. */
export function endUse(use: TrunkUse): TrunkUse {
  return { ...use, calls: Math.max(0, use.calls - 1) };
}
