import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openInvokeKit } from "./invoke-kit.ts";

/** Notes each event that it begins; what it does with one is its `code`. */
const noting = `
  const { appendFileSync } = require("node:fs");
  const { join } = require("node:path");
  exports.handler = async ({ id, code = "" }) => {
    appendFileSync(join(__dirname, "begun.txt"), id + "\\n");
    await new Function("return (async () => {" + code + "})()")();
    return id;
  };`;

describe("events that were sent ahead of an answer", () => {
  for (const [what, code, reason] of [
    ["ends its process", "process.exit(3)", "crashed"],
    ["holds it for ever", "for (;;);", "timeout"],
    ["waits for ever", "await new Promise(() => setInterval(() => {}, 1000))", "timeout"],
  ] as const) {
    it(`are each handled once, whatever the one before does: ${what}`, async (test) => {
      const kit = await openInvokeKit(test, "a.js", noting, { timeoutMs: 1_500 });
      const rush = (ids: readonly string[]) =>
        Promise.all(ids.map((id) => kit.call(id === "bad" ? { id, code } : { id })));
      const warm = Array.from({ length: 40 }, (_, index) => `warm ${index}`);
      const ids = ["a", "b", "bad", "c", "d", "e", "f"];
      await rush(warm);

      const answers = await rush(ids);

      const failures = answers.flatMap((answer) => (typeof answer === "string" ? [] : [answer as { reason: string }]));
      assert.deepEqual(
        failures.map((failure) => failure.reason),
        [reason],
      );
      const begun = (await readFile(join(kit.folder, "begun.txt"), "utf8")).trim().split("\n");
      assert.deepEqual(begun.toSorted(), [...warm, ...ids].toSorted());
    });
  }
});
