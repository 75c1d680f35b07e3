import { parentPort } from "node:worker_threads";
import { readPayload } from "./function-reply.ts";
import { createPatternMatcher, searchTexts } from "../../call/index.ts";
import type { TextAnswer, TextMessage, TextQuestion } from "./text-threads.ts";

// The entry of a thread that works on what functions send: one question in, one answer out.
const port = parentPort;
if (port === null) throw new Error("text-worker runs as a worker thread only");
const matches = createPatternMatcher();
const say = (message: TextMessage): void => port.postMessage(message);

/** A search is first tried for about a millisecond. One that takes longer waits until nothing else does, so that slow patterns of some calls
 * hold up no other call; of more slow ones than can be done in some two seconds the newest are given up at once. */
const stepsAtOnce = 20_000;
const mostSlow = 20;

interface Post {
  readonly id: number;
  readonly question: TextQuestion;
}
const slow: Post[] = [];

function answer(question: TextQuestion, steps?: number): TextAnswer {
  switch (question.type) {
    case "read":
      return readPayload(question.payload, question.bounds);
    case "search":
      return searchTexts(matches, question.pattern, question.texts, steps);
    default:
      return question satisfies never;
  }
}

function searchNextSlow(): void {
  const next = slow.shift();
  if (next === undefined) return;
  say({ id: next.id, answer: answer(next.question) });
  if (slow.length > 0) setImmediate(searchNextSlow);
}

port.on("message", ({ id, question }: Post) => {
  const first = answer(question, stepsAtOnce);
  if (first !== "too-slow" || slow.length >= mostSlow) {
    say({ id, answer: first });
    return;
  }
  slow.push({ id, question });
  if (slow.length === 1) setImmediate(searchNextSlow);
});

say("loaded");
