import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createOutbox } from "./outbox.ts";

/** An outbox, and what it has sent. */
function anOutbox() {
  const clock = createManualClock();
  const sent: (readonly number[])[] = [];
  return { outbox: createOutbox<number>((items) => void sent.push(items), clock), sent, clock };
}

/** Resolves when the turn of the loop is over. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("what is added in one turn, also by promises that are settled in it, leaves as one message, in its order", async () => {
  const { outbox, sent } = anOutbox();

  outbox.add(1);
  void Promise.resolve().then(async () => {
    outbox.add(2);
    await Promise.resolve();
    outbox.add(3);
  });
  assert.deepEqual(sent, []);
  await turn();

  assert.deepEqual(sent, [[1, 2, 3]]);
});

test("what may wait leaves with what comes behind it, and once only", async () => {
  const { outbox, sent, clock } = anOutbox();

  outbox.add(1, true);
  await turn();
  assert.deepEqual(sent, []);
  outbox.add(2);
  outbox.add(3, true);
  await turn();
  clock.advance(10);

  assert.deepEqual(sent, [[1, 2, 3]]);
});

test("what may wait leaves after ten milliseconds, though nothing comes behind it", () => {
  const { outbox, sent, clock } = anOutbox();

  outbox.add(1, true);
  clock.advance(6);
  outbox.add(2, true);
  clock.advance(3.9);
  assert.deepEqual(sent, []);
  clock.advance(0.1);

  assert.deepEqual(sent, [[1, 2]]);
});

test("what waits can be sent at once", async () => {
  const { outbox, sent, clock } = anOutbox();

  outbox.add(1);
  outbox.add(2, true);
  outbox.flush();
  outbox.flush();
  await turn();
  clock.advance(10);

  assert.deepEqual(sent, [[1, 2]]);
});
