import { LRUCache } from "lru-cache";
import { atMost, sourceOf, type Clock } from "../../kernel/index.ts";

/** Failures that a source may have at once, and how long until it may have one more. */
const mostFailures = 10;
const oneMoreMs = 6_000;
/** Sources that are remembered: whoever has more of them than that is no source that one could count. */
const mostSources = 4_096;

/** Bounds how often a source may be wrong about a secret. */
export interface SignInTries {
  /** Seconds until the source may try again; undefined: now. */
  wait(address: string): number | undefined;
  failed(address: string): void;
}

/** Makes the count of failures, each source's own. */
export function createSignInTries(clock: Clock): SignInTries {
  const failures = new LRUCache<string, { readonly left: number; readonly atMs: number }>(atMost(mostSources));
  const leftOf = (source: string) => {
    const known = failures.get(source);
    if (known === undefined) return mostFailures;
    return Math.min(mostFailures, known.left + (clock.monotonicMs() - known.atMs) / oneMoreMs);
  };
  return {
    wait(address) {
      const left = leftOf(sourceOf(address));
      return left >= 1 ? undefined : Math.ceil(((1 - left) * oneMoreMs) / 1_000);
    },
    failed(address) {
      const source = sourceOf(address);
      failures.set(source, { left: leftOf(source) - 1, atMs: clock.monotonicMs() });
    },
  };
}
