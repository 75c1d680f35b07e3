import { rm } from "node:fs/promises";
import { errorMessage, type Clock, type Logger, type Timer, type TransactionId } from "../kernel/index.ts";
import type { Media, RecordedAudio } from "../media/index.ts";
import type { ObjectStore } from "../objects/index.ts";
import { removeNote, type DeliveryNote, type Leftover } from "./delivery-notes.ts";
import { describeRecording, type FinishedAudio } from "./recording-metadata.ts";
import type { CallFact } from "../call/index.ts";

/** Work that outlasts the call which began it: recordings on their way into the store. */
export interface Deliveries {
  /** Counts until the promise settles; it must not reject. */
  add(delivery: Promise<void>): void;
  count(): number;
  /** Calls back once no delivery is running, at once if none is. One that waits for a retry does not count. */
  whenNone(callback: () => void): void;
  /** Deletes a recording that is not to be delivered, with its note. Never rejects. */
  forget(path: string): Promise<void>;
  /** Puts a finished recording into the store and reports it. Rejects as `ObjectStore.put`; it is then retried, a few times in this process and
   * once at each start. */
  deliver(note: DeliveryNote, audio: RecordedAudio): Promise<void>;
  /** Delivers an incomplete recording, with the same retries. `incomplete` is the reason, for the metadata. Contract:
   * records-incomplete-recordings */
  deliverLater(leftover: Leftover, incomplete: string): void;
  /** Delivers what an earlier process left. */
  resume(leftovers: readonly Leftover[]): void;
  /** Recordings that the store has refused or that it cannot be asked about, oldest first. */
  unstored(): readonly UnstoredRecording[];
  /** Deletes what the spool has of a call, and gives the paths of it. */
  drop(transactionId: string): Promise<readonly string[]>;
  /** Nothing is tried again by this process. The log says what is left for the next. */
  close(): void;
}

/** A recording in the spool: its file, where it belongs, and why it is not there yet. */
export interface UnstoredRecording {
  readonly path: string;
  readonly bucket: string;
  readonly key: string;
  readonly transactionId: TransactionId;
  /** That have failed. */
  readonly tries: number;
  readonly why: string;
  /** false: the next start tries it again. */
  readonly isTriedAgain: boolean;
}

/** What deliveries are made with. */
export interface DeliveriesParts {
  readonly objects: Pick<ObjectStore, "head" | "put">;
  readonly media: Pick<Media, "mendRecording">;
  readonly clock: Pick<Clock, "startTimer" | "monotonicMs">;
  readonly log: Logger;
  readonly observe: (transactionId: TransactionId, fact: CallFact) => void;
}

/** A recording to be put into the store. `audio` undefined: what there is of it must be looked at first. */
interface Job extends Leftover {
  readonly audio: RecordedAudio | undefined;
  /** Why it is not the whole. */
  readonly incomplete: string | undefined;
}

/** Waits between the tries of one process. Contract: records-delivery-retries */
const retryAfterMs = [2_000, 10_000, 60_000, 300_000];
const serverEnded = "the server ended before the recording did";

