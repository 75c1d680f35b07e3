/** How a search for the highest load goes. */
export interface SearchPlan {
  /** Where it begins. */
  readonly guess: number;
  /** Loads are multiples of this. */
  readonly step: number;
  /** It ends when what holds and what does not are at most this share apart. */
  readonly resolution: number;
  /** How many loads are tried at most, three times as many while all of them hold: one that no load has exceeded is no limit. */
  readonly mostTries: number;
}

/** How a load went. */
export interface Tried {
  readonly holds: boolean;
  /** The share of its processor that it took. */
  readonly share: number;
}

/** What was found. */
export interface Capacity<Trial> {
  /** The highest load that held; 0: none did. */
  readonly load: number;
  readonly held: Trial | undefined;
  /** The lowest that did not; undefined: all held. */
  readonly failed: { readonly load: number; readonly trial: Trial } | undefined;
}

/** Finds the highest load that holds, by halving the distance between one that does and one that does not. */
export async function findCapacity<Trial extends Tried>(
  plan: SearchPlan,
  attempt: (load: number) => Promise<Trial>,
): Promise<Capacity<Trial>> {
  let low: { load: number; trial: Trial } | undefined;
  let high: { load: number; trial: Trial } | undefined;
  for (let tries = 0; tries < plan.mostTries * (high === undefined ? 3 : 1); tries++) {
    const load = nextLoad(plan, low && { load: low.load, share: low.trial.share }, high?.load);
    if (load === undefined) break;
    const trial = await attempt(load);
    if (trial.holds) low = { load, trial };
    else high = { load, trial };
  }
  return { load: low?.load ?? 0, held: low?.trial, failed: high };
}

/** A load that held with room to spare is followed by the one that would take so much of the processor, */
const aimedShare = 0.9;
/** within these bounds. */
const leastGrowth = 1.2;
const mostGrowth = 2;
/** One that failed at first is followed by so much of it. */
const shrink = 0.65;

/** The load to try next; undefined when the two are close enough.
 * @param low the highest that held, and the share of its processor that it took
 * @param high the lowest that did not */
export function nextLoad(
  { guess, step, resolution }: SearchPlan,
  low: { readonly load: number; readonly share: number } | undefined,
  high: number | undefined,
): number | undefined {
  const rounded = (load: number) => Math.max(step, Math.round(load / step) * step);
  if (low === undefined) {
    if (high === undefined) return rounded(guess);
    return high <= step ? undefined : Math.min(rounded(high * shrink), high - step);
  }
  if (high === undefined) {
    const growth = Math.min(mostGrowth, Math.max(leastGrowth, aimedShare / low.share));
    return Math.max(rounded(low.load * growth), low.load + step);
  }
  const middle = rounded((low.load + high) / 2);
  const isClose = high - low.load <= Math.max(step, high * resolution);
  return isClose || middle <= low.load || middle >= high ? undefined : middle;
}
