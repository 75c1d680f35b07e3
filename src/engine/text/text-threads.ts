import { Worker } from "node:worker_threads";
import { ownModule, type Clock, type Timer } from "../../kernel/index.ts";
import type { InvocationResult } from "../../invoke/index.ts";
import { readFunctionReply, unreadable } from "./function-reply.ts";
import type { FunctionReply, PatternVerdict, ReplyBounds } from "../../call/index.ts";

/** Reads and searches texts of functions outside of the main thread: long replies in one thread, patterns in another. A thread starts at its
 * first question. */
export interface TextThreads {
  /** The reply of a function, as the machine takes it. */
  readReply(result: InvocationResult): Promise<FunctionReply>;
  /** Looks for a pattern in each text until it is found. */
  search(pattern: string, texts: readonly string[]): Promise<PatternVerdict>;
  close(): Promise<void>;
}

/** What a thread is asked. */
export type TextQuestion =
  | { readonly type: "read"; readonly payload: string; readonly bounds: ReplyBounds }
  | { readonly type: "search"; readonly pattern: string; readonly texts: readonly string[] };
export type TextAnswer = FunctionReply | PatternVerdict;
/** What a thread says: once that it has loaded, then its answers. */
export type TextMessage = "loaded" | { readonly id: number; readonly answer: TextAnswer };

interface Waiting<Answer> {
  readonly question: TextQuestion;
  readonly settle: (answer: Answer | undefined) => void;
}

/** Longer replies are read by the thread, in characters. Shorter ones take a millisecond at most. */
const longestReadHere = 16_384;
/** A thread that has loaded, is asked and answers nobody for so long is replaced. The work of one answer is bounded at a tenth of a second,
 * so that only one that hangs is silent so long. */
const longestSilenceMs = 5_000;

/** Makes both threads' owner; no thread runs yet. */
export function createTextThreads(clock: Pick<Clock, "startTimer">, bounds: ReplyBounds): TextThreads {
  const readers = createAsker<FunctionReply>(clock);
  const searchers = createAsker<PatternVerdict>(clock);
  return {
    async readReply(result) {
      if (result.type === "failed" || result.payload.length <= longestReadHere)
        return readFunctionReply(result, bounds);
      const reply = await readers.ask({ type: "read", payload: result.payload, bounds });
      return reply ?? unreadable(`the reply could not be read: ${result.payload.length} characters`);
    },
    search: async (pattern, texts) => (await searchers.ask({ type: "search", pattern, texts })) ?? "too-slow",
    async close() {
      await Promise.all([readers.close(), searchers.close()]);
    },
  };
}

/** Questions and answers by number. undefined: the thread failed at the question, or hung. */
function createAsker<Answer extends TextAnswer>(clock: Pick<Clock, "startTimer">) {
  const waiting = new Map<number, Waiting<Answer>>();
  let worker: Worker | undefined;
  let hasLoaded = false;
  let silence: Timer | undefined;
  let nextId = 1;

  const settle = (id: number, answer: Answer | undefined) => {
    const one = waiting.get(id);
    waiting.delete(id);
    one?.settle(answer);
  };
  const watchSilence = () => {
    silence?.cancel();
    silence = undefined;
    const watched = worker;
    if (watched === undefined || !hasLoaded || waiting.size === 0) return;
    silence = clock.startTimer(longestSilenceMs, () => replace(watched));
  };
  const start = (): Worker => {
    const started = new Worker(ownModule("engine/text/text-worker"), {
      name: "offhook-text",
    });
    started.unref();
    hasLoaded = false;
    started.on("message", (message: TextMessage) => {
      if (worker !== started) return;
      if (message === "loaded") hasLoaded = true;
      else settle(message.id, message.answer as Answer);
      watchSilence();
    });
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
    watchSilence();
  };
  const post = (id: number, question: TextQuestion) => {
    worker ??= start();
    worker.postMessage({ id, question });
  };

  return {
    ask: (question: TextQuestion) =>
      new Promise<Answer | undefined>((resolve) => {
        const id = nextId++;
        waiting.set(id, { question, settle: resolve });
        post(id, question);
        if (silence === undefined) watchSilence();
      }),
    async close() {
      const running = worker;
      worker = undefined;
      for (const id of waiting.keys()) settle(id, undefined);
      watchSilence();
      await running?.terminate();
    },
  };
}
