import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CallFact, CallObservation } from "../../app/index.ts";
import type { TransactionId } from "../../kernel/index.ts";
import type { PhoneCallReport } from "../../phone/index.ts";
import { judgeCall } from "./first-call.ts";

const gone = { type: "leg-changed", participantTag: "LEG-A", state: "ended", cause: "hung up by the far end" } as const;
const failed = {
  type: "action-ended",
  action: "SpeakAndGetDigits",
  outcome: "failed",
  errorType: "SystemException",
  message: "System error while running action",
  ...{ participantTag: "LEG-A", isLegGone: false, isWarned: false, repeat: 1 },
} as const;

const tone = new Int16Array(new SharedArrayBuffer(16_000));
for (let at = 0; at < tone.length; at++) tone[at] = 8_000 * Math.sin(at);

/** A phone that heard a second of tone, and hung up. */
const report: PhoneCallReport = {
  end: { type: "local" },
  answered: true,
  heard: { samples: tone },
  digits: "",
  durationMs: 1_000,
};

function verdictOf(...facts: readonly CallFact[]) {
  const observations = facts.map((fact): CallObservation => ({
    ...{ at: 0, transactionId: "0b9d1f3a" as TransactionId, fact },
  }));
  return judgeCall(report, observations, "the phone was answered");
}

describe("the verdict on a call of development mode", () => {
  it("is good when the phone hangs up during an action, which fails for that", () => {
    assert.match(verdictOf(gone, failed).text, /^the phone was answered, heard .* s of speech, and hung up itself$/);
    assert.equal(verdictOf(gone, failed).good, true);
  });

  it("is bad when an action failed while the phone was there", () => {
    assert.deepEqual(verdictOf(failed, gone), {
      good: false,
      text: "SpeakAndGetDigits failed: System error while running action",
    });
  });
});
