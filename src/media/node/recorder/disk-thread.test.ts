import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createDiskFiles } from "./disk-thread.ts";

async function aFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "offhook-disk-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const pieceOf = (value: number) => new Uint8Array(16_000).fill(value);

test("files that grow side by side are written whole by the thread, each in its order", async (context) => {
  const folder = await aFolder(context);
  const files = createDiskFiles(2);
  const paths = Array.from({ length: 6 }, (_, index) => join(folder, "deep", `${index}.wav`));
  const begun = paths.map((path) => files.begin(path, 1));
  for (let second = 0; second < 5; second++) begun.forEach((file, index) => file.write(pieceOf(index * 16 + second)));

  assert.ok((await Promise.all(begun.map((file) => file.begun))).every(Boolean));
  const outcomes = await Promise.all(begun.map((file) => file.finish()));

  for (const [index, outcome] of outcomes.entries()) {
    const path = paths[index] ?? "";
    const bytes = await readFile(path);
    const whole = Buffer.concat(Array.from({ length: 5 }, (_, second) => pieceOf(index * 16 + second)));
    assert.ok(bytes.subarray(44).equals(whole), path);
    assert.deepEqual(outcome, { type: "whole", path, sha256: createHash("sha256").update(bytes).digest("hex") });
  }
});

test("a file that cannot be made fails as the system says, and the next one is written", async (context) => {
  const folder = await aFolder(context);
  const files = createDiskFiles(1);
  const whole = await files.begin(join(folder, "a.wav"), 1).finish();

  const failing = files.begin(join(folder, "a.wav", "b.wav"), 1);
  assert.equal(await failing.begun, false);
  const failed = await failing.finish();

  assert.equal(whole.type, "whole");
  assert.equal(failed.type === "failed" && failed.systemCode, "EEXIST");
  assert.equal((await files.begin(join(folder, "c.wav"), 2).finish()).type, "whole");
});

test("a recording whose thread ended fails, at its end or at once when it had ended before, and says where its part lies", async () => {
  const files = createDiskFiles(1, new URL("data:text/javascript,process.exit()"));
  const file = files.begin("/nowhere/a.wav", 1);
  file.write(pieceOf(1));

  assert.equal(await file.begun, false);
  const first = await file.finish();
  const late = files.begin("/nowhere/b.wav", 1);
  const between = await files.begin("/nowhere/c.wav", 1).finish();
  late.write(pieceOf(2));

  for (const [outcome, name] of [
    [first, "a"],
    [between, "c"],
    [await late.finish(), "b"],
  ] as const) {
    assert.deepEqual(outcome, {
      ...{ type: "failed", systemCode: "", why: "the thread that writes recordings ended" },
      ...{ path: `/nowhere/${name}.wav.part`, samples: 0 },
    });
  }
});
