import type { Server } from "../app/index.ts";
import type { Clock, Logger, Timer } from "../kernel/index.ts";

/** How often it is looked whether calls are still up, and how often it is told. */
const lookEveryMs = 200;
const tellEveryMs = 10_000;

interface DrainOptions {
  readonly limitMs: number;
  /** Resolves when nobody wants to wait any more. */
  readonly hurry: Promise<unknown>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Takes no new calls, and waits until those that are up have ended, for `limitMs` at most. */
export async function drainServer(
  server: Pick<Server, "drain" | "ledger">,
  { limitMs, hurry, clock, log }: DrainOptions,
): Promise<void> {
  server.drain();
  const callsNow = () => server.ledger().calls;
  const calls = callsNow();
  if (calls === 0 || limitMs === 0) return;
  log.info({ calls, drainMs: limitMs }, "draining: new calls are refused; a second signal ends those that are up");
  const timers = new Set<Timer>();
  const after = (delayMs: number, run: () => void) => {
    const timer = clock.startTimer(delayMs, () => {
      timers.delete(timer);
      run();
    });
    timers.add(timer);
  };
  const outcome = await new Promise<string>((resolve) => {
    const look = () => (callsNow() === 0 ? resolve("all calls have ended") : after(lookEveryMs, look));
    const tell = () => {
      log.info({ calls: callsNow() }, "draining");
      after(tellEveryMs, tell);
    };
    after(tellEveryMs, tell);
    after(limitMs, () => resolve("drainSeconds are over"));
    hurry.then(
      () => resolve("a second signal"),
      () => resolve("a second signal"),
    );
    look();
  });
  for (const timer of timers) timer.cancel();
  log.info({ calls: callsNow() }, `drained: ${outcome}`);
}
