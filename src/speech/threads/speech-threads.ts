import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { AppError, type Clock, type Timer } from "../../kernel/index.ts";
import type { Sound } from "../../media/index.ts";
import type { SpeechSink } from "../types.ts";
import { endProcess } from "./end-process.ts";
import type { SpeechJob, SpeechOrder, SpeechReply, SpeechThreadSetting } from "./serve-jobs.ts";
import type { SpokenPart, SpokenWords } from "./spoken-part.ts";
import { toPieces } from "./speech-pieces.ts";

/** What threads that speak are made with. */
export interface SpeechThreadsOptions<Voice> {
  /** The file that a thread runs, by `serveJobs`. */
  readonly file: URL;
  /** What that file needs to know besides. */
  readonly program?: string;
  /** How long a voice is silent behind words that end with a sign, within a text, milliseconds. */
  readonly ownPauseMs: (words: SpokenWords<Voice>) => number;
  readonly clock: Clock;
}

/** Threads that speak. */
export interface SpeechThreads<Voice> {
  /** Speaks the parts in order. Rejects with SPEECH_THROTTLED or SPEECH_FAILED. */
  speak(parts: readonly SpokenPart<Voice>[], sink: SpeechSink): Promise<void>;
  /** Starts the thread for what somebody waits for, and has it speak `practice`; others start when there is more to say. Rejects with SPEECH_FAILED
   * when it cannot. */
  warmUp(practice: readonly SpokenPart<Voice>[]): Promise<void>;
  /** Refuses what waits and runs, and ends the threads and what they have started. */
  close(): Promise<void>;
}

/** A text that is being made. */
interface Text<Voice> {
  readonly sink: SpeechSink;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  /** When its first is needed, as the clock's `monotonicMs`. */
  firstMs: number;
  /** What is not made yet, in order. */
  readonly left: SpokenPart<Voice>[][];
  /** Samples that are made. */
  made: number;
}

/** What a thread is for: `soon`, what somebody waits for or will in a moment; `all`, also what is heard later. */
type Duty = "soon" | "all";

interface Member<Voice> {
  readonly worker: Worker;
  readonly duty: Duty;
  readonly whenReady: Promise<void>;
  readonly whenGone: Promise<void>;
  isReady: boolean;
  running: { readonly id: number; readonly text: Text<Voice> } | undefined;
  timer: Timer | undefined;
  /** The process that it has started and that runs. */
  processId: number | undefined;
}

/** Samples are counted at 8,000 Hz. */
const SAMPLES_PER_MS = 8;
/** Below the media workers; the first beside signalling, the others behind it. */
const stepsBelow: Record<Duty, number> = { soon: 5, all: 10 };
/** One thread is always free of what is not needed yet. */
const mostThreads: Record<Duty, number> = { soon: 1, all: Math.min(3, Math.max(1, availableParallelism() - 1)) };
/** What is needed within this time is needed soon: a piece takes about a tenth of it. */
const soonMs = 1_000;
/** What nobody waits for is needed after this time, if at all. */
const laterMs = 10_000;
/** Most texts that wait; further ones would be heard too late anyway. */
const mostWaiting = 200;
/** A piece of a text takes about a tenth of a second, the start of a thread too. */
const longestMs = 20_000;
/** A thread that waits for its process hears at once. */
const longestEndMs = 1_000;

/** A few worker threads, started on demand; a thread that fails or takes too long is given up with its text. Texts are made piece by piece,
 * each time the one whose next piece is needed first, so that a long one does not keep others from being heard. */
class Workers<Voice> implements SpeechThreads<Voice> {
  readonly #options: SpeechThreadsOptions<Voice>;
  readonly #clock: Clock;
  readonly #members = new Set<Member<Voice>>();
  /** Those of which no piece is being made. */
  readonly #waiting = new Set<Text<Voice>>();
  #nextId = 1;
  #isClosed = false;

  constructor(options: SpeechThreadsOptions<Voice>) {
    this.#options = options;
    this.#clock = options.clock;
  }

