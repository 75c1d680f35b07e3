import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { FunctionReply } from "../call/index.ts";
import { packageRoot } from "../kernel/index.ts";
import { driveCall } from "../testing/internal/call-driver.ts";
import { readHistoryFile } from "./read-history.ts";
import { replayHistory } from "./replay-history.ts";

const folder = join(packageRoot(), "test/histories");
const { actions } = driveCall().rules;

describe("a history of an engine before this one", () => {
  for (const file of readdirSync(folder)) {
    it(`goes the same again: ${file}`, async () => {
      const history = await readHistoryFile(join(folder, file));
      const replies = new Map<string, FunctionReply>();
      for (const { input } of history.steps)
        if (input.type === "function-replied") replies.set(input.invocationId, input.reply);

      const report = await replayHistory(history, {
        actions,
        invoke: ({ invocationId }) => Promise.resolve(replies.get(invocationId) ?? assert.fail("not recorded")),
      });

      assert.deepEqual(report.engine, []);
      assert.deepEqual(
        report.invocations.filter(({ verdict }) => verdict === "differs"),
        [],
      );
      assert.ok(report.invocations.length > 0);
    });
  }
});
