import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { countryOf, errorMessage, type Clock, type Logger, type Timer } from "../kernel/index.ts";
import type { EndedLeg } from "../journal/index.ts";
import type { ObjectStore } from "../objects/index.ts";
import type { DetailRecord, DetailRecords as StoredRecords, RuleRecords } from "../store/index.ts";
import { printConnectorRecord, type ConnectorFacts } from "./connector-record.ts";
import { printLegRecord, withTrigger, type LegFacts } from "./leg-record.ts";
import { recordKey } from "./record-key.ts";

/** What they are made with. */
export interface DetailRecordsParts {
  readonly records: StoredRecords;
  readonly objects: Pick<ObjectStore, "put">;
  readonly rules: Pick<RuleRecords, "get">;
  /** Of this process. */
  readonly nodeId: string;
  /** Whether other servers write to the same database. */
  readonly isShared: boolean;
  /** Files that are about to be moved into a bucket. */
  readonly folder: string;
  readonly factsOf: (leg: EndedLeg) => LegFacts;
  /** Of a call that a Voice Connector takes; undefined: an application does. */
  readonly connectorOf: (leg: EndedLeg) => ConnectorFacts | undefined;
  readonly clock: Pick<Clock, "startTimer">;
  readonly log: Logger;
}

/** The records of legs, from the end of each leg until its record is in its bucket. */
export interface DetailRecords {
  /** The bucket of all legs that end from now on; undefined: no records are made. */
  setBucket(bucket: string | undefined): void;
  /** The record of a leg that has ended, which is then to be written with its call; undefined: none is made. */
  recordOf(leg: EndedLeg): DetailRecord | undefined;
  /** Delivers what is owed, from earlier processes too. */
  start(): void;
  /** How many are owed, and why they are not where they belong; `why` is empty where nothing failed. */
  waiting(): Promise<{ readonly count: number; readonly why: readonly string[] }>;
  /** Nothing more is delivered by this process. */
  close(): Promise<void>;
}

/** A record is looked for so long after its leg has ended: it is in the database by then. */
const collectMs = 1_000;
/** Waits after failures in a row. */
const retryAfterMs = [2_000, 10_000, 60_000, 300_000];
/** Between looks for records of servers that are gone. */
const lookMs = 10_000;
const mostAtOnce = 100;
/** Looks in a row after which nothing is expected any more. */
const mostFruitless = 30;
/** Records of this process that are on their way into the database. */
const mostExpected = 10_000;

/** Makes them. */
export function createDetailRecords(parts: DetailRecordsParts): DetailRecords {
  return new Deliverer(parts);
}

class Deliverer implements DetailRecords {
  readonly #parts: DetailRecordsParts;
  readonly #expected = new Set<string>();
  /** Buckets that took nothing the last time, with the reason. */
  readonly #failing = new Map<string, string>();
  #bucket: string | undefined;
  #failures = 0;
  /** Looks in a row that found none of those that are expected. */
  #fruitless = 0;
  #timer: { readonly timer: Timer; readonly delayMs: number } | undefined;
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(parts: DetailRecordsParts) {
    this.#parts = parts;
  }

