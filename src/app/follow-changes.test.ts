import assert from "node:assert/strict";
import { it } from "node:test";
import { createChanges } from "../cluster/index.ts";
import { followChanges } from "./follow-changes.ts";

it("what another server has changed is read anew once, and again where it could not be read", async () => {
  const other = (changes: number) => [
    { nodeId: "other", at: 1, card: JSON.stringify({ name: "other", sip: [], url: "http://127.0.0.1:1", changes }) },
  ];
  const warnings: string[] = [];
  let reads = 0;
  let isAway = true;
  const read = async () => {
    reads += 1;
    if (isAway) throw new Error("the database is away");
  };
  const log = { warn: (_facts: unknown, message: string) => void warnings.push(message) };
  const look = followChanges(createChanges(), [read], log);
  const pass = () => new Promise((resolve) => setImmediate(resolve));
  look(other(1));
  await pass();
  isAway = false;
  for (const changes of [1, 1, 2, 2]) {
    look(other(changes));
    await pass();
  }

  assert.equal(reads, 3);
  assert.deepEqual(warnings, [
    "what another server has changed cannot be read, and is tried again: the database is away",
  ]);
});
