import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { AppError, type Clock, type Timer } from "../../kernel/index.ts";
import type { Pcm } from "../../media/index.ts";
import type { BegunSpeech } from "../types.ts";
import type { FlitePart } from "./flite-speaker.ts";
import type { FliteJob, FliteReply } from "./flite-worker.ts";

/** Threads that speak. */
export interface FliteWorkers {
  /** Speaks the parts in order; tells when the first can be heard and more follow. Rejects with SPEECH_THROTTLED or SPEECH_FAILED. */
  speak(parts: readonly FlitePart[], onBegun?: (begun: BegunSpeech) => void): Promise<Pcm>;
  /** Refuses what waits and runs, and ends the threads. */
  close(): Promise<void>;
}

interface Waiting {
  readonly job: FliteJob;
  readonly onBegun: ((begun: BegunSpeech) => void) | undefined;
  readonly resolve: (pcm: Pcm) => void;
  readonly reject: (error: AppError) => void;
}

interface Member {
  readonly worker: Worker;
  running: Waiting | undefined;
  /** What of it can be heard already. */
  begun: BegunSpeech | undefined;
  timer: Timer | undefined;
}

const mostWorkers = 2;
/** Texts that may wait; more would be heard too late anyway. */
const mostWaiting = 200;
/** So long a thread may make nothing new of a text. A thousand characters take about a second in all. */
const pieceLimitMs = 20_000;

/** At most two worker threads, started on demand; a thread that fails or stands still is given up with its text. */
class Workers implements FliteWorkers {
  readonly #clock: Clock;
  readonly #members = new Set<Member>();
  readonly #queue: Waiting[] = [];
  #nextId = 1;
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async speak(parts: readonly FlitePart[], onBegun?: (begun: BegunSpeech) => void): Promise<Pcm> {
    if (this.#isClosed) throw new AppError("SPEECH_FAILED", "the speech engine is closed");
    if (this.#queue.length >= mostWaiting) {
      throw new AppError("SPEECH_THROTTLED", `${this.#queue.length} texts wait to be spoken`, { retry: "later" });
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ job: { id: this.#nextId++, parts }, onBegun, resolve, reject });
      this.#serve();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const waiting of this.#queue.splice(0)) {
      waiting.reject(new AppError("SPEECH_FAILED", "the speech engine closed"));
    }
    const ending = [...this.#members].map((member) => member.worker.terminate());
    for (const member of this.#members) this.#drop(member, "the speech engine closed");
    await Promise.all(ending);
  }

  #serve(): void {
    while (this.#queue.length > 0 && !this.#isClosed) {
      const idle = [...this.#members].find((member) => member.running === undefined);
      if (idle === undefined && this.#members.size >= mostWorkers) return;
      const member = idle ?? this.#start();
      const waiting = this.#queue.shift();
      if (waiting === undefined) return;
      member.running = waiting;
      member.begun = undefined;
      this.#watch(member, 0);
      member.worker.ref();
      member.worker.postMessage(waiting.job);
    }
    for (const member of this.#members) if (member.running === undefined) member.worker.unref();
  }

  /** Gives the thread up when it has no more than `before` samples after the limit. */
  #watch(member: Member, before: number): void {
    member.timer = this.#clock.startTimer(pieceLimitMs, () => {
      const made = member.begun === undefined ? 0 : Atomics.load(member.begun.state, 0);
      if (made > before) this.#watch(member, made);
      else this.#drop(member, `the speech thread made nothing for ${pieceLimitMs} ms`);
    });
  }

  #start(): Member {
    const worker = new Worker(new URL(`./flite-worker${extname(import.meta.url)}`, import.meta.url));
    const member: Member = { worker, running: undefined, begun: undefined, timer: undefined };
    worker.unref();
    worker.on("message", (reply: FliteReply) => this.#finish(member, reply));
    worker.on("error", (error) => this.#drop(member, `the speech thread failed: ${error.message}`));
    worker.on("exit", () => this.#drop(member, "the speech thread ended"));
    this.#members.add(member);
    return member;
  }

  #finish(member: Member, reply: FliteReply): void {
    const waiting = member.running;
    if ("begun" in reply) {
      if (waiting?.job.id !== reply.id) return;
      member.begun = reply.begun;
      waiting.onBegun?.(reply.begun);
      return;
    }
    member.running = undefined;
    member.timer?.cancel();
    if (waiting?.job.id === reply.id) {
      if ("samples" in reply) waiting.resolve({ samples: reply.samples });
      else waiting.reject(new AppError("SPEECH_FAILED", reply.error));
    }
    this.#serve();
  }

  #drop(member: Member, why: string): void {
    if (!this.#members.delete(member)) return;
    member.timer?.cancel();
    member.worker.terminate().catch(() => undefined);
    member.running?.reject(new AppError("SPEECH_FAILED", why, { retry: "later" }));
    this.#serve();
  }
}

/** Makes the threads' owner; no thread runs before the first text. */
export function createFliteWorkers(clock: Clock): FliteWorkers {
  return new Workers(clock);
}