  setBucket(bucket: string | undefined): void {
    // What tells countries takes long to load; no call shall wait for it.
    if (bucket !== undefined && this.#bucket === undefined) countryOf("+12065550100");
    this.#bucket = bucket;
  }

  recordOf(leg: EndedLeg): DetailRecord | undefined {
    const bucket = this.#bucket;
    if (bucket === undefined) return undefined;
    const record = this.#print(leg);
    if (record === undefined) return undefined;
    if (this.#expected.size < mostExpected) this.#expected.add(leg.leg.id);
    this.#fruitless = 0;
    this.#wake(collectMs);
    return { id: leg.leg.id, bucket, ...record };
  }

  /** One for each leg; one for a call of a Voice Connector, whose legs nobody told apart. */
  #print(leg: EndedLeg): Pick<DetailRecord, "key" | "document"> | undefined {
    const { factsOf, connectorOf } = this.#parts;
    const { transactionId, target } = leg.call;
    const connector = connectorOf(leg);
    if (connector === undefined) {
      const key = recordKey("Amazon-Chime-SMADRs", target.applicationId, transactionId, leg.distinctStart);
      return { key, document: printLegRecord(leg, factsOf(leg)) };
    }
    if (leg.leg.calledFor !== undefined) return undefined;
    const { connectorId } = connector;
    const key = recordKey("Amazon-Chime-Voice-Connector-CDRs", connectorId, transactionId, leg.distinctStart);
    return { key, document: printConnectorRecord(leg, connector) };
  }

  start(): void {
    this.#run();
  }

  async waiting() {
    return { count: await this.#parts.records.count(), why: [...this.#failing.values()] };
  }

  async close(): Promise<void> {
    await this.#running;
    this.#timer?.timer.cancel();
    this.#isClosed = true;
  }

  #wake(delayMs: number): void {
    if (this.#isClosed || this.#running !== undefined) return;
    if (this.#timer !== undefined && this.#timer.delayMs <= delayMs) return;
    this.#timer?.timer.cancel();
    const timer = this.#parts.clock.startTimer(delayMs, () => {
      this.#timer = undefined;
      this.#run();
    });
    this.#timer = { timer, delayMs };
  }

  #run(): void {
    if (this.#isClosed || this.#running !== undefined) return;
    this.#running = this.#deliverAll()
      .catch((error: unknown) => {
        this.#failures += 1;
        this.#parts.log.debug({ err: error }, `records of calls cannot be looked for: ${errorMessage(error)}`);
      })
      .then(() => {
        this.#running = undefined;
        this.#wakeAgain();
      });
  }

  #wakeAgain(): void {
    this.#fruitless += 1;
    // They were not written, or another server has their call.
    if (this.#fruitless >= mostFruitless) this.#expected.clear();
    const retryMs = retryAfterMs[Math.min(this.#failures, retryAfterMs.length) - 1];
    if (this.#expected.size > 0) this.#wake(Math.max(retryMs ?? 0, collectMs));
    else if (retryMs !== undefined) this.#wake(retryMs);
    else if (this.#parts.isShared) this.#wake(lookMs);
  }

  async #deliverAll(): Promise<void> {
    const failed = new Map<string, string>();
    for (;;) {
      const { records, nodeId, isShared } = this.#parts;
      // Where no other server is, those of an earlier one are left to this one.
      const owed = await records.list(isShared ? nodeId : undefined, mostAtOnce, [...failed.keys()]);
      if (owed.length === 0) break;
      for (const record of owed) if (!failed.has(record.bucket)) await this.#deliver(record, failed);
    }
    this.#tell(failed);
    this.#failures = failed.size > 0 ? this.#failures + 1 : 0;
  }

  async #deliver(record: DetailRecord, failed: Map<string, string>): Promise<void> {
    const { id, bucket, key } = record;
    try {
      await this.#put(record);
    } catch (error) {
      failed.set(bucket, `${bucket}/${key}: ${errorMessage(error)}`);
      return;
    }
    await this.#parts.records.settle(id);
    if (this.#expected.delete(id)) this.#fruitless = 0;
  }

  async #put({ id, bucket, key, document }: DetailRecord): Promise<void> {
    const { objects, folder, rules } = this.#parts;
    const path = join(folder, `${id}.json`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(path, await withTrigger(document, rules), { mode: 0o600 });
    await objects.put(bucket, key, path, {});
  }

  /** Says once that a bucket takes nothing, and that it does again. */
  #tell(failed: ReadonlyMap<string, string>): void {
    const { log } = this.#parts;
    for (const [bucket, why] of failed)
      if (!this.#failing.has(bucket))
        log.warn({ bucket }, `the record of a call is not in its bucket yet: ${why}; it is kept and tried again`);
    for (const bucket of this.#failing.keys())
      if (!failed.has(bucket)) log.info({ bucket }, `the bucket ${bucket} takes records of calls again`);
    this.#failing.clear();
    for (const [bucket, why] of failed) this.#failing.set(bucket, why);
  }
}
