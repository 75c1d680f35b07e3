import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CallChange, KeptCall, KeptInvocation, KeptLeg } from "../../src/store/index.ts";
import { withStoreOf, type StoreEngine } from "./engines.ts";

function aCall(transactionId: string, changes: Partial<KeptCall> = {}): KeptCall {
  return {
    ...{ transactionId, nodeId: "n1", applicationId: "app", sipRuleId: undefined, direction: "Inbound" },
    ...{ from: "+12065550111", to: "+12065550100", startedAt: 1_700_000_000_001, endedAt: undefined },
    ...{ cause: undefined, isTakenOver: false, ...changes },
  };
}

const aLeg = (id: string, changes: Partial<KeptLeg> = {}): KeptLeg => ({
  ...{ id, tag: "LEG-A", kind: "telephone", direction: "Inbound", from: "+12065550111", to: "+12065550100" },
  ...{ startedAt: 1_700_000_000_001, answeredAt: undefined, endedAt: undefined, cause: undefined, ...changes },
});

const anInvocation = (sequence: number, changes: Partial<KeptInvocation> = {}): KeptInvocation => ({
  ...{ sequence, event: "NEW_INBOUND_CALL", target: "f", askedAt: 1_700_000_000_002, tookMs: 3, outcome: "replied" },
  ...{ why: undefined, mayRepeat: false, ...changes },
});

const aChange = (call: KeptCall, more: Partial<CallChange> = {}): CallChange => ({
  ...{ call, state: call.endedAt === undefined ? `{"of":"${call.transactionId}"}` : undefined },
  ...{ legs: [], invocations: [], ...more },
});

const sign = (nodeId: string, at: number) => ({ nodeId, at });

