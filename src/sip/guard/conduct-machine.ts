/** What is known of a source, as plain data. */
export type Conduct =
  | {
      readonly type: "free";
      /** Requests that it may send at once. */
      readonly tokens: number;
      /** Offences that count still. */
      readonly points: number;
      /** When these two were right, monotonic milliseconds. */
      readonly atMs: number;
    }
  | { readonly type: "banned"; readonly untilMs: number };

/** What a source does. `absolved`: it has proved who it is. */
export type ConductInput =
  | { readonly type: "request" }
  | { readonly type: "offence"; readonly points: number }
  | { readonly type: "absolved" };

/** `limit`: this request is one too many. `ban`: the source is banned from now on. `drop`: it is banned. */
export type ConductEffect = { readonly do: "limit" } | { readonly do: "ban" } | { readonly do: "drop" };

/** How much a source may do. */
export interface ConductBounds {
  /** Requests outside of calls, of a source in any second; 0: as many as it likes. */
  readonly requestsPerSecond: number;
  /** How long a ban is; 0: nobody is banned. */
  readonly banMs: number;
}

/** So many seconds' worth of requests may come at once. */
const burstSeconds = 5;
/** A source with more points than this is banned. */
const mostPoints = 30;
/** Points that are forgotten in a second: all of them within a minute. */
const forgottenPerSecond = mostPoints / 60;

/** A source that was not heard of before. */
export function startConduct(bounds: ConductBounds, atMs: number): Conduct {
  return { type: "free", tokens: mostTokens(bounds), points: 0, atMs };
}

/** What becomes of a source by what it does. */
export function stepConduct(
  before: Conduct,
  input: ConductInput,
  atMs: number,
  bounds: ConductBounds,
): readonly [Conduct, readonly ConductEffect[]] {
  const conduct = passTime(before, atMs, bounds);
  if (conduct.type === "banned") return [conduct, input.type === "request" ? [{ do: "drop" }] : []];
  switch (input.type) {
    case "request":
      if (bounds.requestsPerSecond === 0) return [conduct, []];
      if (conduct.tokens < 1) return [conduct, [{ do: "limit" }]];
      return [{ ...conduct, tokens: conduct.tokens - 1 }, []];
    case "offence": {
      const points = conduct.points + input.points;
      if (points <= mostPoints || bounds.banMs === 0) return [{ ...conduct, points: Math.min(points, mostPoints) }, []];
      return [{ type: "banned", untilMs: atMs + bounds.banMs }, [{ do: "ban" }]];
    }
    case "absolved":
      return [{ ...conduct, points: 0 }, []];
    default:
      return input satisfies never;
  }
}

/** Whether nothing is known of the source but that it exists, so that it can be forgotten. */
export function isBlank(conduct: Conduct, atMs: number, bounds: ConductBounds): boolean {
  const now = passTime(conduct, atMs, bounds);
  return now.type === "free" && now.points === 0 && now.tokens >= mostTokens(bounds);
}

function passTime(conduct: Conduct, atMs: number, bounds: ConductBounds): Conduct {
  if (conduct.type === "banned") return atMs < conduct.untilMs ? conduct : startConduct(bounds, atMs);
  const seconds = Math.max(0, atMs - conduct.atMs) / 1_000;
  return {
    type: "free",
    tokens: Math.min(mostTokens(bounds), conduct.tokens + seconds * bounds.requestsPerSecond),
    points: Math.max(0, conduct.points - seconds * forgottenPerSecond),
    atMs,
  };
}

function mostTokens({ requestsPerSecond }: ConductBounds): number {
  return requestsPerSecond * burstSeconds;
}
