import assert from "node:assert/strict";
import { test } from "node:test";
import { createQuickFolders } from "./quick-folders.ts";

const nfs = 0x6969;
const ext4 = 0xef53;
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a folder on a disk of this machine is quick once that is known, one of a network or without an answer never", async () => {
  const asked: string[] = [];
  const folders = createQuickFolders(async (folder) => {
    asked.push(folder);
    if (folder === "/gone") throw new Error("ENOENT");
    return folder === "/disk" ? ext4 : nfs;
  });
  const all = ["/disk", "/network", "/gone"];
  assert.deepEqual(
    all.map((folder) => folders.has(folder)),
    [false, false, false],
  );
  await settled();

  assert.deepEqual(
    all.map((folder) => folders.has(folder)),
    [true, false, false],
  );
  assert.deepEqual(asked, ["/disk", "/network", "/gone", "/gone"]);
});
