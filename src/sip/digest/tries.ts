import type { DigestChallenge } from "./challenge.ts";

/** How a request that is challenged was sent again, as plain data. */
export interface DigestTries {
  readonly count: number;
  /** Realms whose challenge to this request was answered. */
  readonly answered: readonly string[];
}

/** Of a request that was sent once. */
export const noTries: DigestTries = { count: 0, answered: [] };

const mostTries = 2;

/** The tries with one more; undefined: the request is not sent again. It is at most twice, and not to a realm that has had credentials for its
 * challenge and finds more wrong with them than their age. RFC 3261 §22.2, RFC 7616 §3.3 (stale) */
export function tryAgain(
  { count, answered }: DigestTries,
  challenges: readonly DigestChallenge[],
): DigestTries | undefined {
  const realms = challenges.map(({ by, realm }) => `${by} ${realm}`);
  const isRefused = challenges.some(({ isStale }, index) => !isStale && answered.includes(realms[index] ?? ""));
  if (challenges.length === 0 || isRefused || count >= mostTries) return undefined;
  return { count: count + 1, answered: [...answered, ...realms] };
}
