import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createManualClock } from "../testing/manual-clock.ts";
import { rememberedMs, rememberLookUps } from "./remember-look-ups.ts";
import type { SipMediaApplication, SipRule, Store } from "./types.ts";

/** A database whose records the test sets, which counts what it is asked. */
function aStore() {
  const asked: string[] = [];
  const records = { rule: "first" as string | undefined, application: "first" as string | undefined, fails: false };
  const find = async (what: string, name: string | undefined) => {
    asked.push(what);
    if (records.fails) throw new Error("the disk is gone");
    return name === undefined ? undefined : { name };
  };
  const written = async () => true;
  const clock = createManualClock();
  const store = rememberLookUps(
    {
      rules: {
        findByTrigger: (type: string, key: string) => find(`${type} ${key}`, records.rule),
        ...{ insert: written, update: written, delete: written },
      },
      applications: {
        get: (id: string) => find(`application ${id}`, records.application),
        ...{ insert: written, update: written, delete: written },
      },
    } as unknown as Store,
    clock,
    () => asked.push("written"),
  );
  const rule = async () => (await store.rules.findByTrigger("ToPhoneNumber", "+1"))?.name;
  return { asked, records, clock, store, rule, application: async () => (await store.applications.get("a"))?.name };
}

describe("a store that remembers look-ups", () => {
  it("asks the database once for what each call asks, also where there is nothing", async () => {
    const { asked, records, store, rule, application } = aStore();
    records.application = undefined;

    for (let calls = 0; calls < 3; calls++) {
      await Promise.all([rule(), application(), store.rules.findByTrigger("RequestUriHostname", "+1")]);
    }

    assert.deepEqual(asked, ["ToPhoneNumber +1", "application a", "RequestUriHostname +1"]);
  });

  const application = {} as SipMediaApplication;
  const sipRule = {} as SipRule;
  for (const [what, write] of [
    ["an application is made", (store: Store) => store.applications.insert(application)],
    ["an application is changed", (store: Store) => store.applications.update(application)],
    ["an application is deleted", (store: Store) => store.applications.delete("a")],
    ["a rule is made", (store: Store) => store.rules.insert(sipRule)],
    ["a rule is changed", (store: Store) => store.rules.update(sipRule)],
    ["a rule is deleted", (store: Store) => store.rules.delete("r")],
  ] as const) {
    it(`gives the new records at once when ${what}`, async () => {
      const { records, store, rule, application: applicationName } = aStore();
      await Promise.all([rule(), applicationName()]);
      Object.assign(records, { rule: "second", application: "second" });

      await write(store);

      assert.deepEqual([await rule(), await applicationName()], ["second", "second"]);
    });
  }

  it("does not keep what was looked up while a write was under way", async () => {
    const { records, store, rule } = aStore();

    const written = store.rules.update(sipRule);
    await rule();
    records.rule = "second";
    await written;

    assert.equal(await rule(), "second");
  });

  it("gives what another process wrote when a second has passed", async () => {
    const { records, clock, rule } = aStore();
    await rule();
    records.rule = "second";
    clock.advance(rememberedMs);
    assert.equal(await rule(), "first");

    clock.advance(1);

    assert.equal(await rule(), "second");
  });

  it("gives the last answer while the database cannot be asked, and asks it again each second", async () => {
    const { asked, records, clock, rule } = aStore();
    await rule();
    records.fails = true;
    for (let seconds = 0; seconds < 3; seconds++) {
      clock.advance(rememberedMs + 1);
      assert.equal(await rule(), "first");
    }
    Object.assign(records, { fails: false, rule: "second" });
    clock.advance(rememberedMs + 1);

    assert.equal(await rule(), "second");
    assert.equal(asked.length, 5);
  });

  it("asks again after a failure", async () => {
    const { records, rule } = aStore();
    records.fails = true;
    await assert.rejects(rule(), /the disk is gone/);
    records.fails = false;

    assert.equal(await rule(), "first");
  });
});
