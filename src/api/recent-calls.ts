import { createHash } from "node:crypto";
import type { CreateCallOutcome } from "../engine/index.ts";
import type { Clock, TransactionId } from "../kernel/index.ts";
import type { CallRecords } from "../store/index.ts";

/** How long the outcome of a request is kept for later attempts of it, milliseconds. */
export const keepMs = 60_000;

/** Most requests that are remembered; the oldest go first. */
export const mostRemembered = 10_000;

/** Remembers for a short time which call a request made, so that a client that lost the answer and tries again, here or at another node, does not
 * dial twice. Contract: api-call-retries */
export interface RecentCalls {
  /** Runs `create`, or returns the outcome of the same request when that made a call or is in progress. Rejects with what `create` and the records say.
   * @param input tells requests apart that carry the same id by mistake
   * @param create gets what stands for the request; "repeated": another node made its call meanwhile */
  once(
    attempt: Attempt,
    input: object,
    create: (requestKey?: string) => Promise<CreateCallOutcome>,
  ): Promise<CreateCallOutcome>;
}

/** What a client tells of its request. */
export interface Attempt {
  /** Of the request; undefined: attempts of one cannot be told, and each runs `create`. */
  readonly invocationId: string | undefined;
  /** There was none before, so that none need be looked for elsewhere. */
  readonly isFirst: boolean;
}

interface Remembered {
  readonly outcome: Promise<CreateCallOutcome>;
  readonly expiresAtMs: number;
}

/** Makes an empty memory.
 * @param records what other nodes remember, and what this one does from before its start */
export function createRecentCalls(clock: Clock, records: Pick<CallRecords, "madeBy">): RecentCalls {
  // All entries live equally long, so the order of insertion is the order of expiry.
  const remembered = new Map<string, Remembered>();

  const forgetOld = () => {
    for (const [key, { expiresAtMs }] of remembered) {
      if (expiresAtMs > clock.monotonicMs() && remembered.size < mostRemembered) return;
      remembered.delete(key);
    }
  };

  const findMade = async (key: string): Promise<CreateCallOutcome | undefined> => {
    const transactionId = await records.madeBy(key, clock.now() - keepMs);
    return transactionId === undefined ? undefined : { type: "created", transactionId: transactionId as TransactionId };
  };
  const createOnce = async (key: string, isFirst: boolean, create: (key: string) => Promise<CreateCallOutcome>) => {
    const made = isFirst ? undefined : await findMade(key);
    if (made !== undefined) return made;
    const outcome = await create(key);
    // Without one there is a call by the same id that is too old to be meant, and is forgotten now.
    return outcome.type === "repeated" ? ((await findMade(key)) ?? create(key)) : outcome;
  };

  return {
    async once({ invocationId, isFirst }, input, create) {
      if (invocationId === undefined) return create();
      forgetOld();
      const key = createHash("sha256")
        .update(JSON.stringify([invocationId, input]))
        .digest("base64");
      const known = remembered.get(key);
      if (known !== undefined) return known.outcome;
      const entry = { outcome: createOnce(key, isFirst, create), expiresAtMs: clock.monotonicMs() + keepMs };
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
