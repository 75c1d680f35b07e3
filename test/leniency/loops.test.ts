import assert from "node:assert/strict";
import { describe } from "node:test";
import { functionTest } from "../wire/function-kit.ts";
import { otherNumber, twoApplications } from "./two-applications.ts";

describe("what functions send and read: endless loops, with a real function", () => {
  // Contract: leniency-loops
  functionTest(
    "a failing action repeated for ever ends with 1,000 invocations, and other calls are served meanwhile",
    {
      files: {
        "app.mjs": `const source = { Type: "S3", BucketName: "prompts", Key: "no-such-error-prompt.wav" };
          export const handler = async () =>
            ({ SchemaVersion: "1.0", Actions: [{ Type: "PlayAudio", Parameters: { AudioSource: source } }] });`,
        "other.mjs": `export const handler = async () =>
            ({ SchemaVersion: "1.0", Actions: [{ Type: "Hangup", Parameters: { SipResponseCode: "486" } }] });`,
      },
      config: twoApplications,
      limits: { invocationsPerSecond: 1_000 },
    },
    async (kit) => {
      // The other function is warm before the loop begins.
      await kit.phone.dial(kit.uri(otherNumber)).ended;
      await kit.untilEnded();
      const loop = kit.phone.dial(kit.uri());
      await kit.until("the loop is under way", () => kit.events().length > 50);
      const transactionId = kit.events().at(-1)?.CallDetails.TransactionId;
      const ofLoop = () => kit.events().filter((event) => event.CallDetails.TransactionId === transactionId);
      const { end } = await kit.phone.dial(kit.uri(otherNumber)).ended;
      const askedMeanwhile = ofLoop().length;
      await loop.ended;
      await kit.untilEnded(3);

      assert.equal(end.type === "rejected" && end.status, 486);
      assert.ok(askedMeanwhile < 1_000, "the other call did not have to wait for the end of the loop");
      assert.deepEqual(
        ofLoop().map((event) => event["Sequence"]),
        Array.from({ length: 1_000 }, (_, index) => index + 1),
      );
      assert.equal(ofLoop().at(-1)?.InvocationEventType, "HANGUP");
    },
  );
});
