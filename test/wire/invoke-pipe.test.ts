import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { RuntimeDelegate, RuntimeDoor } from "../../src/invoke/local/runtime-door.ts";
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

/** The bootstrap with this handler, and the server's end of its pipe. */
async function openBootstrap(context: TestContext, source: string, delegate: Partial<RuntimeDelegate>) {
  const folder = await mkdtemp(join(tmpdir(), "offhook-pipe-"));
  const file = join(folder, "a.mjs");
  await writeFile(file, source);
  const bootstrap = join(packageRoot(), "assets", "bootstrap", "node.mjs");
  const child = spawn(process.execPath, [bootstrap, file, "handler"], {
    stdio: ["ignore", "ignore", "inherit", "overlapped"],
    detached: process.platform !== "win32",
  });
  const fail = () => assert.fail("it answers");
  const door = openRuntimePipe(child.stdio[3], {
    ...{ onNext: fail, onResponse: fail, onResponseTooLarge: fail, onError: fail, onInitError: fail, onGaveBack: fail },
    ...delegate,
  });
  context.after(async () => {
    door.close();
    await rm(folder, { recursive: true });
  });
  return door;
}

test("the bootstrap of Node tells with an answer how long its handler took", async (context) => {
  const source = "export const handler = () => new Promise((answer) => setTimeout(answer, 50, null));";
  const [payload, tookMs] = await new Promise<readonly [string, number | undefined]>((resolve, reject) => {
    const opening = openBootstrap(context, source, {
      onNext: () => void opening.then((door) => door.deliver(event)),
      onResponse: (text, ms) => resolve([text, ms]),
    });
    opening.catch(reject);
  });

  assert.equal(payload, "null");
  // A timer may be a millisecond early.
  assert.ok(tookMs !== undefined && tookMs > 48, `${tookMs} ms`);
});

test("the bootstrap of Node begins events one at a time, and gives back those that it has not begun", async (context) => {
  const source = `let open = 0;
    export const handler = async ({ waits }) => {
      open += 1;
      await new Promise((resolve) => (waits ? setTimeout(resolve, 100) : setImmediate(resolve)));
      return open--;
    };`;
  const told: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const opening = openBootstrap(context, source, {
      onNext: () => void (told.length === 0 && opening.then(give)),
      onResponse(payload) {
        told.push(payload);
        if (told.length === 4) resolve();
      },
      onGaveBack: (requestIds) => void told.push(`back: ${requestIds.join(" ")}`),
    });
    const give = (door: RuntimeDoor) => {
      for (const requestId of ["a", "b"]) door.deliver({ ...event, requestId });
      door.deliver({ ...event, requestId: "c", payload: '{"waits":true}' });
      for (const requestId of ["d", "e"]) door.deliver({ ...event, requestId });
      setTimeout(() => door.askBack(), 50);
    };
    opening.catch(reject);
  });

  assert.deepEqual(told, ["1", "1", "back: d e", "1"]);
});
