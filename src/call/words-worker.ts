import { parentPort } from "node:worker_threads";
import { readPayload } from "./function-reply.ts";
import type { WordsQuestion } from "./words-thread.ts";

// The entry of the thread that works on what functions send: one question in, one answer out, in order.
const port = parentPort;
if (port === null) throw new Error("words-worker runs as a worker thread only");
port.on("message", ({ id, question }: { id: number; question: WordsQuestion }) => {
  port.postMessage({ id, answer: readPayload(question.payload, question.bounds) });
});
