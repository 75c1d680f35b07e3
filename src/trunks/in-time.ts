import type { Clock } from "../kernel/index.ts";

/** What `asked` comes to, or `late` when it has come to nothing within a time. */
export function inTime<Outcome>(
  asked: Promise<Outcome>,
  { clock, limitMs, late }: { readonly clock: Clock; readonly limitMs: number; readonly late: Outcome },
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const limit = clock.startTimer(limitMs, () => resolve(late));
    asked.finally(() => limit.cancel()).then(resolve, reject);
  });
}

/** Why that is a failure of an address, in words. */
export function whyLate(limitMs: number): string {
  return `no response within ${limitMs / 1_000} s`;
}
