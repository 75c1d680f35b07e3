import assert from "node:assert/strict";
import { test } from "node:test";
import { describeFinding, describeFindingWithoutValue, replyRefused, type Finding } from "./finding.ts";

const findings: readonly [finding: Finding, inFull: string, withoutValue: string][] = [
  [
    replyRefused("", "found a list", "InvalidResponse", "..."),
    "the reply: found a list (the whole reply is refused: INVALID_LAMBDA_RESPONSE InvalidResponse)",
    "the reply: (the whole reply is refused: INVALID_LAMBDA_RESPONSE InvalidResponse)",
  ],
  [
    {
      path: "Actions[1].Parameters.DurationInMilliseconds",
      what: "found 5, allowed is 100 to 30000",
      withoutValue: "allowed is 100 to 30000",
      consequence: { type: "action-fails", errorType: "InvalidActionParameter", errorMessage: "It is invalid." },
    },
    'Actions[1].Parameters.DurationInMilliseconds: found 5, allowed is 100 to 30000 (ACTION_FAILED InvalidActionParameter "It is invalid.")',
    "Actions[1].Parameters.DurationInMilliseconds: allowed is 100 to 30000 (ACTION_FAILED InvalidActionParameter)",
  ],
  [
    { path: "Actions[0].Parameters.Repeet", what: "unknown", consequence: { type: "no-effect" } },
    "Actions[0].Parameters.Repeet: unknown (no effect)",
    "Actions[0].Parameters.Repeet: (no effect)",
  ],
];
for (const [finding, inFull, withoutValue] of findings) {
  test(`a finding is one line, with and without the value of the reply: ${inFull}`, () => {
    assert.equal(describeFinding(finding), inFull);
    assert.equal(describeFindingWithoutValue(finding), withoutValue);
  });
}
