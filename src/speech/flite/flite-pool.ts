import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { AppError, type Clock, type Timer } from "../../kernel/index.ts";
import type { Pcm } from "../../media/index.ts";
import type { BegunSpeech } from "../types.ts";
import type { FlitePart } from "./flite-speaker.ts";
import { appendSamples, createGrowingPcm, finishPcm, wholeOf, type GrowingPcm } from "./growing-pcm.ts";
import { toPieces } from "./speech-pieces.ts";
import type { FliteJob, FliteReply } from "./flite-worker.ts";

/** Threads that speak. */
export interface FlitePool {
  /** Speaks the parts in order; calls back when the first can be heard and more follow. Rejects with SPEECH_THROTTLED or SPEECH_FAILED. */
  speak(parts: readonly FlitePart[], onBegun?: (begun: BegunSpeech) => void): Promise<Pcm>;
  /** Refuses what waits and runs, and ends the threads. */
  close(): Promise<void>;
}

/** A text that is being made. */
interface Text {
  readonly onBegun: ((begun: BegunSpeech) => void) | undefined;
  readonly resolve: (pcm: Pcm) => void;
  readonly reject: (error: AppError) => void;
  readonly askedMs: number;
  /** What is not made yet, in order. */
  readonly left: FlitePart[][];
  /** What is made, once there is something and more follows. */
  pcm: GrowingPcm | undefined;
}

interface Member {
  readonly worker: Worker;
  running: { readonly id: number; readonly text: Text } | undefined;
  timer: Timer | undefined;
}

/** Samples are of 8,000 Hz. */
const SAMPLES_PER_MS = 8;
const mostWorkers = 2;
/** Most texts that wait; further ones would be heard too late anyway. */
const mostWaiting = 200;
/** A piece of a text takes about a tenth of a second. */
const pieceLimitMs = 20_000;

/** At most two worker threads, started on demand; a thread that fails or takes too long is given up with its text. Texts are made piece by piece,
 * each time the one whose next piece is needed first, so that a long one does not keep others from being heard. */
class Workers implements FlitePool {
  readonly #clock: Clock;
  readonly #members = new Set<Member>();
  /** Those of which no piece is being made. */
  readonly #waiting = new Set<Text>();
  #nextId = 1;
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async speak(parts: readonly FlitePart[], onBegun?: (begun: BegunSpeech) => void): Promise<Pcm> {
    if (this.#isClosed) throw new AppError("SPEECH_FAILED", "the speech engine is closed");
    if (this.#waiting.size >= mostWaiting) {
      throw new AppError("SPEECH_THROTTLED", `${this.#waiting.size} texts wait to be spoken`, { retry: "later" });
    }
    const askedMs = this.#clock.monotonicMs();
    return new Promise((resolve, reject) => {
      this.#waiting.add({ onBegun, resolve, reject, askedMs, left: toPieces(parts), pcm: undefined });
      this.#serve();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const text of this.#waiting) text.reject(new AppError("SPEECH_FAILED", "the speech engine closed"));
    this.#waiting.clear();
    const ending = [...this.#members].map((member) => member.worker.terminate());
    for (const member of this.#members) this.#drop(member, "the speech engine closed");
    await Promise.all(ending);
  }

  #serve(): void {
    while (!this.#isClosed) {
      const text = mostUrgent(this.#waiting);
      const idle = [...this.#members].find((member) => member.running === undefined);
      if (text === undefined || (idle === undefined && this.#members.size >= mostWorkers)) break;
      this.#waiting.delete(text);
      this.#give(idle ?? this.#start(), text);
    }
    for (const member of this.#members) if (member.running === undefined) member.worker.unref();
  }

  #give(member: Member, text: Text): void {
    const job: FliteJob = { id: this.#nextId++, parts: text.left.shift() ?? [] };
    member.running = { id: job.id, text };
    member.timer = this.#clock.startTimer(pieceLimitMs, () => {
      this.#drop(member, `speaking took over ${pieceLimitMs} ms`);
    });
    member.worker.ref();
    member.worker.postMessage(job);
  }

  #start(): Member {
    const worker = new Worker(new URL(`./flite-worker${extname(import.meta.url)}`, import.meta.url));
    const member: Member = { worker, running: undefined, timer: undefined };
    worker.unref();
    worker.on("message", (reply: FliteReply) => this.#finish(member, reply));
    worker.on("error", (error) => this.#drop(member, `the speech thread failed: ${error.message}`));
    worker.on("exit", () => this.#drop(member, "the speech thread ended"));
    this.#members.add(member);
    return member;
  }

  #finish(member: Member, reply: FliteReply): void {
    const { running } = member;
    member.running = undefined;
    member.timer?.cancel();
    if (running?.id === reply.id) {
      if ("samples" in reply) this.#take(running.text, reply.samples);
      else running.text.reject(new AppError("SPEECH_FAILED", reply.error));
    }
    this.#serve();
  }

  /** Takes the next piece of a text. */
  #take(text: Text, samples: Int16Array<SharedArrayBuffer>): void {
    const isLast = text.left.length === 0;
    if (!isLast) this.#waiting.add(text);
    if (text.pcm === undefined && isLast) return text.resolve({ samples });
    if (text.pcm === undefined && samples.length === 0) return;
    const isFirst = text.pcm === undefined;
    text.pcm ??= createGrowingPcm();
    if (!appendSamples(text.pcm, samples)) {
      this.#waiting.delete(text);
      return text.reject(new AppError("SPEECH_FAILED", "what the text became is too long"));
    }
    if (isFirst) text.onBegun?.(text.pcm);
    if (!isLast) return;
    finishPcm(text.pcm);
    text.resolve({ samples: wholeOf(text.pcm) });
  }

  #drop(member: Member, why: string): void {
    if (!this.#members.delete(member)) return;
    member.timer?.cancel();
    member.worker.terminate().catch(() => undefined);
    member.running?.text.reject(new AppError("SPEECH_FAILED", why, { retry: "later" }));
    this.#serve();
  }
}

/** The text whose next piece is needed first, if it has been playing since it was requested. */
function mostUrgent(texts: Iterable<Text>): Text | undefined {
  let first: Text | undefined;
  for (const text of texts) if (first === undefined || neededMs(text) < neededMs(first)) first = text;
  return first;
}

function neededMs({ askedMs, pcm }: Text): number {
  return askedMs + (pcm?.samples.length ?? 0) / SAMPLES_PER_MS;
}

/** Makes the threads' owner; no thread runs before the first text. */
export function createFlitePool(clock: Clock): FlitePool {
  return new Workers(clock);
}
