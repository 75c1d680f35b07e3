import { parentPort } from "node:worker_threads";
import { readPayload } from "./function-reply.ts";
import { createPatternMatcher, searchTexts } from "./pattern-matcher.ts";
import type { WordsAnswer, WordsQuestion } from "./words-thread.ts";

// The entry of a thread that works on what functions send: one question in, one answer out, in order.
const port = parentPort;
if (port === null) throw new Error("words-worker runs as a worker thread only");
const matches = createPatternMatcher();

function answer(question: WordsQuestion): WordsAnswer {
  switch (question.type) {
    case "read":
      return readPayload(question.payload, question.bounds);
    case "search":
      return searchTexts(matches, question.pattern, question.texts);
    default:
      return question satisfies never;
  }
}

port.on("message", ({ id, question }: { id: number; question: WordsQuestion }) => {
  port.postMessage({ id, answer: answer(question) });
});
