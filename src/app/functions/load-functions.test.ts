import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { silentLogger } from "../../kernel/index.ts";
import { loadFunctions } from "./load-functions.ts";

const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
const applications = [{ id: "1", name: "front desk", region: "us-east-1", functionArn: arn("menu") }];

async function load(unloaded: string, changes: { functionsMustLoad?: boolean; mode?: "development" } = {}) {
  const lines: string[] = [];
  const log = { ...silentLogger, error: (_facts: object, text: string) => void lines.push(text) };
  const failures = [{ functionName: unloaded, message: "no module x", stack: undefined }];
  const config = { applications, functionsMustLoad: true, mode: "production" as const, ...changes };
  const loading = loadFunctions(config, { warmUp: async () => failures }, log);
  return { lines, outcome: await loading.catch((error: unknown) => error), failures };
}

describe("a function that cannot be loaded", () => {
  it("stops a start in production when an application has it, with the reason and the way around", async () => {
    const { lines, outcome } = await load("menu");
    assert.ok(outcome instanceof Error);
    assert.match(outcome.message, /menu of "front desk" cannot be loaded: no module x[^]*functionsMustLoad: false/);
    assert.deepEqual(lines, ["function menu cannot be loaded: no module x"]);
  });

  for (const [when, name, changes] of [
    ["no application has it", "other", {}],
    ["the configuration allows it", "menu", { functionsMustLoad: false }],
    ["in development", "menu", { mode: "development" as const }],
  ] as const) {
    it(`is only logged, and given back, when ${when}`, async () => {
      const { lines, outcome, failures } = await load(name, changes);
      assert.deepEqual(outcome, failures);
      assert.equal(lines.length, 1);
    });
  }
});
