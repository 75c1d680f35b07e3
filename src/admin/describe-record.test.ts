import assert from "node:assert/strict";
import { it } from "node:test";
import type { WholeCall } from "../store/index.ts";
import { describeKept } from "./describe-record.ts";

it("has each recording as it is known last: stored, kept and tried again, or lost", () => {
  const fact = (key: string, at: number, more: object) => ({ at, participantTag: "LEG-A", bucket: "b", key, ...more });
  const lost = (isTriedAgain: boolean) => ({ type: "recording-lost", message: "no space", isTriedAgain });
  const call: WholeCall = {
    ...{ transactionId: "t", nodeId: "n", applicationId: "a", sipRuleId: undefined, direction: "Inbound" },
    ...{ from: "+1", to: "+2", startedAt: 0, endedAt: 9, cause: undefined, endType: "bye" },
    ...{ isRedacted: false, isTakenOver: false, legs: [], invocations: [] },
    facts: [
      fact("stored.wav", 1, lost(true)),
      fact("kept.wav", 2, lost(true)),
      fact("gone.wav", 3, lost(true)),
      fact("stored.wav", 4, { type: "recording-stored", samples: 80 }),
      fact("gone.wav", 5, lost(false)),
    ],
  };

  assert.deepEqual(
    describeKept(call).recordings.map(({ key, state, message }) => [key, state, message]),
    [
      ["kept.wav", "delayed", "no space"],
      ["stored.wav", "stored", undefined],
      ["gone.wav", "lost", "no space"],
    ],
  );
});
