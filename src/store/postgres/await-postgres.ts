import type { Clock, Logger } from "../../kernel/index.ts";
import { describePostgresFault, mayPass } from "./postgres-faults.ts";

/** How long a database may be away at a start. */
export interface Patience {
  readonly clock: Clock;
  readonly ms: number;
  /** Resolves when nobody wants to wait any more. */
  readonly givenUp?: Promise<unknown> | undefined;
}

/** Time between an attempt that failed and the next one, milliseconds. */
const pauseMs = 1_000;

/** Resolves when a database has answered, which may start at the same time as this server. Rejects with the last failure when it has not in
 * time, and at once with one that no waiting helps against. */
export async function awaitPostgres(
  ask: () => Promise<unknown>,
  { patience, url, log }: { readonly patience: Patience | undefined; readonly url: string; readonly log: Logger },
): Promise<void> {
  if (patience === undefined) return void (await ask());
  const { clock, ms, givenUp } = patience;
  let isGivenUp = false;
  const stop = givenUp?.then(() => (isGivenUp = true)) ?? new Promise<never>(() => undefined);
  const untilMs = clock.monotonicMs() + ms;
  // Between two attempts nothing else may keep the process.
  const keeper = setInterval(() => undefined, 2 ** 30);
  try {
    for (let attempts = 1; ; attempts += 1) {
      try {
        await ask();
        if (attempts > 1) log.info({ attempts }, "PostgreSQL answers");
        return;
      } catch (error) {
        if (!mayPass(error) || isGivenUp || clock.monotonicMs() + pauseMs > untilMs) throw error;
        if (attempts === 1)
          log.warn({}, `the database is waited for, ${ms / 1_000} s at most: ${describePostgresFault(url, error)}`);
      }
      await Promise.race([stop, new Promise<void>((resolve) => void clock.startTimer(pauseMs, resolve))]);
    }
  } finally {
    clearInterval(keeper);
  }
}
