import assert from "node:assert/strict";
import { test } from "node:test";
import type { KeptRegistration } from "../../sip/index.ts";
import { createStore } from "../../store/index.ts";
import { silentLogger } from "../../kernel/index.ts";
import { openRegistrations } from "./keep-registrations.ts";

const registration = (account: string, count: number) =>
  ({
    account,
    bindings: Array.from({ length: count }, (_, at) => ({ uri: `sip:${at}` })),
  }) as unknown as KeptRegistration;

test("registrations are in the store, each account as it was saved last, and one without contacts no more", async () => {
  const { registrations: records, close } = await createStore({ path: ":memory:", log: silentLogger });
  const kept = await openRegistrations(records, silentLogger);
  kept.save(registration("a", 1));
  kept.save(registration("b", 1));
  kept.save(registration("a", 2));
  kept.save(registration("c", 1));
  await kept.close();
  kept.save(registration("a", 3));
  kept.save(registration("b", 0));
  await kept.close();

  const again = await openRegistrations(records, silentLogger);

  assert.deepEqual(kept.left, []);
  assert.deepEqual(again.left, [registration("a", 3), registration("c", 1)]);
  await close();
});

test("a store that takes nothing is told of once, and again when it had worked in between", async () => {
  const { registrations: records, close } = await createStore({ path: ":memory:", log: silentLogger });
  const lines: string[] = [];
  let isBroken = true;
  const replace: typeof records.replace = async (record) => {
    if (isBroken) throw new Error("the disk is full");
    return records.replace(record);
  };
  const log = { warn: (_facts: object, message: string) => void lines.push(message) };
  const kept = await openRegistrations({ ...records, replace }, log);
  for (const isFull of [true, true, false, true]) {
    isBroken = isFull;
    kept.save(registration("a", 1));
    await kept.close();
  }

  assert.equal(lines.length, 2);
  assert.equal((await records.all()).length, 1);
  await close();
});
