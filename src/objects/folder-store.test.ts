import assert from "node:assert/strict";
import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { createFolderStore } from "./folder-store.ts";

async function aRoot(test: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "offhook-objects-"));
  test.after(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, "prompts", "en"), { recursive: true });
  return root;
}

describe("folder store", () => {
  // Contract: records-buckets-are-folders
  it("gives the content and version of <root>/<bucket>/<key>", async (test) => {
    const root = await aRoot(test);
    await writeFile(join(root, "prompts/en/hello.wav"), "sound");
    const store = createFolderStore(root);

    const [head, object] = [await store.head("prompts", "en/hello.wav"), await store.get("prompts", "en/hello.wav")];

    assert.equal(Buffer.from(object?.bytes ?? []).toString(), "sound");
    assert.equal(head?.sizeBytes, 5);
    assert.equal(head?.version, object?.version);
  });

  it("changes the version when only the time of change differs", async (test) => {
    const root = await aRoot(test);
    const file = join(root, "prompts/a");
    await writeFile(file, "one");
    const store = createFolderStore(root);
    const before = await store.head("prompts", "a");

    await utimes(file, 1, 1);

    assert.notEqual((await store.head("prompts", "a"))?.version, before?.version);
  });

  it("changes the version when another file of the same size and time takes its place", async (test) => {
    const root = await aRoot(test);
    const [file, other] = [join(root, "prompts/a"), join(root, "prompts/b")];
    for (const [path, content] of [
      [file, "one"],
      [other, "two"],
    ] as const) {
      await writeFile(path, content);
      await utimes(path, 1, 1);
    }
    const store = createFolderStore(root);
    const before = await store.head("prompts", "a");

    await rename(other, file);

    assert.notEqual((await store.head("prompts", "a"))?.version, before?.version);
  });

  // Contract: records-buckets-are-folders
  it("takes names as they are, with per cent signs, blanks, accents and dots", async (test) => {
    const root = await aRoot(test);
    const store = createFolderStore(root);

    for (const key of ["100%.wav", "%2e%2e", "a b+c.wav", "übung.wav", "録音.wav", "...", ".hidden", "a..b"]) {
      await writeFile(join(root, "prompts", key), key);
      const object = await store.get("prompts", key);
      assert.equal(Buffer.from(object?.bytes ?? []).toString(), key);
    }
  });

  it("has no object where there is no file, bucket or root, nor for a folder", async (test) => {
    const root = await aRoot(test);
    await writeFile(join(root, "prompts/file"), "");

    const asked: [string, string][] = [
      ["prompts", "absent"],
      ["no-bucket", "a"],
      ["prompts", "en"],
      ["prompts", "en/"],
      ["prompts", "file/below"],
      ["prompts", "x".repeat(600)],
    ];
    for (const store of [createFolderStore(root), createFolderStore(join(root, "no", "root"))]) {
      for (const [bucket, key] of asked) {
        assert.equal(await store.get(bucket, key), undefined, `${bucket} ${key}`);
        assert.equal(await store.head(bucket, key), undefined, `${bucket} ${key}`);
      }
    }
  });

  // Contract: records-names-that-leave
  it("refuses every name that could leave the root", async (test) => {
    const root = await aRoot(test);
    await writeFile(join(root, "outside"), "secret");
    const store = createFolderStore(join(root, "prompts"));

    const asked: [string, string][] = [
      ["..", "outside"],
      [".", "en"],
      ["en", "../../outside"],
      ["en", "a/../../../outside"],
      ["en", "/etc/hostname"],
      ["en", "./a"],
      ["en", "a//b"],
      ["en", "nul\0byte"],
      ["a/b", "c"],
      ["a\\b", "c"],
      ["", "a"],
      ["en", ""],
      ["en", "k".repeat(1025)],
    ];
    for (const [bucket, key] of asked) {
      await assert.rejects(store.get(bucket, key), { code: "OBJECTS_BAD_NAME" }, `${bucket} ${key}`);
      await assert.rejects(store.head(bucket, key), { code: "OBJECTS_BAD_NAME" }, `${bucket} ${key}`);
    }
  });

  // Contract: records-names-that-leave
  it("follows links inside the root and refuses those that lead out", async (test) => {
    const root = await aRoot(test);
    await writeFile(join(root, "outside"), "secret");
    await writeFile(join(root, "prompts/en/real"), "inside");
    await symlink(join(root, "outside"), join(root, "prompts/en/out"));
    await symlink(root, join(root, "prompts/up"));
    await symlink("real", join(root, "prompts/en/in"));
    const store = createFolderStore(join(root, "prompts"));

    assert.equal(Buffer.from((await store.get("en", "in"))?.bytes ?? []).toString(), "inside");
    await assert.rejects(store.get("en", "out"), { code: "OBJECTS_BAD_NAME" });
    await assert.rejects(store.get("up", "outside"), { code: "OBJECTS_BAD_NAME" });
  });

  it("says that the store is unavailable when the file system fails", async (test) => {
    const root = await aRoot(test);
    await symlink("loop", join(root, "prompts/loop"));

    await assert.rejects(createFolderStore(root).get("prompts", "loop"), {
      code: "OBJECTS_UNAVAILABLE",
      retry: "later",
    });
  });
});
