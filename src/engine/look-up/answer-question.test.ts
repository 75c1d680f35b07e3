import assert from "node:assert/strict";
import { test } from "node:test";
import { answerQuestion } from "./answer-question.ts";

const settings = {
  ownsNumber: (number: string) => number === "+12065550100",
  whyNoConnector: (arn: string) => (arn.endsWith("/a") ? undefined : `there is none for ${arn}`),
};

test("a call is told whether a number is in the inventory, and why a Voice Connector has no route", () => {
  const asked = [
    { type: "owns-number", number: "+12065550100" },
    { type: "owns-number", number: "+12065550199" },
    { type: "why-no-connector", arn: "arn:aws:chime:us-east-1:1:vc/a" },
    { type: "why-no-connector", arn: "vc/b" },
  ] as const;

  assert.deepEqual(
    asked.map((question) => answerQuestion(question, settings)),
    [true, false, null, "there is none for vc/b"],
  );
});
