import { LRUCache } from "lru-cache";
import { atMost, errorCode, errorMessage, type Clock, type Logger } from "../kernel/index.ts";
import type { ObjectHead, ObjectStore } from "./types.ts";

/** How long a store that could not be asked is left alone about what is known, milliseconds. Then one question finds out whether it is back. */
const pauseMs = 10_000;
/** How long an answer is waited for where one is known, milliseconds. A later one counts for the next question. */
const patienceMs = 1_000;
/** Most objects of which the version is remembered. */
const mostKnown = 10_000;

/** What it is done with. */
export interface AwayParts {
  /** The store, for the log. */
  readonly name: string;
  /** How old an answer may be, milliseconds; 0: none is given. */
  readonly staleMs: number;
  readonly clock: Pick<Clock, "monotonicMs" | "startTimer">;
  readonly log: Logger;
}

/** The same store, whose last answer about an object counts while it is away (`OBJECTS_AWAY`) or slow: who has kept that version need not wait
 * for it. That it is away, and that it is back, is told once. What it refuses, and what is not there any more, is as it says.
 * Contract: leniency-audio-store-away */
export function answerWhileAway(store: ObjectStore, { name, staleMs, clock, log }: AwayParts): ObjectStore {
  if (staleMs === 0) return store;
  const known = new LRUCache<string, { readonly head: ObjectHead; readonly atMs: number }>(atMost(mostKnown));
  /** Since it failed: when that was last, and when it is asked again; undefined: it answers. */
  let away: { readonly failedAtMs: number; readonly untilMs: number } | undefined;

  const isLeftAlone = (): boolean => {
    if (away === undefined) return false;
    const nowMs = clock.monotonicMs();
    if (nowMs < away.untilMs) return true;
    // Who asks now is the one who finds out.
    away = { ...away, untilMs: nowMs + pauseMs };
    return false;
  };
  /** One that fails now and then is told of as one that is away. */
  const isBack = (): void => {
    if (away === undefined || clock.monotonicMs() - away.failedAtMs < pauseMs) return;
    away = undefined;
    log.info({ store: name }, `the object store ${name} answers again`);
  };
  const isAway = (error: unknown): void => {
    if (away === undefined) {
      const text = `the object store ${name} cannot be asked: ${errorMessage(error)}; prompts that are kept are played as they were last seen`;
      log.warn({ store: name, err: error }, `${text}, for ${Math.round(staleMs / 1_000)} s at most`);
    }
    const failedAtMs = clock.monotonicMs();
    away = { failedAtMs, untilMs: failedAtMs + pauseMs };
  };

  const ask = async (bucket: string, key: string, objectName: string): Promise<ObjectHead | undefined> => {
    try {
      const head = await store.head(bucket, key);
      isBack();
      if (head === undefined) known.delete(objectName);
      else known.set(objectName, { head, atMs: clock.monotonicMs() });
      return head;
    } catch (error) {
      if (errorCode(error) === "OBJECTS_AWAY") isAway(error);
      else known.delete(objectName);
      throw error;
    }
  };

  return {
    ...store,
    async head(bucket, key) {
      const objectName = JSON.stringify([bucket, key]);
      const seen = known.get(objectName);
      if (seen === undefined || clock.monotonicMs() - seen.atMs > staleMs) return ask(bucket, key, objectName);
      if (isLeftAlone()) return seen.head;
      const answer = ask(bucket, key, objectName).catch((error: unknown) => {
        if (errorCode(error) === "OBJECTS_AWAY") return seen.head;
        throw error;
      });
      return inTime(answer, seen.head, clock);
    },
    // What this server has changed itself is known to be other.
    put(bucket, key, fromFile, metadata) {
      known.delete(JSON.stringify([bucket, key]));
      return store.put(bucket, key, fromFile, metadata);
    },
    delete(bucket, key) {
      known.delete(JSON.stringify([bucket, key]));
      return store.delete(bucket, key);
    },
  };
}

/** The answer, or after a while what is known. */
async function inTime<Answer>(
  answer: Promise<Answer>,
  known: Answer,
  clock: Pick<Clock, "startTimer">,
): Promise<Answer> {
  let giveUp: () => void = () => undefined;
  const late = new Promise<Answer>((resolve) => (giveUp = () => resolve(known)));
  const timer = clock.startTimer(patienceMs, giveUp);
  try {
    return await Promise.race([answer, late]);
  } finally {
    timer.cancel();
    answer.catch(() => undefined); // When it comes later, nobody waits for it.
  }
}
