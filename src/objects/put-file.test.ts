import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createFolderStore } from "./folder-store.ts";

/** A store in a folder of its own, and a file to put. */
async function aStore(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "offhook-put-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "recorded.wav");
  await writeFile(file, "sound");
  const root = join(folder, "objects");
  return { folder, root, file, store: createFolderStore(root) };
}

const exists = (path: string) =>
  readFile(path).then(
    () => true,
    () => false,
  );

test("puts a file as an object of a bucket that comes into being, and the file is gone", async (context) => {
  const { root, file, store } = await aStore(context);

  await store.put("calls", "2026/10/a.wav", file, {});

  assert.equal(await readFile(join(root, "calls/2026/10/a.wav"), "utf8"), "sound");
  assert.equal((await store.head("calls", "2026/10/a.wav"))?.sizeBytes, 5);
  assert.equal(await exists(file), false);
  assert.deepEqual(await store.metadata("calls", "2026/10/a.wav"), {});
});

test("keeps metadata in a hidden file beside the object, which is no object itself", async (context) => {
  const { root, file, store } = await aStore(context);

  await store.put("calls", "a.wav", file, { "call-id": "c1", "recording-duration": "12" });

  assert.deepEqual((await readdir(join(root, "calls"))).sort(), [".a.wav.metadata.json", "a.wav"]);
  assert.deepEqual(await store.metadata("calls", "a.wav"), { "call-id": "c1", "recording-duration": "12" });
  await assert.rejects(store.get("calls", ".a.wav.metadata.json"), { code: "OBJECTS_BAD_NAME" });
});

test("replaces an object, and its metadata with it", async (context) => {
  const { root, file, store } = await aStore(context);
  await store.put("calls", "a.wav", file, { old: "1" });
  await writeFile(file, "newer");

  await store.put("calls", "a.wav", file, {});

  assert.equal(await readFile(join(root, "calls/a.wav"), "utf8"), "newer");
  assert.deepEqual(await readdir(join(root, "calls")), ["a.wav"]);
});

test("the metadata of what does not exist is empty", async (context) => {
  const { store } = await aStore(context);

  assert.deepEqual(await store.metadata("calls", "none"), {});
});

test("a name that a folder has, and a missing file, are reported; nothing is left behind and the file is kept", async (context) => {
  const { root, file, store } = await aStore(context);
  await mkdir(join(root, "calls/a.wav/inside"), { recursive: true });

  await assert.rejects(store.put("calls", "a.wav", file, {}), { code: "OBJECTS_WRITE_FAILED", retry: "never" });
  await assert.rejects(store.put("calls", "b.wav", `${file}.gone`, {}), { code: "OBJECTS_WRITE_FAILED" });

  assert.ok(await exists(file));
  assert.deepEqual(await readdir(join(root, "calls")), ["a.wav"]);
});

test("missing permission is reported with the system's code", { skip: process.getuid?.() === 0 }, async (context) => {
  const { root, file, store } = await aStore(context);
  await mkdir(join(root, "calls"), { recursive: true });
  await chmod(join(root, "calls"), 0o500);

  await assert.rejects(store.put("calls", "a.wav", file, {}), (error: Error & { details?: { code?: string } }) => {
    assert.equal(error.details?.code, "EACCES");
    return true;
  });
  assert.ok(await exists(file));
});

test("never writes where a link leads out of the store, nor makes folders there", async (context) => {
  const { folder, root, file, store } = await aStore(context);
  await mkdir(join(folder, "outside"));
  await mkdir(join(root, "calls"), { recursive: true });
  await symlink(join(folder, "outside"), join(root, "calls/out"));

  await assert.rejects(store.put("calls", "out/deep/a.wav", file, {}), { code: "OBJECTS_BAD_NAME" });
  await assert.rejects(store.put("calls", "../a.wav", file, {}), { code: "OBJECTS_BAD_NAME" });
  await assert.rejects(store.put("calls", "folder/", file, {}), { code: "OBJECTS_BAD_NAME" });

  assert.deepEqual(await readdir(join(folder, "outside")), []);
  assert.ok(await exists(file));
});

const otherFileSystem = "/dev/shm";
const hasOther = await readdir(otherFileSystem).then(
  () => process.platform === "linux",
  () => false,
);

test("moves a file from another file system by a copy", { skip: !hasOther }, async (context) => {
  const { root, store } = await aStore(context);
  const folder = await mkdtemp(join(otherFileSystem, "offhook-put-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "recorded.wav");
  await writeFile(file, "far away");

  await store.put("calls", "a.wav", file, {});

  assert.equal(await readFile(join(root, "calls/a.wav"), "utf8"), "far away");
  assert.deepEqual(await readdir(join(root, "calls")), ["a.wav"]);
  assert.equal(await exists(file), false);
});

test("says beforehand whether an object could be put: its folders are made, or the reason is reported", async (context) => {
  const { root, store } = await aStore(context);

  await store.prepare("calls", "2026/a.wav");
  assert.deepEqual(await readdir(join(root, "calls")), ["2026"]);
  await writeFile(join(root, "taken"), "");
  await assert.rejects(store.prepare("taken", "a.wav"), { code: "OBJECTS_WRITE_FAILED" });
  await assert.rejects(store.prepare("..", "a.wav"), { code: "OBJECTS_BAD_NAME" });
});

test("says once which bucket it made; one that was there is none of them", async (context) => {
  const { root, store } = await aStore(context);
  await mkdir(join(root, "calls"), { recursive: true });

  assert.deepEqual(await store.prepare("calls", "a.wav"), { madeBucket: undefined });
  assert.deepEqual(await store.prepare("cals", "a.wav"), { madeBucket: join(root, "cals") });
  assert.deepEqual(await store.prepare("cals", "b.wav"), { madeBucket: undefined });
  assert.deepEqual(await createFolderStore(root).prepare("cals", "b.wav"), { madeBucket: undefined });
});

test("a store that makes no buckets names the one that is missing, and the file is kept", async (context) => {
  const { root, file } = await aStore(context);
  const store = createFolderStore(root, { createsBuckets: false });

  await assert.rejects(store.put("cals", "a.wav", file, {}), {
    code: "OBJECTS_NO_BUCKET",
    message: `There is no bucket "cals": make the folder ${join(root, "cals")}, or set objects.createBuckets to true`,
  });
  await assert.rejects(store.prepare("cals", "a.wav"), { code: "OBJECTS_NO_BUCKET" });
  assert.ok(await exists(file));

  await mkdir(join(root, "calls"));
  await store.put("calls", "2026/a.wav", file, {});
  assert.equal((await store.head("calls", "2026/a.wav"))?.sizeBytes, 5);
});

test("deletes an object with its metadata, and nothing where there is none", async (context) => {
  const { root, file, store } = await aStore(context);
  await store.put("calls", "a.wav", file, { "call-id": "c1" });

  await store.delete("calls", "a.wav");
  await store.delete("calls", "a.wav");
  await store.delete("nowhere", "a.wav");

  assert.deepEqual(await readdir(join(root, "calls")), []);
  await assert.rejects(store.delete("calls", "../a.wav"), { code: "OBJECTS_BAD_NAME" });
});