  async speak(parts: readonly SpokenPart<Voice>[], sink: SpeechSink): Promise<void> {
    if (this.#isClosed) throw new AppError("SPEECH_FAILED", "the speech engine is closed");
    if (parts.length === 0) return;
    const { awaited } = sink;
    if (this.#waiting.size >= mostWaiting) {
      throw new AppError("SPEECH_THROTTLED", `${this.#waiting.size} texts wait to be spoken`, { retry: "later" });
    }
    const askedMs = this.#clock.monotonicMs();
    const firstMs = awaited === undefined ? askedMs : askedMs + laterMs;
    return new Promise((resolve, reject) => {
      const left = toPieces(parts, this.#options.ownPauseMs);
      const text: Text<Voice> = { sink, resolve, reject, firstMs, left, made: 0 };
      this.#waiting.add(text);
      void awaited?.then(() => {
        text.firstMs = this.#clock.monotonicMs();
        this.#serve();
      });
      // Behind that, for a text that somebody awaits already.
      if (awaited === undefined) this.#serve();
      else queueMicrotask(() => this.#serve());
    });
  }

  async warmUp(practice: readonly SpokenPart<Voice>[]): Promise<void> {
    if (this.#members.size === 0) this.#start("soon", practice);
    await Promise.all([...this.#members].map((member) => member.whenReady));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const text of this.#waiting) text.reject(new AppError("SPEECH_FAILED", "the speech engine closed"));
    this.#waiting.clear();
    const members = [...this.#members];
    for (const member of members) this.#drop(member, "the speech engine closed");
    await Promise.all(members.map(({ whenGone }) => whenGone));
  }

  #serve(): void {
    if (this.#isClosed) return;
    for (;;) {
      const text = mostUrgent(this.#waiting);
      if (text === undefined) break;
      const isSoon = neededMs(text) <= this.#clock.monotonicMs() + soonMs;
      const idle = [...this.#members].filter((member) => member.isReady && member.running === undefined);
      const member = (isSoon ? idle.find(({ duty }) => duty === "soon") : undefined) ?? idle.find(isForAll);
      if (member === undefined) break;
      this.#waiting.delete(text);
      this.#give(member, text);
    }
    const missing = this.#missing();
    const isStarting = [...this.#members].some((member) => !member.isReady);
    if (this.#waiting.size > 0 && missing !== undefined && !isStarting) this.#start(missing, []);
    for (const member of this.#members) {
      if (member.isReady && member.running === undefined) member.worker.unref();
      else member.worker.ref();
    }
  }

  #give(member: Member<Voice>, text: Text<Voice>): void {
    const job: SpeechJob<Voice> = { id: this.#nextId++, parts: text.left.shift() ?? [] };
    member.running = { id: job.id, text };
    member.timer = this.#limit(member, "speaking");
    member.worker.postMessage(job);
  }

  #limit(member: Member<Voice>, what: string): Timer {
    return this.#clock.startTimer(longestMs, () => this.#drop(member, `${what} took over ${longestMs} ms`));
  }

  /** What a further thread would be for; undefined: there are enough. */
  #missing(): Duty | undefined {
    const count = (duty: Duty) => [...this.#members].filter((member) => member.duty === duty).length;
    return (["soon", "all"] as const).find((duty) => count(duty) < mostThreads[duty]);
  }

  #start(duty: Duty, practice: readonly SpokenPart<Voice>[]): void {
    const { file, program } = this.#options;
    const worker = new Worker(file, {
      name: "offhook-speech",
      workerData: { stepsBelow: stepsBelow[duty], practice, program } satisfies SpeechThreadSetting<Voice>,
    });
    const whenReady = new Promise<void>((resolve, reject) => {
      worker.on("message", (reply: SpeechReply) => {
        if (reply.type === "ready") resolve();
        this.#hear(member, reply);
      });
      worker.on("exit", () => reject(new AppError("SPEECH_FAILED", "a speech thread ended before it was ready")));
    });
    whenReady.catch(() => undefined); // Only those who warm up ask.
    const whenGone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    const member: Member<Voice> = {
      ...{ worker, duty, whenReady, whenGone, isReady: false },
      ...{ running: undefined, timer: undefined, processId: undefined },
    };
    worker.on("error", (error) => this.#drop(member, `the speech thread failed: ${error.message}`));
    worker.on("exit", () => this.#drop(member, "the speech thread ended"));
    member.timer = this.#limit(member, "the start of a speech thread");
    this.#members.add(member);
  }

  #hear(member: Member<Voice>, reply: SpeechReply): void {
    if (reply.type === "process") {
      member.processId = reply.processId;
      return;
    }
    const { running } = member;
    member.running = undefined;
    member.isReady = true;
    member.timer?.cancel();
    if (reply.type !== "ready" && running?.id === reply.id) {
      if (reply.type === "made") this.#take(running.text, reply.sound);
      else running.text.reject(new AppError("SPEECH_FAILED", reply.error));
    }
    this.#serve();
  }

  /** Takes the next piece of a text. */
  #take(text: Text<Voice>, sound: Sound): void {
    const isLast = text.left.length === 0;
    text.made += sound.samples.length;
    try {
      text.sink.add(sound, isLast);
    } catch (error) {
      return text.reject(error);
    }
    if (isLast) return text.resolve();
    this.#waiting.add(text);
    return undefined;
  }

  #drop(member: Member<Voice>, why: string): void {
    if (!this.#members.delete(member)) return;
    member.timer?.cancel();
    this.#end(member);
    // Of a thread that cannot start, a text has to tell: else the next would be started for it without end.
    const text = member.isReady ? member.running?.text : mostUrgent(this.#waiting);
    if (text !== undefined) this.#waiting.delete(text);
    text?.reject(new AppError("SPEECH_FAILED", why, { retry: "later" }));
    this.#serve();
  }

  /** A thread that may be starting a process, which nobody else knows yet, ends itself with that; if it does not, and any other, by force. */
  #end({ worker, processId, isReady, whenGone }: Member<Voice>): void {
    const byForce = () => void worker.terminate().catch(() => undefined);
    if (processId !== undefined) endProcess(processId);
    if (this.#options.program === undefined || !isReady) return byForce();
    worker.ref();
    worker.postMessage("end" satisfies SpeechOrder<Voice>);
    const limit = this.#clock.startTimer(longestEndMs, byForce);
    void whenGone.then(() => limit.cancel());
  }
}

function isForAll({ duty }: { readonly duty: Duty }): boolean {
  return duty === "all";
}

/** The text whose next piece is needed first, if it has been playing since it was awaited. */
function mostUrgent<Voice>(texts: Iterable<Text<Voice>>): Text<Voice> | undefined {
  let first: Text<Voice> | undefined;
  for (const text of texts) if (first === undefined || neededMs(text) < neededMs(first)) first = text;
  return first;
}

function neededMs({ firstMs, made }: Pick<Text<unknown>, "firstMs" | "made">): number {
  return firstMs + made / SAMPLES_PER_MS;
}

/** Makes the threads' owner; no thread runs before the first text. */
export function createSpeechThreads<Voice>(options: SpeechThreadsOptions<Voice>): SpeechThreads<Voice> {
  return new Workers(options);
}
