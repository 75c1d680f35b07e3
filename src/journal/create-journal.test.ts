import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLogger, type TransactionId } from "../kernel/index.ts";
import type { CallChange, CallRecords, OrphanedCall } from "../store/index.ts";
import { driveCall, drivenLegId, type CallDriver } from "../testing/internal/call-driver.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { respond, respondWith } from "../testing/internal/scripted-reply.ts";
import { callAndBridge, speak } from "../testing/internal/wire-actions.ts";
import { createJournal } from "./create-journal.ts";

/** A journal over records that do as they are told, and what they were asked for. */
function open({ isShared = false, isRedacted = false } = {}) {
  const clock = createManualClock();
  const written: CallChange[] = [];
  const lines: string[] = [];
  const asked = { signs: 0, takeOvers: 0, deletedBefore: [] as number[] };
  const world = {
    orphans: [] as OrphanedCall[],
    others: 0,
    isAway: false,
    taken: new Set<string>(),
    isFull: false,
    nodes: ["former", "n", "other"],
  };
  const lost: string[] = [];
  const records: Partial<CallRecords> = {
    begin: () => undefined,
    write: async (changes) => {
      if (world.isFull) throw new Error("full");
      written.push(...changes);
      return changes.map(({ call }) => call.transactionId).filter((id) => world.taken.has(id));
    },
    exchangeCards: async () => {
      if (world.isAway) throw new Error("away");
    },
    signOfLife: async () => {
      if (world.isAway) throw new Error("away");
      asked.signs++;
    },
    nodes: async () => world.nodes.map((id) => ({ nodeId: id, at: 0, card: undefined })),
    signOff: async (nodeId) => void (world.nodes = world.nodes.filter((id) => id !== nodeId)),
    takeOver: async () => {
      if (world.isAway) throw new Error("away");
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
  const journal = createJournal({
    ...{ records: records as CallRecords, nodeId: "n", isShared, keepMs: 86_400_000, clock, log },
    createRedactor: isRedacted ? () => ({ text: () => "a text", party: () => "somebody" }) : undefined,
    isSucceeded: ({ nodeId }) => nodeId !== "other",
    ...{ card: () => "{}", onCard: () => undefined, onLost: (transactionId) => void lost.push(transactionId) },
  });
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 50) {
      clock.advance(50);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { clock, written, lines, asked, world, lost, journal, pass };
}

function keepCall(journal: ReturnType<typeof open>["journal"], call: CallDriver) {
  const keeper = journal.open(call.initialState, false, undefined);
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

  it("has of the beginning, for which somebody waits, what another process needs, and the rest a moment later", async () => {
    const { journal, written, pass } = open();
    const call = driveCall({ script: [respondWith({ Actions: [] })] });
    const keeper = journal.open(call.initialState, false, undefined);
    const [first] = call.steps;
    if (first === undefined) return assert.fail("there is no step");
    journal.observe({
      at: 1,
      transactionId: call.state().transactionId,
      fact: { type: "leg-signalled", participantTag: "LEG-A", sipCallId: "a@192.0.2.1" },
    });
    keeper.add(first.before, call.steps[1]?.before ?? call.state(), first);
    let isKept = false;
    keeper.whenBegun(() => (isKept = true));
    await pass(50);
    const told = written.map(({ state, legs, facts }) => [typeof state, legs.length, facts.length]);
    assert.deepEqual([isKept, told], [true, [["string", 0, 0]]]);
    await pass(250);

    assert.deepEqual(
      written.slice(1).map(({ legs, facts }) => [legs.map(({ sipCallId }) => sipCallId), facts.length]),
      [[["a@192.0.2.1"], 1]],
    );
  });

  it("has a leg once for each change of it, also where the database did not take it at first", async () => {
    const { journal, world, written, pass } = open();
    const call = driveCall({ script: [respondWith({ Actions: [] })] });
    const keeper = keepCall(journal, call);
    await pass(400);
    const known = written.flatMap(({ legs }) => legs).length;
    const asking = call.steps.find(({ effects }) => effects.some((effect) => effect.do === "invoke"));
    keeper.add(call.state(), call.state(), asking ?? assert.fail("no function is asked"));
    await pass(50);
    assert.deepEqual([written.at(-1)?.legs, known], [[], 1]);
    world.isFull = true;
    keeper.close("over");
    await pass(500);
    world.isFull = false;
    await pass(6_000);

    assert.deepEqual(
      written.at(-1)?.legs.map(({ endedAt }) => typeof endedAt),
      ["number"],
    );
  });

  it("has how each leg was answered, by which dialog and trunk: 487 for one that was given up", async () => {
    const { journal, written, pass } = open();
    const call = driveCall({ script: [respond([callAndBridge()])] });
    const partner = call.state().legs[1]?.id ?? assert.fail("there is no second leg");
    const keeper = keepCall(journal, call);
    const tell = (participantTag: string, sipCallId: string, trunk: object) => {
      const fact = { type: "leg-signalled" as const, participantTag, sipCallId, ...trunk };
      journal.observe({ at: 1, transactionId: call.state().transactionId, fact });
    };
    tell("LEG-A", "a@192.0.2.1", {});
    tell("LEG-B", "b@192.0.2.1", { trunk: "carrier" });
    tell("LEG-B", "c@192.0.2.1", { trunk: "spare" });
    const from = call.steps.length;
    call.give({ type: "leg-ended", legId: drivenLegId, end: { type: "cancelled" } });
    for (const { before, input, effects, broke } of call.steps.slice(from))
      keeper.add(before, call.state(), { input, effects, broke });
    keeper.close("the caller gave up");
    await pass(400);

    const legs = written.at(-1)?.legs.map(({ id, tag, sipCallId, trunk, sipStatus }) => ({
      ...{ id, tag, sipCallId, trunk, sipStatus },
    }));
    assert.deepEqual(legs, [
      { id: drivenLegId, tag: "LEG-A", sipCallId: "a@192.0.2.1", trunk: undefined, sipStatus: 487 },
      { id: partner, tag: "LEG-B", sipCallId: "c@192.0.2.1", trunk: "spare", sipStatus: 487 },
    ]);
  });

  it("has stand-ins for far ends in place of who they are, as they are made for them, where calls are redacted", async () => {
    const { journal, written, pass } = open({ isRedacted: true });
    keepCall(journal, driveCall({ script: [respondWith({ Actions: [] })] })).close("over");
    await pass(400);

    const { call, legs } = written.at(-1) ?? assert.fail("nothing is written");
    for (const { from, to } of [call, ...legs]) assert.deepEqual([from, to], ["somebody", "somebody"]);
    assert.equal(legs.length, 1);
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

  it("looks for calls of an earlier process until there are none", async () => {
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
  });

  // Contract: events-after-a-loss
  it("gives no more calls of a server that is gone at one time than a function can be told of, and the next one when one is told or cannot be", async () => {
    const { journal, world, lines } = open();
    const stateOf = (transactionId: string) => ({ ...driveCall({ script: [] }).initialState, transactionId });
    world.orphans = Array.from({ length: 120 }, (_, index) => {
      const transactionId = `call${index}`;
      return { transactionId, state: index === 60 ? "{" : JSON.stringify(stateOf(transactionId)) };
    });
    const given: ReturnType<typeof journal.open>[] = [];
    await journal.follow((state) => void given.push(journal.open(state, true, undefined)));
    assert.equal(given.length, 50);

    for (let told = 0; told < 20; told++) given[told]?.close("over");
    assert.equal(given.length, 70);
    assert.equal(lines.length, 1, lines.join());
    for (let told = 20; told < given.length; told++) given[told]?.close("over");
    assert.equal(given.length, 119);
    assert.equal(new Set(given).size, 119);
  });

  it("names the calls that are up and that the database has nothing of, while it takes nothing", async () => {
    const { journal, world, pass } = open();
    const begin = (id: string) =>
      keepCall(journal, driveCall({ script: [], call: { transactionId: id as TransactionId } }));
    begin("before");
    await pass(500);
    world.isFull = true;
    const ended = begin("ended");
    begin("during");
    await pass(500);
    ended.close("over");
    assert.deepEqual([...journal.unwritten()], ["during"]);
    world.isFull = false;
    await pass(6_000);
    assert.deepEqual([...journal.unwritten()], []);
  });

  it("looks for calls always on a database that is shared", async () => {
    const shared = open({ isShared: true });
    await shared.journal.follow(() => undefined);
    await shared.pass(5_000);
    assert.equal(shared.asked.takeOvers, 6);
  });

  it("ends the lease of the process in whose place it is with its second sign, and of no other one", async () => {
    const { journal, world, pass } = open({ isShared: true });
    await journal.follow(() => undefined);
    await pass(950);
    assert.deepEqual(world.nodes, ["former", "n", "other"]);
    await pass(100);
    assert.deepEqual(world.nodes, ["n", "other"]);
    // What is there later is no process that this one has followed.
    world.nodes = ["later", "n"];
    await pass(5_000);
    assert.deepEqual(world.nodes, ["later", "n"]);
  });

  it("finds which calls were taken from it once it could give no sign for a time, and tells nothing of these", async () => {
    const { journal, world, lost, pass } = open({ isShared: true });
    await journal.follow(() => undefined);
    const [mine, theirs] = ["mine", "theirs"].map((id) => {
      const call = driveCall({ call: { transactionId: id as TransactionId } });
      return { id, keeper: keepCall(journal, call) };
    });
    await pass(3_000);
    assert.equal(theirs?.keeper.isOurs(), true);
    world.isAway = true;
    world.taken.add(theirs?.id ?? "");
    await pass(4_500);
    assert.equal(theirs?.keeper.isOurs(), false);
    world.isAway = false;
    await pass(2_000);

    assert.deepEqual(lost, [theirs?.id]);
    assert.deepEqual([mine?.keeper.isOurs(), theirs?.keeper.isOurs()], [true, false]);
    let told = "";
    mine?.keeper.whenKept(() => (told += "mine"), true);
    theirs?.keeper.whenKept(() => (told += "theirs"), true);
    await pass(6_000);
    assert.equal(told, "mine");
  });

  it("loses a call whose request has made another one, and whoever waits for it hears nothing", async () => {
    const { journal, world, written, lost, pass } = open();
    world.taken.add("again");
    const call = driveCall({ script: [], call: { transactionId: "again" as TransactionId } });
    const keeper = journal.open(call.initialState, false, "key");
    for (const { before, input, effects, broke } of call.steps)
      keeper.add(before, call.state(), { input, effects, broke });
    let told = "";
    keeper.whenBegun(() => (told = "begun"));
    await pass(6_000);

    assert.equal(written[0]?.requestKey, "key");
    assert.deepEqual([lost, told, keeper.isOurs()], [["again"], "", false]);
  });

  it("takes nobody's calls when the database was away, before the others could give a sign too", async () => {
    const { journal, asked, world, pass } = open({ isShared: true });
    await journal.follow(() => undefined);
    await pass(2_000);
    world.isAway = true;
    await pass(60_000);
    world.isAway = false;
    const before = asked.takeOvers;
    await pass(4_500);
    assert.equal(asked.takeOvers, before);
    await pass(3_000);
    assert.ok(asked.takeOvers > before);
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
