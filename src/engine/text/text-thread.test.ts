import assert from "node:assert/strict";
import { after, it } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createTextThreads } from "./text-threads.ts";

const clock = createManualClock();
const threads = createTextThreads(clock, { knownNames: [], attributeBytes: 20_480 });
after(() => threads.close());

const keys = "1".repeat(40);
const slowPattern = (number: number) => `(1+)+(1+)+x${number}`;

it("gives a thread the time that a busy machine takes to start it", async () => {
  const late = createTextThreads(clock, { knownNames: [], attributeBytes: 20_480 });
  const verdict = late.search("^1+$", [keys]);
  clock.advance(60_000);

  assert.equal(await verdict, true);
  await late.close();
});

it("answers many slow patterns however long all of them take, as long as answers come", async () => {
  const many = Array.from({ length: 6 }, (_, number) => threads.search(slowPattern(number), [keys]));
  const quick = many.map(async (verdict) => {
    assert.equal(await verdict, "too-slow");
    clock.advance(4_000);
  });
  await Promise.all(quick);

  assert.equal(await threads.search("^1+$", [keys]), true);
});

it("answers a pattern that is quick before slow ones that were asked for earlier", async () => {
  const answered: string[] = [];
  const ask = async (name: string, pattern: string) => {
    const verdict = await threads.search(pattern, [keys]);
    answered.push(`${name} ${verdict}`);
  };
  const slow = Array.from({ length: 6 }, (_, number) => ask(`slow ${number}`, slowPattern(number)));
  await Promise.all([...slow, ask("quick", "^1+$")]);

  assert.ok(answered.indexOf("quick true") <= 1, answered.join(", "));
  assert.equal(answered.filter((one) => one.endsWith("too-slow")).length, 6);
});

it("gives up the newest of slow patterns when many wait, and still tries those that come later", async () => {
  const many = Array.from({ length: 200 }, (_, number) => threads.search(slowPattern(100 + number), [keys]));
  const verdicts = await Promise.all(many);

  assert.ok(verdicts.every((verdict) => verdict === "too-slow"));
  assert.equal(await threads.search("(1|11)+$", [keys]), true);
});
