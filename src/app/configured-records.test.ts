import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger, type Logger } from "../kernel/index.ts";
import { createStore, type Store } from "../store/index.ts";
import { createConfiguredRecords } from "./configured-records.ts";
import type { Config } from "./config/config.ts";

const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:f";
const application = { id: "app-1", name: "menu", region: "us-east-1", functionArn };
const rule = {
  id: "rule-1",
  name: "main",
  disabled: false,
  triggerType: "ToPhoneNumber",
  triggerValue: "+12065550100",
  triggerKey: "+12065550100",
  targets: [{ applicationId: "app-1", priority: 1, region: "us-east-1" }],
} as const;

function aConfig(changes: Partial<Pick<Config, "applications" | "rules">> = {}): Config {
  const named = { numbers: [], trunks: [], connectors: [], region: "us-east-1" };
  return { ...named, applications: [application], rules: [rule], ...changes } as unknown as Config;
}

async function withStore(body: (store: Store) => Promise<void>): Promise<void> {
  const store = await createStore({ path: ":memory:", log: silentLogger, hasThread: false });
  try {
    await body(store);
  } finally {
    await store.close();
  }
}

const apply = (store: Store, config: Config, log: Logger = silentLogger) =>
  createConfiguredRecords(config, store, 1, log);

test("a rule that got another name between two starts keeps its number", () =>
  withStore(async (store) => {
    await apply(store, aConfig());

    await apply(store, aConfig({ rules: [{ ...rule, id: "rule-2", name: "renamed" }] }));

    assert.equal((await store.rules.findByTrigger("ToPhoneNumber", "+12065550100"))?.name, "renamed");
    assert.equal(await store.rules.get("rule-1"), undefined);
  }));

// Contract: api-configured-records
test("what left the configuration leaves the store", () =>
  withStore(async (store) => {
    await apply(store, aConfig());

    await apply(store, aConfig({ applications: [], rules: [] }));

    assert.equal(await store.rules.get("rule-1"), undefined);
    assert.equal(await store.applications.get("app-1"), undefined);
  }));

// Contract: api-configured-records
test("what the API made stays, and an application that it targets too, with a warning", () =>
  withStore(async (store) => {
    await apply(store, aConfig({ rules: [] }));
    const made = { ...rule, id: "made", origin: "api", createdAt: 1, updatedAt: 1 } as const;
    await store.rules.insert(made);
    const warnings: string[] = [];
    const log: Logger = { ...silentLogger, warn: (_facts, message) => void warnings.push(message) };

    await apply(store, aConfig({ applications: [], rules: [] }), log);

    assert.equal((await store.rules.get("made"))?.origin, "api");
    assert.notEqual(await store.applications.get("app-1"), undefined);
    assert.match(warnings.join(), /menu left the configuration/);
  }));

test("a configured rule whose number an API rule holds is refused by name", () =>
  withStore(async (store) => {
    await apply(store, aConfig({ rules: [] }));
    await store.rules.insert({ ...rule, id: "made", origin: "api", createdAt: 1, updatedAt: 1 });

    await assert.rejects(apply(store, aConfig()), {
      code: "APP_RULE_CONFLICT",
      message: /the rule main.*\+12065550100/,
    });
  }));

// Contract: api-configured-records
test("a changed application is changed in the store", () =>
  withStore(async (store) => {
    await apply(store, aConfig());

    await apply(store, aConfig({ applications: [{ ...application, name: "new name" }] }));

    assert.equal((await store.applications.get("app-1"))?.name, "new name");
  }));
