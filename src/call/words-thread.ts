import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Clock, Timer } from "../kernel/index.ts";
import type { InvocationResult } from "../invoke/index.ts";
import { readFunctionReply, unreadable } from "./function-reply.ts";
import type { FunctionReply } from "./inputs.ts";
import type { ReplyBounds } from "./reply-bounds.ts";

/** Works on what functions send where nobody waits: a long reply is no call's business but its own. */
export interface WordsThread {
  /** The reply of a function, as the machine takes it. */
  readReply(result: InvocationResult): Promise<FunctionReply>;
  close(): Promise<void>;
}

/** What the thread is asked. */
export interface WordsQuestion {
  readonly payload: string;
  readonly bounds: ReplyBounds;
}

interface Waiting {
  readonly question: WordsQuestion;
  readonly settle: (answer: FunctionReply | undefined) => void;
  readonly deadline: Timer;
}

/** Longer replies are read by the thread, in characters. Shorter ones take a millisecond at most. */
const longestReadHere = 16_384;
/** An answer that takes longer is given up and the thread is replaced. Its work is bounded, so only a thread that hangs takes so long. */
const deadlineMs = 5_000;

/** Makes the thread's door; the thread starts at the first question. */
export function createWordsThread(clock: Pick<Clock, "startTimer">, bounds: ReplyBounds): WordsThread {
  const asker = createAsker(clock);
  return {
    async readReply(result) {
      if (result.type === "failed" || result.payload.length <= longestReadHere)
        return readFunctionReply(result, bounds);
      const reply = await asker.ask({ payload: result.payload, bounds });
      return reply ?? unreadable(`the reply could not be read: ${result.payload.length} characters`);
    },
    close: asker.close,
  };
}

/** Questions and answers by number. undefined: the thread failed at the question, or took too long. */
function createAsker(clock: Pick<Clock, "startTimer">) {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let nextId = 1;

  const settle = (id: number, answer: FunctionReply | undefined) => {
    const one = waiting.get(id);
    waiting.delete(id);
    one?.deadline.cancel();
    one?.settle(answer);
  };
  const start = (): Worker => {
    const started = new Worker(new URL(`./words-worker${extname(import.meta.url)}`, import.meta.url), {
      name: "offhook-words",
    });
    started.unref();
    started.on("message", ({ id, answer }: { id: number; answer: FunctionReply }) => settle(id, answer));
    started.on("error", () => replace(started));
    return started;
  };
  /** The first question is the one at fault; a new thread gets the others. */
  const replace = (failed: Worker) => {
    if (worker !== failed) return;
    worker = undefined;
    void failed.terminate();
    const [first] = waiting.keys();
    if (first !== undefined) settle(first, undefined);
    for (const [id, { question }] of waiting) post(id, question);
  };
  const post = (id: number, question: WordsQuestion) => {
    worker ??= start();
    worker.postMessage({ id, question });
  };

  return {
    ask: (question: WordsQuestion) =>
      new Promise<FunctionReply | undefined>((resolve) => {
        const id = nextId++;
        const giveUp = () => {
          if (worker !== undefined) replace(worker);
          settle(id, undefined);
        };
        waiting.set(id, { question, settle: resolve, deadline: clock.startTimer(deadlineMs, giveUp) });
        post(id, question);
      }),
    async close() {
      const running = worker;
      worker = undefined;
      for (const id of waiting.keys()) settle(id, undefined);
      await running?.terminate();
    },
  };
}
