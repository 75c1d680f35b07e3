import { createHash } from "node:crypto";
import type { Clock } from "../../kernel/index.ts";
import type { EarlyRefusal } from "./refuse.ts";

/** INVITEs that were refused without a transaction, for as long as copies of them may come. */
export interface RefusedInvites {
  /** How this one was refused, a copy of which came before; undefined: it was not, or that is forgotten. */
  find(key: string): EarlyRefusal | undefined;
  keep(key: string, refusal: EarlyRefusal): void;
  /** Whether none is remembered. */
  isEmpty(): boolean;
}

/** A caller gives up then. RFC 3261 §17.1.1.2, timer B */
const keptMs = 32_000;
/** About a megabyte. */
const mostKept = 10_000;

/** Remembers them by what a transaction is found by: a try with a branch of its own is none of them. Where the far end's clock for a copy runs out while the refusal is on its way, the copy must not be
 * taken: its caller has left, and the call would ring nobody's phone and hold a function, ports and a transaction for half a minute. */
export function createRefusedInvites(clock: Pick<Clock, "monotonicMs">): RefusedInvites {
  /** The oldest first. */
  const kept = new Map<string, { readonly refusal: EarlyRefusal; readonly untilMs: number }>();
  const dropOld = () => {
    const nowMs = clock.monotonicMs();
    for (const [hash, { untilMs }] of kept) {
      if (untilMs > nowMs && kept.size <= mostKept) return;
      kept.delete(hash);
    }
  };
  return {
    find(key) {
      dropOld();
      return kept.get(hashOf(key))?.refusal;
    },
    keep(key, refusal) {
      const hash = hashOf(key);
      if (!kept.has(hash)) kept.set(hash, { refusal, untilMs: clock.monotonicMs() + keptMs });
      dropOld();
    },
    isEmpty: () => kept.size === 0,
  };
}

/** A branch may be as long as a message. */
function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("base64");
}
