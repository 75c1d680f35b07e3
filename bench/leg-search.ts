import type { Bench } from "./bench.ts";
import { findCapacity, type Capacity } from "./capacity.ts";
import type { Heard } from "./far-ends/listener.ts";
import { whyLimited } from "./far-ends/own-use.ts";
import type { Speech } from "./far-ends/speaker.ts";
import type { LegServer } from "./leg-server.ts";
import { pause } from "./pause.ts";
import { startPeer, type Peer } from "./peer.ts";
import type { FarEndFacts, SpeakTo, Taken } from "./processes/far-ends.ts";
import { SECONDS_PER_KEY, keys } from "./speech.ts";

/** A load holds while packets are at most this late (p99), */
export const MOST_LATE_MS = 5;
/** none is lost, and at most this share of the packets that were due was left out. */
const mostSkipped = 0.000_1;
/** A stream that stops for good has neither gap nor skip. */
const mostMissing = 0.001;
/** Of what far ends hear that are to hear sound: a murmur swells and fades. */
const mostSilent = 0.5;
/** Of what comes over a bridge. */
const fewestStamped = 0.98;
/** Far ends that press keys are heard so often at least. */
const fewestKeys = 0.95;
/** Nobody looks for keys where no more are heard than this. */
const hardlyAnyKeys = 0.1;

/** A server that took so much of its processor failed for its own sake; else, whatever the machine did besides may have spoilt the window. */
export const FULL_SHARE = 0.9;

const startLegs = 100;
const settleMs = 1_000;
/** A refusal is believed after so many tries. */
const refusals = 3;
const refusedPauseMs = 1_000;
const openAtOnce = 25;
/** The share of its processor at which the search begins. */
const guessedShare = 0.8;
const mostLegs = 4_000;

/** Whose legs are counted. */
export interface LegSubject {
  readonly name: string;
  readonly speech: Speech;
  /** Far ends hear silence, as they are to. */
  readonly isSilent?: boolean;
  start(bench: Bench): Promise<LegServer>;
}

/** One window with so many legs up. */
export interface LegTrial {
  readonly legs: number;
  readonly holds: boolean;
  /** Why it does not. */
  readonly why: string | undefined;
  /** It is not done at all. */
  readonly isAbsent: boolean;
  readonly heard: Heard;
  /** Processor time per packet in or out, microseconds, and as a share of one processor. */
  readonly packetUs: number;
  readonly share: number;
  /** Why the far ends were the limit; undefined: they kept up. */
  readonly limit: string | undefined;
  /** What told when packets came. */
  readonly time: FarEndFacts["time"];
}

/** Finds how many legs the subject holds on one processor. */
export async function searchLegs(bench: Bench, subject: LegSubject): Promise<Capacity<LegTrial>> {
  const farEnds = startPeer("processes/far-ends", bench.load);
  const server = await subject.start(bench);
  try {
    const search = new LegSearch(
      bench,
      subject,
      server,
      farEnds,
      await farEnds.ask<FarEndFacts>("start", subject.speech),
    );
    return await search.run();
  } finally {
    await server.end();
    await farEnds.end();
  }
}

class LegSearch {
  readonly #bench: Bench;
  readonly #subject: LegSubject;
  readonly #server: LegServer;
  readonly #farEnds: Peer;
  readonly #facts: FarEndFacts;
  readonly #ports: number[] = [];
  readonly #windowMs: number;

  constructor(bench: Bench, subject: LegSubject, server: LegServer, farEnds: Peer, facts: FarEndFacts) {
    this.#bench = bench;
    this.#subject = subject;
    this.#server = server;
    this.#farEnds = farEnds;
    this.#facts = facts;
    this.#windowMs = bench.isQuick ? 3_000 : 4_000;
  }

  async run(): Promise<Capacity<LegTrial>> {
    const { isQuick } = this.#bench;
    await this.#reach(startLegs);
    await pause(isQuick ? 4_000 : 10_000);
    const warm = await this.#window(startLegs);
    // What not even a few legs do is not there.
    if (warm.isAbsent) return { load: 0, held: undefined, failed: { load: startLegs, trial: warm } };
    // A few legs take more each than many do.
    const guess = Math.min(mostLegs, Math.max(startLegs, (startLegs * guessedShare) / warm.share));
    const plan = { guess, step: isQuick ? 20 : 10, resolution: isQuick ? 0.12 : 0.07, mostTries: isQuick ? 4 : 6 };
    return findCapacity(plan, (legs) => this.#attempt(legs));
  }

  async #attempt(legs: number): Promise<LegTrial> {
    const first = await this.#try(legs);
    return first.holds || first.share > FULL_SHARE ? first : this.#try(legs);
  }

