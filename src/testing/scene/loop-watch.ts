import { nameLastEvent } from "./name-event.ts";
import type { SceneWorld } from "./scene-world.ts";

/** So many invocations in so short a time, in which no far end does anything, are a loop without an end: the machine lets 50 a second through, and
 * what is heard takes longer. */
const [mostInvocations, inMs] = [150, 4_000];

/** Watches a step of a scene for a function that loops.
 * @returns tells, as often as it is asked, what is wrong, if anything is */
export function watchForLoop(world: Pick<SceneWorld, "events" | "elapsedMs">): () => string | undefined {
  const from = { count: world.events.length, atMs: world.elapsedMs() };
  return () => {
    const [count, ms] = [world.events.length - from.count, world.elapsedMs() - from.atMs];
    if (count >= mostInvocations) {
      const seconds = (ms / 1_000).toFixed(1);
      return `the function loops: it was asked ${count} times in ${seconds} s in which nobody did anything; last ${nameLastEvent(world.events)}`;
    }
    if (ms > inMs) Object.assign(from, { count: world.events.length, atMs: world.elapsedMs() });
    return undefined;
  };
}