/** The tests of these records. */
export function describeCalls(engine: StoreEngine): void {
  const withStore = withStoreOf(engine);

  describe(`calls on ${engine.name}`, () => {
    it(
      "are written with their legs and invocations, and what was known of a leg stays",
      withStore(async ({ calls }) => {
        const [first, second] = [anInvocation(1), anInvocation(2, { outcome: "timeout", why: "too slow" })];
        const legs = [aLeg("l", { answeredAt: 1_700_000_000_005 }), aLeg("m", { tag: "LEG-B" })];
        await calls.write([aChange(aCall("c"), { legs, invocations: [first] })], sign("n1", 1));
        const ended = aCall("c", { endedAt: 1_700_000_000_009, cause: "the caller hung up" });
        const left = aLeg("l", { endedAt: 1_700_000_000_008, cause: "BYE" });
        await calls.write([aChange(ended, { legs: [left], invocations: [second] })], sign("n1", 2));

        assert.deepEqual(await calls.get("c"), {
          ...ended,
          legs: [{ ...left, answeredAt: 1_700_000_000_005 }, legs[1]],
          invocations: [first, second],
        });
        assert.equal(await calls.get("x"), undefined);
      }),
    );

    it(
      "are written many at once, all or none",
      withStore(async ({ calls }) => {
        const many = Array.from({ length: 200 }, (_, index) => aChange(aCall(`c${index}`), { legs: [aLeg("l")] }));
        await calls.write(many, sign("n1", 1));
        const bad = aChange(aCall("bad"), { legs: [aLeg("l", { tag: null as unknown as string })] });
        await assert.rejects(calls.write([aChange(aCall("good")), bad], sign("n1", 1)), { code: "STORE_REFUSED" });

        assert.equal(await calls.countOfOthers("n2"), 200);
        assert.equal(await calls.get("good"), undefined);
      }),
    );

    it(
      "are written whatever their callers sent as a number or a name",
      withStore(async ({ calls }) => {
        const odd = ["a\0b", "half \ud83d of a pair", "other \udc00 half", "q\"'\\u0000\n", "\u{1f600}", "$1 ? @a"];
        const legs = odd.map((from, index) => aLeg(`l${index}`, { from, tag: `LEG-${index}` }));
        const [from] = odd;
        await calls.write([aChange(aCall("c", { from: from ?? "" }), { legs })], sign("n1", 1));

        const kept = await calls.get("c");
        const plain = odd.map((text) => Buffer.from(text.replace("\0", "\ufffd")).toString());
        assert.equal(kept?.from, plain[0]);
        assert.deepEqual(
          kept?.legs.map((leg) => leg.from),
          plain,
        );
      }),
    );

    it(
      "are listed newest first by page, and found by number, application, cause and time",
      withStore(async ({ calls }) => {
        const some = [
          aCall("a", { startedAt: 10, endedAt: 11, cause: "100% done" }),
          aCall("b", { startedAt: 20, from: "+1", endedAt: 21, cause: "nobody answered" }),
          aCall("c", { startedAt: 30, to: "+1", applicationId: "other" }),
        ];
        for (const call of some) await calls.write([aChange(call)], sign("n1", 1));
        const ids = async (filter: Parameters<typeof calls.list>[0]["filter"]) =>
          (await calls.list({ limit: 9, token: undefined, filter })).rows.map((call) => call.transactionId).join("");
        const first = await calls.list({ limit: 2, token: undefined, filter: {} });
        const second = await calls.list({ limit: 2, token: first.nextToken, filter: {} });

        assert.deepEqual([first.rows, second.rows], [[some[2], some[1]], [some[0]]]);
        assert.equal(second.nextToken, undefined);
        assert.equal(await ids({ number: "+1" }), "cb");
        assert.equal(await ids({ applicationId: "other" }), "c");
        assert.equal(await ids({ cause: "answered" }), "b");
        assert.equal(await ids({ cause: "%" }), "ba");
        assert.equal(await ids({ from: 20, until: 30 }), "b");
      }),
    );

    it(
      "are deleted by hand with all of theirs, and by age once they have ended",
      withStore(async ({ calls }) => {
        const more = { legs: [aLeg("l")], invocations: [anInvocation(1)] };
        await calls.write([aChange(aCall("a", { endedAt: 5 }), more), aChange(aCall("b"), more)], sign("n1", 1));
        await calls.write([aChange(aCall("c", { endedAt: 7 }))], sign("n1", 1));

        await calls.deleteEndedBefore(6);
        const left = (await calls.list({ limit: 9, token: undefined, filter: {} })).rows;
        assert.deepEqual(
          left.map(({ transactionId }) => transactionId),
          ["c", "b"],
        );
        assert.deepEqual([await calls.delete("b"), await calls.delete("b")], [true, false]);
      }),
    );
  });

  describe(`calls of servers that are gone, on ${engine.name}`, () => {
    const at = 1_700_000_010_000;

    it(
      "are taken over by one of those that look, once there was no sign of life for a time",
      withStore(async ({ calls }) => {
        await calls.write([aChange(aCall("a")), aChange(aCall("b", { endedAt: 5 }))], sign("n1", at));
        assert.deepEqual(await calls.takeOver(sign("n2", at), at), []);
        assert.deepEqual(await calls.takeOver(sign("n1", at), at), []);

        const found = await Promise.all(["n2", "n3", "n4"].map((node) => calls.takeOver(sign(node, at + 2), at + 1)));
        assert.deepEqual(found.flat(), [{ transactionId: "a", state: '{"of":"a"}' }]);
        assert.equal((await calls.get("a"))?.isTakenOver, true);
      }),
    );

    it(
      "belong to a node that is found by them, and that says what it is as long as it is there",
      withStore(async ({ calls }) => {
        await calls.signOfLife({ ...sign("n1", at), card: '{"name":"one"}' });
        await calls.write([aChange(aCall("a"))], sign("n1", at + 1_500));
        await calls.signOfLife(sign("n2", at));

        assert.deepEqual([await calls.nodeOf("a"), await calls.nodeOf("x")], ["n1", undefined]);
        assert.deepEqual(await calls.nodes(), [
          { nodeId: "n1", at: at + 1_500, card: '{"name":"one"}' },
          { nodeId: "n2", at, card: undefined },
        ]);
        await calls.signOff("n1");
        assert.equal((await calls.nodes()).length, 1);
      }),
    );

    it(
      "stay with one that gives signs of life, and are free at once when it signs off",
      withStore(async ({ calls }) => {
        await calls.write([aChange(aCall("a"))], sign("n1", at));
        await calls.signOfLife(sign("n1", at + 5));
        assert.deepEqual(await calls.takeOver(sign("n2", at + 5), at + 1), []);
        await calls.signOff("n1");

        assert.equal((await calls.takeOver(sign("n2", at), 0)).length, 1);
        assert.deepEqual([await calls.countOfOthers("n2"), await calls.countOfOthers("n1")], [0, 1]);
      }),
    );

    it(
      "are not written any more by the one that lost them",
      withStore(async ({ calls }) => {
        await calls.write([aChange(aCall("a"))], sign("n1", at));
        await calls.signOff("n1");
        await calls.takeOver(sign("n2", at), at);
        const late = aChange(aCall("a", { endedAt: 9, cause: "late" }));
        assert.deepEqual(await calls.write([aChange(aCall("b")), late, aChange(aCall("c"))], sign("n1", at)), ["a"]);
        assert.equal((await calls.get("a"))?.endedAt, undefined);
        await calls.write([aChange(aCall("a", { nodeId: "n2", endedAt: 10, cause: "told" }))], sign("n2", at));

        assert.equal((await calls.get("a"))?.cause, "told");
      }),
    );
  });
}
