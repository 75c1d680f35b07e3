import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rememberLookUps, type PhoneNumber, type Store, type VoiceConnectorGroup } from "../../src/store/index.ts";
import { createManualClock } from "../../src/testing/manual-clock.ts";
import type { StoreEngine } from "./engines.ts";

const group = (id: string, name = id): VoiceConnectorGroup => ({
  ...{ id, name, items: [], distribution: "PriorityWeightedDistribution", tags: [], origin: "api" },
  ...{ createdAt: 1, updatedAt: 1 },
});

const number = (e164: string, changes: Partial<PhoneNumber> = {}): PhoneNumber => ({
  ...{ e164, product: "VoiceConnector", name: "", callingName: "", callingNameAt: undefined, owner: undefined },
  ...{ orderId: undefined, tags: [], origin: "api", createdAt: 1, updatedAt: 1, deletedAt: undefined },
  ...changes,
});

/** The tests of these records. */
export function describeNumbersAndConnectors(engine: StoreEngine): void {
  const withStore = async (body: (store: Store) => Promise<void>): Promise<void> => {
    const store = rememberLookUps(await engine.open(), createManualClock(), () => undefined);
    try {
      await body(store);
    } finally {
      await store.close();
    }
  };

  describe(`records that are found by id alone, on ${engine.name}`, () => {
    it("are there once, and in order", () =>
      withStore(async ({ groups }) => {
        for (const id of ["b", "a", "c"]) await groups.insert(group(id));
        await assert.rejects(groups.insert(group("a")), { code: "STORE_DUPLICATE_ID" });
        assert.equal(await groups.replace(group("a", "new")), true);
        assert.equal(await groups.replace(group("x")), false);
        assert.deepEqual([await groups.delete("b"), await groups.delete("b")], [true, false]);
        assert.deepEqual(await groups.all(), [group("a", "new"), group("c")]);
        const first = await groups.list({ limit: 1, token: undefined });
        await groups.insert(group("d"));
        assert.deepEqual((await groups.list({ limit: 5, token: first.nextToken })).rows, [group("c"), group("d")]);
        await assert.rejects(groups.list({ limit: 1, token: "x" }), { code: "STORE_BAD_TOKEN" });
      }));

    it("change together or not at all, and look-ups that were remembered see it", () =>
      withStore(async (store) => {
        await store.groups.insert(group("a"));
        assert.equal((await store.groups.get("a"))?.name, "a");
        const failing = store.atomically(async ({ groups, numbers }) => {
          await groups.replace(group("a", "half"));
          await numbers.insert(number("+12065550100"));
          throw new Error("no");
        });
        await assert.rejects(failing, /no/);
        assert.deepEqual(
          [await store.groups.get("a"), await store.numbers.get("+12065550100")],
          [group("a"), undefined],
        );

        await store.atomically(({ groups }) => groups.replace(group("a", "whole")));
        assert.equal((await store.groups.get("a"))?.name, "whole");
      }));

    it("wait for each other, so that of many changes at one time none is lost", () =>
      withStore(async (store) => {
        await store.groups.insert(group("a", ""));
        const add = (letter: string) =>
          store.atomically(async ({ groups }) => {
            const before = await groups.get("a");
            await groups.replace(group("a", `${before?.name}${letter}`));
          });
        await Promise.all([..."abcdefgh"].map(add));

        const name = (await store.groups.get("a"))?.name ?? "";
        assert.equal([...name].sort().join(""), "abcdefgh");
      }));
  });

  describe(`phone numbers on ${engine.name}`, () => {
    it("are found by status, product and owner, with their rules", () =>
      withStore(async ({ numbers, rules, applications }) => {
        const owner = { kind: "VoiceConnectorId", id: "vc", at: 3 } as const;
        await numbers.insert(number("+11"));
        await numbers.insert(number("+12", { owner }));
        await numbers.insert(number("+13", { product: "SipMediaApplicationDialIn" }));
        await numbers.insert(number("+14", { deletedAt: 5 }));
        assert.equal(await numbers.insert(number("+14")), false);
        const times = { createdAt: 7, updatedAt: 7, origin: "api" } as const;
        await applications.insert({ ...times, id: "a", name: "a", region: "r", functionArn: "f", tags: [] });
        const trigger = { triggerType: "ToPhoneNumber", triggerValue: "+13", triggerKey: "+13" } as const;
        const targets = [{ applicationId: "a", priority: 1, region: "r" }];
        await rules.insert({ ...times, ...trigger, id: "rule", name: "r", disabled: true, targets });

        const found = async (filter: Parameters<typeof numbers.list>[0]["filter"]) =>
          (await numbers.list({ limit: 9, token: undefined, filter })).rows.map(({ e164 }) => e164);
        assert.deepEqual(await found({}), ["+11", "+12", "+13", "+14"]);
        assert.deepEqual(await found({ status: "Assigned" }), ["+12", "+13"]);
        assert.deepEqual(await found({ status: "Unassigned" }), ["+11"]);
        assert.deepEqual(await found({ status: "ReleaseInProgress" }), ["+14"]);
        assert.deepEqual(await found({ association: { kind: "VoiceConnectorId", id: "vc" } }), ["+12"]);
        assert.deepEqual(
          await found({ association: { kind: "SipRuleId", id: "rule" }, product: "VoiceConnector" }),
          [],
        );
        assert.deepEqual((await numbers.get("+13"))?.rule, { id: "rule", createdAt: 7 });
        await numbers.deleteForGood(6);
        assert.deepEqual(await found({ status: "ReleaseInProgress" }), []);
      }));
  });
}
