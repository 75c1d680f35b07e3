import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SipMediaApplication, SipRule } from "../../src/store/index.ts";
import { withStoreOf, type StoreEngine } from "./engines.ts";

/** An application with an id. */
export function anApplication(id: string, changes: Partial<SipMediaApplication> = {}): SipMediaApplication {
  return {
    id,
    name: `name of ${id}`,
    region: "us-east-1",
    functionArn: "arn:aws:lambda:us-east-1:000000000000:function:f",
    tags: [{ key: "team", value: "voice" }],
    origin: "api",
    createdAt: 1_700_000_000_001,
    updatedAt: 1_700_000_000_002,
    ...changes,
  };
}

/** A rule with an id. */
export function aRule(id: string, changes: Partial<SipRule> = {}): SipRule {
  return {
    id,
    name: `rule ${id}`,
    disabled: false,
    triggerType: "ToPhoneNumber",
    triggerValue: "12065550100",
    triggerKey: "+12065550100",
    targets: [{ applicationId: "a", priority: 1, region: "us-east-1" }],
    origin: "configuration",
    createdAt: 1_700_000_000_001,
    updatedAt: 1_700_000_000_002,
    ...changes,
  };
}

/** The tests of these records. */
export function describeApplicationsAndRules(engine: StoreEngine): void {
  const { name } = engine;
  const withStore = withStoreOf(engine);

  describe(`applications on ${name}`, () => {
    it(
      "gives back what was inserted, at once",
      withStore(async ({ applications }) => {
        await applications.insert(anApplication("a"));

        assert.deepEqual(await applications.get("a"), anApplication("a"));
        assert.equal(await applications.get("b"), undefined);
      }),
    );

    it(
      "refuses a second record with the same id",
      withStore(async ({ applications }) => {
        await applications.insert(anApplication("a"));

        await assert.rejects(applications.insert(anApplication("a")), { code: "STORE_DUPLICATE_ID" });
      }),
    );

    it(
      "replaces a record, and says when there is none",
      withStore(async ({ applications }) => {
        await applications.insert(anApplication("a"));

        assert.equal(await applications.update(anApplication("a", { name: "new", updatedAt: 5 })), true);
        assert.equal(await applications.update(anApplication("b")), false);
        assert.deepEqual(await applications.get("a"), anApplication("a", { name: "new", updatedAt: 5 }));
      }),
    );

    it(
      "pages in order of creation, and a page stays right when an earlier record goes away",
      withStore(async ({ applications }) => {
        for (const id of ["c", "a", "b", "e", "d"]) await applications.insert(anApplication(id));

        const first = await applications.list({ limit: 2, token: undefined });
        await applications.delete("c");
        const second = await applications.list({ limit: 2, token: first.nextToken });
        await applications.insert(anApplication("f"));
        const third = await applications.list({ limit: 2, token: second.nextToken });

        const ids = [first, second, third].map(({ rows }) => rows.map(({ id }) => id));
        assert.deepEqual(ids, [
          ["c", "a"],
          ["b", "e"],
          ["d", "f"],
        ]);
        assert.equal(third.nextToken, undefined);
      }),
    );

    it(
      "has no token when a page ends exactly at the last record",
      withStore(async ({ applications }) => {
        await applications.insert(anApplication("a"));
        await applications.insert(anApplication("b"));

        assert.equal((await applications.list({ limit: 2, token: undefined })).nextToken, undefined);
      }),
    );

    it(
      "refuses a token that is changed, made up or of another listing",
      withStore(async ({ applications, rules }) => {
        await applications.insert(anApplication("a"));
        await applications.insert(anApplication("b"));
        const { nextToken } = await applications.list({ limit: 1, token: undefined });

        for (const token of ["", "x", `${nextToken}=`, "MQ", "\u0000"]) {
          await assert.rejects(applications.list({ limit: 1, token }), { code: "STORE_BAD_TOKEN" }, token);
        }
        await assert.rejects(rules.list({ limit: 1, token: nextToken, applicationId: undefined }), {
          code: "STORE_BAD_TOKEN",
        });
        assert.equal((await applications.list({ limit: 1, token: nextToken })).rows[0]?.id, "b");
      }),
    );

    it(
      "keeps an application while a rule targets it, and deletes it afterwards",
      withStore(async ({ applications, rules }) => {
        await applications.insert(anApplication("a"));
        await rules.insert(aRule("r"));

        assert.equal(await applications.delete("a"), "in-use");
        await rules.delete("r");
        assert.equal(await applications.delete("a"), "deleted");
        assert.equal(await applications.delete("a"), "not-found");
      }),
    );
  });

  describe(`rules on ${name}`, () => {
    it(
      "gives back a rule with its targets in the order given",
      withStore(async ({ applications, rules }) => {
        await applications.insert(anApplication("a"));
        await applications.insert(anApplication("b", { region: "eu-west-1" }));
        const rule = aRule("r", {
          disabled: true,
          targets: [
            { applicationId: "b", priority: 2, region: "eu-west-1" },
            { applicationId: "a", priority: 1, region: "us-east-1" },
          ],
        });

        assert.equal(await rules.insert(rule), "inserted");

        assert.deepEqual(await rules.get("r"), rule);
        assert.equal(await rules.get("x"), undefined);
      }),
    );

    it(
      "holds each trigger once, enabled or not, and frees it on deletion",
      withStore(async ({ applications, rules }) => {
        await applications.insert(anApplication("a"));
        await rules.insert(aRule("r1", { disabled: true }));

        assert.equal(await rules.insert(aRule("r2")), "conflict");
        assert.equal(await rules.insert(aRule("r3", { triggerType: "RequestUriHostname" })), "inserted");
        assert.equal(await rules.delete("r1"), true);
        assert.equal(await rules.delete("r1"), false);
        assert.equal(await rules.insert(aRule("r4")), "inserted");
      }),
    );

    it(
      "lets exactly one of many simultaneous inserts have a trigger",
      withStore(async ({ applications, rules }) => {
        await applications.insert(anApplication("a"));

        const outcomes = await Promise.all(Array.from({ length: 20 }, (_, index) => rules.insert(aRule(`r${index}`))));

        assert.equal(outcomes.filter((outcome) => outcome === "inserted").length, 1);
        assert.equal(outcomes.filter((outcome) => outcome === "conflict").length, 19);
        assert.equal((await rules.list({ limit: 100, token: undefined, applicationId: undefined })).rows.length, 1);
      }),
    );

    it(
      "never lets an application be deleted and targeted at once",
      withStore(async ({ applications, rules }) => {
        await applications.insert(anApplication("a"));

        const [inserted, deleted] = await Promise.all([rules.insert(aRule("r")), applications.delete("a")]);

        assert.ok(
          (inserted === "inserted" && deleted === "in-use") || (inserted === "no-application" && deleted === "deleted"),
        );
      }),
    );

    it(
      "leaves nothing behind when a target does not exist",
      withStore(async ({ applications, rules }) => {
        await applications.insert(anApplication("a"));
        const targets = [...aRule("r").targets, { applicationId: "nobody", priority: 2, region: "eu-west-1" }];

        assert.equal(await rules.insert(aRule("r", { targets })), "no-application");
        assert.equal(await rules.get("r"), undefined);
        assert.equal(await rules.insert(aRule("r")), "inserted");
        assert.equal(await rules.update(aRule("r", { name: "changed", targets })), "no-application");
        assert.deepEqual(await rules.get("r"), aRule("r"));
      }),
    );

    it(
      "updates name, state, targets and time, and leaves the trigger and the creation time",
      withStore(async ({ applications, rules }) => {
        await applications.insert(anApplication("a"));
        await applications.insert(anApplication("b"));
        await rules.insert(aRule("r"));
        const targets = [{ applicationId: "b", priority: 3, region: "us-east-1" }];
        const changed = aRule("r", { name: "new", disabled: true, targets, updatedAt: 9 });

        assert.equal(await rules.update({ ...changed, triggerKey: "+1999", createdAt: 1 }), "updated");
        assert.equal(await rules.update(aRule("x")), "not-found");

        assert.deepEqual(await rules.get("r"), changed);
      }),
    );

    it(
      "finds the enabled rule of a trigger only (Contract: sip-and-media-rule-disabled)",
      withStore(async ({ applications, rules }) => {
        await applications.insert(anApplication("a"));
        await rules.insert(aRule("r"));
        await rules.insert(
          aRule("s", { triggerType: "RequestUriHostname", triggerKey: "pbx.example", disabled: true }),
        );

        assert.equal((await rules.findByTrigger("ToPhoneNumber", "+12065550100"))?.id, "r");
        assert.equal(await rules.findByTrigger("RequestUriHostname", "+12065550100"), undefined);
        assert.equal(await rules.findByTrigger("RequestUriHostname", "pbx.example"), undefined);
      }),
    );

    it(
      "lists rules by page, counting rules and not targets, all or those of one application",
      withStore(async ({ applications, rules }) => {
        await applications.insert(anApplication("a"));
        await applications.insert(anApplication("b"));
        const both = ["a", "b"].map((applicationId, at) => ({ applicationId, priority: at + 1, region: `r-${at}` }));
        for (let index = 0; index < 5; index += 1) {
          const targets = index % 2 === 0 ? both : aRule("r").targets;
          await rules.insert(aRule(`r${index}`, { triggerKey: `+1${index}`, targets }));
        }
        const idsOf = async (applicationId: string | undefined) => {
          const pages: string[][] = [];
          for (let token: string | undefined; ;) {
            const page = await rules.list({ limit: 2, token, applicationId });
            pages.push(page.rows.map(({ id }) => id));
            token = page.nextToken;
            if (token === undefined) return pages;
          }
        };

        assert.deepEqual(await idsOf(undefined), [["r0", "r1"], ["r2", "r3"], ["r4"]]);
        assert.deepEqual(await idsOf("b"), [["r0", "r2"], ["r4"]]);
        assert.deepEqual(await idsOf("nobody"), [[]]);
      }),
    );
  });
}
