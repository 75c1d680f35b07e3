import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { concatPcm, silence, tone } from "../testing/index.ts";
import { summarizeReport } from "./summary.ts";

const answered = { end: { type: "bye" }, answered: true, digits: "", durationMs: 1540 } as const;

describe("the summary of a call", () => {
  test("tells how much sound was heard, how loud, which keys, and how it ended", () => {
    const heard = concatPcm(silence(500), tone(440, 500, -10), silence(500));

    assert.deepEqual(summarizeReport({ ...answered, heard, digits: "12#" }), [
      "heard 1.5 s, 0.5 s of it sound at -10 dBFS",
      "heard the keys 12#",
      "ended after 1.5 s: hung up by the far end",
    ]);
  });

  test("says that all was silence", () => {
    assert.deepEqual(summarizeReport({ ...answered, heard: silence(1000) }).slice(0, 2), [
      "heard 1.0 s, all of it silence",
      "heard no keys",
    ]);
  });

  test("says why a call was not answered; what the phone lacked comes before how it ended", () => {
    const unanswered = { answered: false, heard: silence(0), digits: "", durationMs: 0 };

    assert.deepEqual(summarizeReport({ ...unanswered, end: { type: "rejected", status: 486, reason: "Busy Here" } }), [
      "not answered: refused by the far end with 486",
    ]);
    assert.deepEqual(summarizeReport({ ...unanswered, end: { type: "local" }, problem: "no RTP session" }), [
      "not answered: no RTP session",
    ]);
  });
});