  async #try(legs: number): Promise<LegTrial> {
    const up = await this.#reach(legs);
    await this.#server.renew();
    await pause(settleMs);
    const trial = await this.#bench.windows.calm(() => this.#window(legs));
    const told = up < legs ? { ...trial, holds: false, why: `more than ${up} are refused` } : trial;
    this.#bench.tell(`  ${this.#subject.name}: ${wordsOf(told)}`);
    return told;
  }

  /** Opens or closes legs. @returns how many are up */
  async #reach(legs: number): Promise<number> {
    for (let refused = 0; this.#ports.length < legs && refused < refusals;) {
      const first = this.#ports.length;
      const wanted = Math.min(openAtOnce - (openAtOnce % 2), legs - first);
      const { ports } = this.#facts;
      const remotePorts = Array.from({ length: wanted }, (_, index) => ports[(first + index) % ports.length] ?? 0);
      const toPorts = await this.#server.add(remotePorts);
      this.#ports.push(...toPorts);
      await this.#farEnds.ask("speak", { first, toPorts } satisfies SpeakTo);
      if (toPorts.length < wanted) refused++;
      if (toPorts.length < wanted) await pause(refusedPauseMs);
    }
    const surplus = this.#ports.length - legs;
    if (surplus > 0) {
      await this.#farEnds.ask("hush", this.#ports.splice(-surplus));
      await this.#server.drop(surplus);
    }
    return this.#ports.length;
  }

  async #window(legs: number): Promise<LegTrial> {
    await this.#farEnds.ask("begin");
    const before = await this.#server.use();
    await pause(this.#windowMs);
    const after = await this.#server.use();
    const { heard, own } = await this.#farEnds.ask<Taken>("take");
    const usedMs = after.processMs - before.processMs;
    const elapsedMs = after.atMs - before.atMs;
    const keysPerSecond = (after.keys - before.keys) / (elapsedMs / 1_000);
    const absence = this.#whyAbsent(hardlyAnyKeys, legs, heard, keysPerSecond);
    const why = this.#whyAbsent(fewestKeys, legs, heard, keysPerSecond) ?? this.#whyNot(legs, heard);
    return {
      ...{ legs, heard, why, isAbsent: absence !== undefined, holds: why === undefined, limit: whyLimited(own) },
      // As many come in as go out.
      packetUs: (1_000 * usedMs) / (2 * heard.packets),
      share: usedMs / elapsedMs,
      time: this.#facts.time,
    };
  }

  /** Why what the legs are for is not done, whether in time or not. @param least of the keys, as a share */
  #whyAbsent(
    least: number,
    legs: number,
    { packets, silent, stamped }: Heard,
    keysPerSecond: number,
  ): string | undefined {
    const { speech, isSilent } = this.#subject;
    if (isSilent !== true && silent > mostSilent * packets)
      return `${percent(silent / packets)} of what is heard is silence`;
    if (speech.isStamped && stamped < fewestStamped * packets)
      return `${packets - stamped} packets are not from the other leg`;
    const keyShare = (keysPerSecond * SECONDS_PER_KEY) / legs;
    return speech === keys && keyShare < least ? `${percent(keyShare)} of the keys heard` : undefined;
  }

  #whyNot(legs: number, heard: Heard): string | undefined {
    const { packets, streams, lost, skipped, missing, late, delay } = heard;
    const p99 = (delay ?? late).p99;
    if (streams < legs) return `${legs - streams} far ends hear nothing`;
    if (p99 > MOST_LATE_MS) return `p99 ${p99.toFixed(1)} ms late`;
    if (lost > 0) return `${lost} packets lost`;
    if (skipped > mostSkipped * packets) return `${skipped} packets left out`;
    return missing > mostMissing * packets ? `${missing} packets missing` : undefined;
  }
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function wordsOf({ legs, heard, packetUs, share, why, limit }: LegTrial): string {
  const { late, delay, lost, skipped } = heard;
  const spread = delay ?? late;
  const p = `p50 ${spread.p50.toFixed(2)}, p99 ${spread.p99.toFixed(2)}, worst ${spread.worst.toFixed(1)} ms`;
  const counts = `${heard.packets} packets, ${lost} lost, ${skipped} left out`;
  return `${legs} legs ${why === undefined ? "hold" : `fail (${why})`}; ${counts}; ${p}; ${packetUs.toFixed(1)} us a packet, ${percent(share)}${limit === undefined ? "" : `; ${limit}`}`;
}
