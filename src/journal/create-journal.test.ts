import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLogger } from "../kernel/index.ts";
import type { CallChange, CallRecords, OrphanedCall } from "../store/index.ts";
import { driveCall, type CallDriver } from "../testing/internal/call-driver.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { respond, respondWith } from "../testing/internal/scripted-reply.ts";
import { speak } from "../testing/internal/wire-actions.ts";
import { createJournal } from "./create-journal.ts";

/** A journal over records that do as they are told, and what they were asked for. */
function open({ isShared = false } = {}) {
  const clock = createManualClock();
  const written: CallChange[] = [];
  const lines: string[] = [];
  const asked = { signs: 0, takeOvers: 0, deletedBefore: [] as number[] };
  const world = { orphans: [] as OrphanedCall[], others: 0 };
  const records: Partial<CallRecords> = {
    write: async (changes) => void written.push(...changes),
    signOfLife: async () => void asked.signs++,
    signOff: async () => undefined,
    takeOver: async () => {
      asked.takeOvers++;
      return world.orphans.splice(0);
    },
    countOfOthers: async () => world.others,
    deleteEndedBefore: async (time) => void asked.deletedBefore.push(time),
  };
  const log = createLogger({
    level: "error",
    write: (line) => void lines.push((JSON.parse(line) as { msg: string }).msg),
  });
  const journal = createJournal({ records: records as CallRecords, isShared, keepMs: 86_400_000, clock, log });
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 50) {
      clock.advance(50);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { clock, written, lines, asked, world, journal, pass };
}

function keepCall(journal: ReturnType<typeof open>["journal"], call: CallDriver) {
  const keeper = journal.open(call.initialState, false);
  call.steps.forEach(({ before, input, effects, broke }, index) =>
    keeper.add(before, call.steps[index + 1]?.before ?? call.state(), { input, effects, broke }),
  );
  return keeper;
}

describe("the journal of calls", () => {
  it("has each call with its legs, and how long its function took or why it failed", async () => {
    const { journal, written, pass } = open();
    const call = driveCall({
      script: [
        respond([speak()]),
        { afterMs: 0, reply: { type: "failed", reason: "timeout", message: "too slow", stack: undefined } },
      ],
    });
    call.advance(2_000);
    call.end();
    keepCall(journal, call).close("the caller hung up");
    await pass(100);

    const last = written.at(-1);
    assert.equal(last?.state, undefined);
    assert.deepEqual([last?.call.cause, last?.call.direction], ["the caller hung up", "Inbound"]);
    assert.deepEqual(
      last?.legs.map(({ tag, answeredAt, endedAt }) => [tag, typeof answeredAt, typeof endedAt]),
      [["LEG-A", "number", "number"]],
    );
    const invocations = written.flatMap((change) => change.invocations);
    assert.deepEqual(
      invocations.slice(0, 2).map(({ sequence, event, outcome, why }) => [sequence, event, outcome, why]),
      [
        [1, "NEW_INBOUND_CALL", "replied", undefined],
        [2, "ACTION_SUCCESSFUL", "timeout", "too slow"],
      ],
    );
  });

  it("gives signs of life while calls are up, and none while there are none", async () => {
    const { journal, asked, pass } = open();
    await journal.follow(() => undefined);
    const before = asked.signs;
    await pass(5_000);
    assert.equal(asked.signs, before);

    const keeper = keepCall(journal, driveCall({ script: [respondWith({ Actions: [] })] }));
    await pass(5_000);
    assert.equal(asked.signs - before, 5);
    keeper.close("over");
    await pass(5_000);
    assert.ok(asked.signs - before <= 6);
  });

  it("looks for calls of an earlier process until there are none, and on a database that is shared always", async () => {
    const { journal, asked, world, pass } = open();
    const found: string[] = [];
    world.others = 1;
    await journal.follow(({ transactionId }) => void found.push(transactionId));
    await pass(2_000);
    world.orphans = [{ transactionId: "a", state: '{"transactionId":"a"}' }];
    world.others = 0;
    await pass(2_000);
    const looks = asked.takeOvers;
    await pass(5_000);
    assert.deepEqual([found, asked.takeOvers], [["a"], looks]);

    const shared = open({ isShared: true });
    await shared.journal.follow(() => undefined);
    await shared.pass(5_000);
    assert.equal(shared.asked.takeOvers, 6);
  });

  it("says of which call it cannot tell the end, and tells that of the others", async () => {
    const { journal, lines, world } = open();
    const found: string[] = [];
    world.orphans = [
      { transactionId: "bad", state: "{" },
      { transactionId: "a", state: '{"transactionId":"a"}' },
    ];
    await journal.follow(({ transactionId }) => void found.push(transactionId));

    assert.deepEqual(found, ["a"]);
    assert.match(lines[0] ?? "", /^what a call owed is not told: /);
  });

  it("deletes old calls at the start and, as calls end, once an hour", async () => {
    const { journal, asked, clock, pass } = open();
    await journal.follow(() => undefined);
    const end = () => keepCall(journal, driveCall()).close("over");
    end();
    end();
    assert.equal(asked.deletedBefore.length, 1);
    clock.advance(3_600_000);
    end();
    await pass(100);

    assert.deepEqual(asked.deletedBefore.length, 2);
    assert.ok((asked.deletedBefore[1] ?? 0) < clock.now() - 86_000_000);
  });
});
