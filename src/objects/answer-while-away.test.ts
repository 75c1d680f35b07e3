import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AppError, silentLogger } from "../kernel/index.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { answerWhileAway } from "./answer-while-away.ts";
import type { ObjectHead, ObjectStore } from "./types.ts";

const staleMs = 60_000;
const one = { version: "1", sizeBytes: 44 };
const two = { version: "2", sizeBytes: 44 };

/** A store whose answers the test gives, and what was told. */
function aStore() {
  const clock = createManualClock();
  const told: string[] = [];
  const tell = (_facts: object, text: string) => void told.push(text);
  let asked = 0;
  let answer: () => Promise<ObjectHead | undefined> = async () => one;
  const done = async () => undefined;
  const inner = { head: () => (asked++, answer()), put: done, delete: done } as unknown as ObjectStore;
  const log = { ...silentLogger, warn: tell, info: tell } as typeof silentLogger;
  const store = answerWhileAway(inner, { name: "s3", staleMs, clock, log });
  return {
    ...{ clock, told, store },
    head: (key = "a.wav") => store.head("prompts", key),
    asked: () => asked,
    set: (next: typeof answer) => void (answer = next),
  };
}

const away = () => Promise.reject(new AppError("OBJECTS_AWAY", "no connection"));
const never = () => new Promise<undefined>(() => undefined);

// Contract: leniency-audio-store-away
describe("a store that is away", () => {
  it("is answered for as it was last seen, and told once; the next change is seen when it is back", async () => {
    const { head, set, told, clock } = aStore();
    assert.deepEqual(await head(), one);
    set(away);
    for (let time = 0; time < 3; time++) {
      assert.deepEqual(await head(), one);
      clock.advance(11_000);
    }
    assert.deepEqual(told, [
      "the object store s3 cannot be asked: no connection; prompts that are kept are played as they were last seen, for 60 s at most",
    ]);
    set(async () => two);
    assert.deepEqual(await head(), two);
    assert.equal(told[1], "the object store s3 answers again");
  });

  it("is told of once where it fails now and then", async () => {
    const { head, set, told, clock } = aStore();
    for (let time = 0; time < 20; time++) {
      set(time % 2 === 0 ? away : async () => one);
      await head(`${time}.wav`).catch(() => undefined);
      clock.advance(500);
    }
    assert.equal(told.length, 1);
  });

  it("is left alone about what is known, and then asked by one", async () => {
    const { head, set, asked, clock } = aStore();
    await head();
    set(away);
    await head();
    await Promise.all([head(), head(), head()]);
    assert.equal(asked(), 2);
    clock.advance(10_000);
    await Promise.all([head(), head(), head()]);
    assert.equal(asked(), 3);
  });

  it("is not answered for where nothing is known, or where that is too old", async () => {
    const { head, set, clock } = aStore();
    await head();
    set(away);
    await assert.rejects(head("b.wav"), { code: "OBJECTS_AWAY" });
    clock.advance(staleMs);
    assert.deepEqual(await head(), one);
    clock.advance(1);
    await assert.rejects(head(), { code: "OBJECTS_AWAY" });
  });

  it("is waited for a second only where an answer is known, and its late answer counts for the next question", async () => {
    const { head, set, clock } = aStore();
    await head();
    let give: (found: ObjectHead) => void = () => undefined;
    set(() => new Promise((resolve) => (give = resolve)));
    const asked = head();
    clock.advance(1_000);
    assert.deepEqual(await asked, one);
    give(two);
    set(never);
    await new Promise(setImmediate);
    const next = head();
    clock.advance(1_000);
    assert.deepEqual(await next, two);
  });

  it("is waited for about what this server has put or deleted there itself", async () => {
    for (const change of ["put", "delete"] as const) {
      const { head, set, store } = aStore();
      await head();
      await (change === "put" ? store.put("prompts", "a.wav", "/a.wav", {}) : store.delete("prompts", "a.wav"));
      set(away);
      await assert.rejects(head(), { code: "OBJECTS_AWAY" }, change);
    }
  });

  it("is believed when it refuses, and when there is no such object any more", async () => {
    for (const answer of [
      async () => undefined,
      () => Promise.reject(new AppError("OBJECTS_UNAVAILABLE", "AccessDenied")),
    ]) {
      const { head, set } = aStore();
      await head();
      set(answer);
      assert.equal(await head().catch((error: AppError) => error.code), await answerOf(answer));
      set(away);
      await assert.rejects(head(), { code: "OBJECTS_AWAY" });
    }
  });
});

async function answerOf(answer: () => Promise<unknown>): Promise<unknown> {
  return answer().catch((error: AppError) => error.code);
}