/** Makes what all calls share. */
export function createDeliveries(parts: DeliveriesParts): Deliveries {
  const { log } = parts;
  const underWay = createUnderWay();
  const retries = new Set<Timer>();
  const unstored = new Map<string, UnstoredRecording>();
  let isClosed = false;

  const retry = (job: Job, tries: number, why: string) => {
    const { bucket, key, transactionId } = job.note;
    const delayMs = retryAfterMs[tries];
    const isTriedAgain = delayMs !== undefined && !isClosed;
    unstored.set(job.path, { path: job.path, bucket, key, transactionId, tries: tries + 1, why, isTriedAgain });
    if (!isTriedAgain) return;
    const timer = parts.clock.startTimer(delayMs, () => {
      retries.delete(timer);
      // It may have been deleted meanwhile.
      if (unstored.has(job.path)) attempt(job, tries + 1);
    });
    retries.add(timer);
  };

  const attempt = (job: Job, tries: number) => {
    const { bucket, key, transactionId } = job.note;
    const tried = put(parts, job).then(
      () => void unstored.delete(job.path),
      (error: unknown) => {
        const next = tries < retryAfterMs.length ? "it is tried again" : "it is tried again at the next start";
        log.warn(
          { path: job.path, bucket, key, transactionId },
          `a recording is still not stored as ${bucket}/${key}: ${errorMessage(error)}; ${next}`,
        );
        retry(job, tries, errorMessage(error));
      },
    );
    underWay.add(tried);
  };

  return {
    ...underWay,
    forget: (path) => remove(path).catch(() => undefined),
    async deliver(note, audio) {
      const job = { path: audio.path, note, audio, incomplete: undefined };
      await put(parts, job).catch((error: unknown) => {
        retry(job, 0, errorMessage(error));
        throw error;
      });
    },
    deliverLater: (leftover, incomplete) => retry({ ...leftover, audio: undefined, incomplete }, 0, incomplete),
    resume(leftovers) {
      for (const leftover of leftovers) attempt({ ...leftover, audio: undefined, incomplete: undefined }, 0);
    },
    unstored: () => [...unstored.values()],
    async drop(transactionId) {
      const paths = [...unstored.values()].filter((one) => one.transactionId === transactionId).map(({ path }) => path);
      for (const path of paths) unstored.delete(path);
      await Promise.all(paths.map(remove));
      return paths;
    },
    close() {
      isClosed = true;
      for (const timer of retries) timer.cancel();
      retries.clear();
      const files = [...unstored.keys()];
      if (files.length > 0) {
        log.warn({ files }, `${files.length} recordings are not stored yet; the next start tries them again`);
      }
    },
  };
}

/** Removes what there is of a recording, its note last: it says what the rest is. */
async function remove(path: string): Promise<void> {
  await Promise.all([rm(path, { force: true }), rm(`${path}.part`, { force: true })]);
  await removeNote(path);
}

/** Counts promises until they settle. */
function createUnderWay(): Pick<Deliveries, "add" | "count" | "whenNone"> {
  const underWay = new Set<Promise<void>>();
  const waiting: (() => void)[] = [];
  return {
    add(delivery) {
      underWay.add(delivery);
      void delivery.finally(() => {
        underWay.delete(delivery);
        if (underWay.size === 0) for (const callback of waiting.splice(0)) callback();
      });
    },
    count: () => underWay.size,
    whenNone(callback) {
      if (underWay.size === 0) callback();
      else waiting.push(callback);
    },
  };
}

async function put(parts: DeliveriesParts, { path, note, audio, incomplete }: Job): Promise<void> {
  const { bucket, key, participantTag, transactionId, metadata, tellsDuration } = note;
  const mended = audio === undefined ? await parts.media.mendRecording(path) : undefined;
  const found: FinishedAudio | undefined = audio ?? mended;
  if (found === undefined) {
    // It may have been moved in just before the process ended.
    const isStored = (await parts.objects.head(bucket, key)) !== undefined;
    if (!isStored) {
      const message = incomplete ?? "the server ended before there was anything of it";
      parts.log.warn({ path, bucket, key, transactionId }, `there is nothing of the recording ${bucket}/${key}`);
      parts.observe(transactionId, { type: "recording-lost", participantTag, bucket, key, path: undefined, message });
    }
    await removeNote(path);
    return;
  }
  const why = incomplete ?? (mended?.wasUnfinished === true ? serverEnded : undefined);
  const begunAtMs = parts.clock.monotonicMs();
  await parts.objects.put(bucket, key, found.path, {
    ...metadata,
    ...(tellsDuration ? { "recording-duration": String(Math.round(found.durationMs / 1_000)) } : {}),
    ...describeRecording(found),
    ...(why === undefined ? {} : { "recording-incomplete": why }),
  });
  const storingMs = Math.round(parts.clock.monotonicMs() - begunAtMs);
  await removeNote(path);
  const { durationMs, samples, lostSamples, sha256 } = found;
  parts.observe(transactionId, {
    ...{ type: "recording-stored", participantTag, bucket, key },
    ...{ durationMs, samples, lostSamples, sha256, storingMs },
  });
}
