import { createHash } from "node:crypto";
import type { CreateCallOutcome } from "../engine/index.ts";
import type { Clock } from "../kernel/index.ts";

/** How long the outcome of a request is kept for later attempts of it, milliseconds. */
export const keepMs = 60_000;

/** Most requests that are remembered; the oldest go first. */
export const mostRemembered = 10_000;

/** Remembers for a short time which call a request made, so that a client that lost the answer and tries again does not
 * dial twice. Contract: api-call-retries */
export interface RecentCalls {
  /** Runs `create`, or returns the outcome of the same request when that made a call or is in progress.
   * @param invocationId the client's id of the request; undefined runs `create` always
   * @param input tells requests apart that carry the same id by mistake */
  once(
    invocationId: string | undefined,
    input: object,
    create: () => Promise<CreateCallOutcome>,
  ): Promise<CreateCallOutcome>;
}

interface Remembered {
  readonly outcome: Promise<CreateCallOutcome>;
  readonly expiresAtMs: number;
}

/** Makes an empty memory. */
export function createRecentCalls(clock: Clock): RecentCalls {
  // All entries live equally long, so the order of insertion is the order of expiry.
  const remembered = new Map<string, Remembered>();

  const forgetOld = () => {
    for (const [key, { expiresAtMs }] of remembered) {
      if (expiresAtMs > clock.monotonicMs() && remembered.size < mostRemembered) return;
      remembered.delete(key);
    }
  };

  return {
    async once(invocationId, input, create) {
      if (invocationId === undefined) return create();
      forgetOld();
      const key = createHash("sha256")
        .update(JSON.stringify([invocationId, input]))
        .digest("base64");
      const known = remembered.get(key);
      if (known !== undefined) return known.outcome;
      const entry = { outcome: create(), expiresAtMs: clock.monotonicMs() + keepMs };
      remembered.set(key, entry);
      let created = false;
      try {
        const outcome = await entry.outcome;
        created = outcome.type === "created";
        return outcome;
      } finally {
        if (!created && remembered.get(key) === entry) remembered.delete(key);
      }
    },
  };
}
