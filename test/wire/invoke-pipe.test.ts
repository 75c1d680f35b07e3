import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openRuntimePipe } from "../../src/invoke/local/runtime-pipe.ts";
import { packageRoot } from "../../src/kernel/index.ts";

const event = {
  requestId: "r",
  payload: "{}",
  deadlineAt: 0,
  functionArn: "arn",
  transactionId: undefined,
  trace: undefined,
};

test("the bootstrap of Node tells with an answer how long its handler took", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "offhook-pipe-"));
  const file = join(folder, "a.mjs");
  await writeFile(file, "export const handler = () => new Promise((answer) => setTimeout(answer, 50, null));");
  const bootstrap = join(packageRoot(), "assets", "bootstrap", "node.mjs");
  const child = spawn(process.execPath, [bootstrap, file, "handler"], {
    stdio: ["ignore", "ignore", "inherit", "overlapped"],
    detached: process.platform !== "win32",
  });
  const fail = () => assert.fail("it answers");

  const answer = await new Promise<readonly [string, number | undefined]>((resolve) => {
    const door = openRuntimePipe(child.stdio[3], {
      ...{ onResponseTooLarge: fail, onError: fail, onInitError: fail },
      onNext: () => void door.deliver(event),
      onResponse: (payload, tookMs) => resolve([payload, tookMs]),
    });
    context.after(async () => {
      door.close();
      await rm(folder, { recursive: true });
    });
  });

  const [payload, tookMs] = answer;
  assert.equal(payload, "null");
  // A timer may be a millisecond early.
  assert.ok(tookMs !== undefined && tookMs > 48, `${tookMs} ms`);
});
