import { portPairsOf, type Clock } from "../../kernel/index.ts";

/** The even UDP ports that sessions may take; RTCP gets the odd one above each. RFC 3550 §11 */
export interface PortPool {
  /** Takes a free port at random, so that nobody can guess which one a call will have. Ports that were given back lately are taken last.
   * undefined when none is. */
  take(): number | undefined;
  /** Gives a port back. It is not used for a while, so that late packets of the old call do not reach a new one. */
  release(port: number): void;
  /** Number of pairs, free or taken. */
  readonly size: number;
  /** Number of those that were taken and not given back. */
  taken(): number;
}

/** How long a port is not used again: about as long as a far end that missed the BYE goes on sending. RFC 3261 §17.1.1.2 (timer B, and some more) */
export const REST_MS = 60_000;

/** Makes a pool over `min` to `max`, both inclusive.
 * @param randomBelow gives a whole number from 0 to below its argument */
export function createPortPool(
  min: number,
  max: number,
  clock: Pick<Clock, "monotonicMs">,
  randomBelow: (limit: number) => number,
): PortPool {
  const { first, count: size } = portPairsOf(min, max);
  const free = Array.from({ length: size }, (_, index) => first + 2 * index);
  /** The one that rests longest is first. */
  const resting: { readonly port: number; readonly untilMs: number }[] = [];

  const wake = () => {
    const nowMs = clock.monotonicMs();
    const awake = resting.findIndex(({ untilMs }) => untilMs > nowMs);
    for (const { port } of resting.splice(0, awake < 0 ? resting.length : awake)) free.push(port);
  };

  return {
    size,
    taken: () => size - free.length - resting.length,
    take() {
      wake();
      if (free.length === 0) return resting.shift()?.port;
      const index = randomBelow(free.length);
      const port = free[index];
      const last = free.pop();
      if (last !== undefined && index < free.length) free[index] = last;
      return port;
    },
    release: (port) => void resting.push({ port, untilMs: clock.monotonicMs() + REST_MS }),
  };
}
