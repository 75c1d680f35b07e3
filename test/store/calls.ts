import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nameOfDialog } from "../../src/kernel/index.ts";
import type { KeptInvocation, KeptLeg } from "../../src/store/index.ts";
import { aCall, aChange } from "./a-call.ts";
import { withStoreOf, type StoreEngine } from "./engines.ts";

const aLeg = (id: string, changes: Partial<KeptLeg> = {}): KeptLeg => ({
  ...{ id, tag: "LEG-A", kind: "telephone", direction: "Inbound", from: "+12065550111", to: "+12065550100" },
  ...{ startedAt: 1_700_000_000_001, answeredAt: undefined, endedAt: undefined, cause: undefined },
  ...{ sipCallId: undefined, trunk: undefined, sipStatus: undefined, ...changes },
});

const anInvocation = (sequence: number, changes: Partial<KeptInvocation> = {}): KeptInvocation => ({
  ...{ sequence, event: "NEW_INBOUND_CALL", target: "f", askedAt: 1_700_000_000_002, tookMs: 3, outcome: "replied" },
  ...{ why: undefined, mayRepeat: false, ...changes },
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
        const known = { answeredAt: 1_700_000_000_005, sipCallId: "d@192.0.2.1", trunk: "carrier", sipStatus: 200 };
        const legs = [aLeg("l", known), aLeg("m", { tag: "LEG-B" })];
        await calls.write([aChange(aCall("c"), { legs, invocations: [first], facts: [{ a: 1 }, {}] })], sign("n1", 1));
        const ended = aCall("c", { endedAt: 1_700_000_000_009, cause: "the caller hung up", endType: "bye" });
        const left = aLeg("l", { endedAt: 1_700_000_000_008, cause: "BYE" });
        await calls.write([aChange(ended, { legs: [left], invocations: [second] })], sign("n1", 2));
        await calls.addFacts("c", [{ late: "é" }]);
        await calls.addFacts("x", [{ late: "of no call" }]);

        assert.deepEqual(await calls.get("c"), {
          ...ended,
          legs: [{ ...left, ...known }, legs[1]],
          invocations: [first, second],
          facts: [{ a: 1 }, {}, { late: "é" }],
        });
        assert.equal(await calls.get("x"), undefined);
      }),
    );

    it(
      "are kept when somebody calls or is called by a name with a NUL (sip:null-%00-null@host), of which PostgreSQL has another character",
      withStore(async ({ calls }) => {
        const [from, to] = ["null-\0-null", "\\u0000 \\\0"];
        const change = aChange(aCall("nul", { from, to }), { legs: [aLeg("l", { from, to })] });
        assert.deepEqual(await calls.write([change, aChange(aCall("plain"))], sign("n1", 1)), []);

        const kept = (await calls.get("nul")) ?? assert.fail("it is not kept");
        const without = (text: string) => text.replace("\0", "\ufffd");
        assert.deepEqual([kept.from, kept.to].map(without), [from, to].map(without));
        assert.deepEqual(
          kept.legs.map((leg) => [leg.from, leg.to].map(without)),
          [[from, to].map(without)],
        );
        assert.equal((await calls.get("plain"))?.transactionId, "plain");
      }),
    );

    it(
      "are made once by a request, at whichever node, and by another one with the same id once the first is old",
      withStore(async ({ calls }) => {
        const made = (id: string, startedAt: number, nodeId = "n1") => {
          return aChange(aCall(id, { startedAt, nodeId }), { requestKey: "key", legs: [aLeg(`leg of ${id}`)] });
        };
        assert.equal(await calls.madeBy("key", 0), undefined);
        assert.deepEqual(await calls.write([aChange(aCall("other")), made("a", 10)], sign("n1", 1)), []);
        assert.deepEqual(await calls.write([made("a", 10)], sign("n1", 2)), []);
        assert.deepEqual(await calls.write([made("b", 20, "n2")], sign("n2", 2)), ["b"]);
        const several = [aChange(aCall("c")), made("b", 20, "n2")];
        await assert.rejects(calls.write(several, sign("n2", 3)), { code: "STORE_REFUSED" });

        assert.equal(await calls.get("b"), undefined);
        assert.equal(await calls.madeBy("key", 10), "a");
        assert.equal(await calls.madeBy("key", 11), undefined);
        assert.deepEqual(await calls.write([made("b", 20, "n2")], sign("n2", 4)), []);
        assert.equal(await calls.madeBy("key", 11), "b");
        // What is written later of the old one does not claim the request again.
        assert.deepEqual(await calls.write([made("a", 10)], sign("n1", 5)), []);
        assert.equal(await calls.madeBy("key", 0), "b");
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
      "are found latest first, by page, by number, id, application, cause, text and time",
      withStore(async ({ calls }) => {
        const id = "0b9d1f3a-5c9b-4b6e-9a57-0a4a4c1f7c11";
        const some = [
          aCall("a", { startedAt: 10, endedAt: 11, cause: "100% done", endType: "hung-up" }),
          aCall("b", { startedAt: 20, from: "+12065550999", endedAt: 21, cause: "Nobody answered", endType: "bye" }),
          aCall(id, { startedAt: 30, to: "+12065550999", applicationId: "other" }),
          aCall("d", { startedAt: 30, from: "sip:Alice@example.com", to: "+120655509991" }),
        ];
        for (const call of some)
          await calls.write([aChange(call, { legs: [aLeg(`leg-${call.startedAt}`)] })], sign("n1", 1));
        const legId = "c2a8b0de-2f0e-4b3c-8d3e-7c1f5d9e0a03";
        const [dialog, hidden] = ["a84b4c76e66710@pc33.example.com", "0b9d"] as const;
        const more = [aLeg(legId, { tag: "LEG-B", sipCallId: dialog }), aLeg("m", { sipCallId: nameOfDialog(hidden) })];
        await calls.write([aChange(some[1] ?? aCall("b"), { legs: more })], sign("n1", 1));
        const ids = async (search: Omit<Parameters<typeof calls.search>[0], "limit">) =>
          (await calls.search({ limit: 9, ...search })).calls.map((call) => call.transactionId[0]).join("");
        const first = await calls.search({ limit: 2 });
        const second = await calls.search({ limit: 2, after: first.next });

        assert.deepEqual(
          [first.calls, second.calls],
          [
            [some[3], some[2]],
            [some[1], some[0]],
          ],
        );
        assert.deepEqual([first.next !== undefined, second.next], [true, undefined]);
        await assert.rejects(calls.search({ limit: 2, after: "' or 1" }), { code: "STORE_BAD_TOKEN" });
        assert.equal(await ids({ number: "+12065550999" }), "0b");
        assert.equal(await ids({ number: "5550999" }), "d0b");
        assert.equal(await ids({ number: "ALICE" }), "d");
        assert.equal(await ids({ number: "+12065550" }), "d0ba", "what looks whole may be a part");
        assert.equal(await ids({ id }), "0");
        assert.equal(await ids({ id: id.slice(0, 9) }), "0");
        assert.equal(await ids({ id: legId }), "b");
        assert.equal(await ids({ id: dialog }), "b");
        assert.equal(await ids({ id: hidden }), "0b", "the Call-ID of a redacted leg, and the beginning of an id");
        assert.deepEqual([await ids({ text: legId }), await ids({ text: dialog })], ["b", "b"]);
        assert.equal(await ids({ id: legId, number: "+12065550999", text: "nobody" }), "b");
        assert.equal(await ids({ id: legId, number: "+12065550111" }), "", "all that is asked for must fit");
        assert.equal(await ids({ id: "a84b4c76e66710" }), "");
        assert.equal(await ids({ applicationId: "other" }), "0");
        assert.equal(await ids({ cause: "answered" }), "b");
        assert.equal(await ids({ cause: "hung-up" }), "a");
        assert.equal(await ids({ cause: "%" }), "a");
        assert.equal(await ids({ text: "nobody" }), "b");
        assert.equal(await ids({ text: "550100" }), "ba");
        assert.equal(await ids({ since: 20, until: 30 }), "d0b");
        assert.equal(await ids({ isEnded: true }), "ba");
        assert.equal(await ids({ isEnded: false, number: "5550999" }), "d0");
      }),
    );

    it(
      "are found in pages that have each call once, also where a number is that of both parties and calls began at one time",
      withStore(async ({ calls }) => {
        const number = "+12065550999";
        const many = Array.from({ length: 25 }, (_, index) =>
          aChange(aCall(`c${index}`, { startedAt: Math.floor(index / 5), [index % 2 === 0 ? "from" : "to"]: number })),
        );
        const both = aChange(aCall("both", { startedAt: 2, from: number, to: number }));
        await calls.write([...many, both], sign("n1", 1));
        const found: string[] = [];
        let after: string | undefined;
        do {
          const page = await calls.search({ limit: 4, number, after });
          found.push(...page.calls.map(({ transactionId }) => transactionId));
          after = page.next;
        } while (after !== undefined);
        assert.deepEqual([found.length, new Set(found).size], [26, 26]);
      }),
    );

    it(
      "are deleted by hand with all of theirs, and by age once they have ended",
      withStore(async ({ calls, detailRecords }) => {
        const record = (id: string) => ({ id, bucket: "b", key: id, document: "{}" });
        const of = (id: string) => ({
          legs: [aLeg("l")],
          invocations: [anInvocation(1)],
          facts: [{}],
          records: [record(id)],
        });
        await calls.write([aChange(aCall("a", { endedAt: 1_700_000_000_005 }), of("a"))], sign("n1", 1));
        await calls.write([aChange(aCall("b"), of("b"))], sign("n1", 1));
        await calls.write([aChange(aCall("c", { endedAt: 1_700_000_000_007 }))], sign("n1", 1));

        await calls.deleteEndedBefore(1_700_000_000_006);
        const left = (await calls.search({ limit: 9 })).calls;
        assert.deepEqual(
          left.map(({ transactionId }) => transactionId),
          ["c", "b"],
        );
        const owed = () => detailRecords.list("n1", 9, []);
        assert.deepEqual(await owed(), [record("a"), record("b")], "what is owed outlives its call");
        assert.deepEqual([await calls.delete("b"), await calls.delete("b")], [true, false]);
        assert.deepEqual(await owed(), [record("a")]);
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

  describe(`records of legs that are owed, on ${engine.name}`, () => {
    it(
      "are there once, for the server that made them, and for others when that one is gone",
      withStore(async ({ calls, detailRecords }) => {
        const [one, two] = ["l1", "l2"].map((id) => ({
          id,
          bucket: `bucket-${id}`,
          key: `k/${id}`,
          document: `{"of":"${id}"}`,
        }));
        if (one === undefined || two === undefined) throw new Error("there are two");
        await calls.write([aChange(aCall("a"), { records: [one, two] })], sign("n1", 1));
        await calls.write([aChange(aCall("a"), { records: [{ ...one, document: "again" }] })], sign("n1", 1));
        const of = (node: string, without: readonly string[] = []) => detailRecords.list(node, 9, without);
        assert.deepEqual(await of("n1"), [one, two]);
        assert.deepEqual(await of("n1", ["bucket-l1"]), [two]);
        assert.deepEqual(await of("n2"), []);

        await calls.signOff("n1");
        assert.deepEqual([await of("n2"), await detailRecords.count()], [[one, two], 2]);
        await detailRecords.settle("l1");
        assert.deepEqual(await of("n2"), [two]);
      }),
    );
  });
}
