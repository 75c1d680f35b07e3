import type { Clock } from "../kernel/index.ts";

/** How many requests are served in a second. undefined: no limit. */
export interface RateLimits {
  /** All together. */
  readonly requestsPerSecond?: number | undefined;
  /** CreateSipMediaApplicationCall. */
  readonly createCallsPerSecond?: number | undefined;
  /** UpdateSipMediaApplicationCall. */
  readonly updateCallsPerSecond?: number | undefined;
}

/** Counts a request and returns undefined, or returns a sentence that names the setting when it is over the limit. */
export type RateCheck = (operation: string) => string | undefined;

/** How much of the rate of an operation this server may serve, where others have the rest.
 * @param used within the last second */
export type ShareOfRate = (operation: string, perSecond: number, used: number) => number;

/** Makes the check of all requests of one API, or of one access key. Contract: api-request-rates
 * @param setting where the rate of all requests is set, to be followed by "the configuration"
 * @param shareOf default: all of it */
export function createRateCheck(
  limits: RateLimits,
  clock: Clock,
  setting = "api.requestsPerSecond in",
  shareOf: ShareOfRate = (_operation, perSecond) => perSecond,
): RateCheck {
  const shareFor = (operation: string) => (perSecond: number, used: number) => shareOf(operation, perSecond, used);
  const all = createAllowance(setting, limits.requestsPerSecond, clock);
  const own = new Map([
    [
      "CreateSipMediaApplicationCall",
      createAllowance(
        "api.createCallsPerSecond in",
        limits.createCallsPerSecond,
        clock,
        shareFor("CreateSipMediaApplicationCall"),
      ),
    ],
    [
      "UpdateSipMediaApplicationCall",
      createAllowance(
        "api.updateCallsPerSecond in",
        limits.updateCallsPerSecond,
        clock,
        shareFor("UpdateSipMediaApplicationCall"),
      ),
    ],
  ]);
  return (operation) => {
    const asked = [all, own.get(operation)].filter((allowance) => allowance !== undefined);
    const empty = asked.find((allowance) => allowance.left() < 1);
    if (empty === undefined) for (const allowance of asked) allowance.take();
    return empty?.why;
  };
}

interface Allowance {
  readonly why: string;
  left(): number;
  take(): void;
}

/** A token bucket that holds the requests of one second, so that a burst of that size is served at once. */
function createAllowance(
  setting: string,
  perSecond: number | undefined,
  clock: Clock,
  shareOf: (perSecond: number, used: number) => number = (whole) => whole,
): Allowance | undefined {
  if (perSecond === undefined) return undefined;
  let share = perSecond;
  let left = perSecond;
  let atMs = clock.monotonicMs();
  return {
    why: `Service received too many requests: at most ${perSecond} a second are served here (${setting} the configuration).`,
    left() {
      const nowMs = clock.monotonicMs();
      share = shareOf(perSecond, Math.max(0, Math.ceil(share - left)));
      left = Math.min(share, left + ((nowMs - atMs) / 1_000) * share);
      atMs = nowMs;
      return left;
    },
    take: () => void (left -= 1),
  };
}
