import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { checkOwnLibraries, checkWhole } from "./load-koffi.ts";

const isLinux = process.platform === "linux" && ["x64", "arm64"].includes(process.arch);
const skip = isLinux ? false : "the library is for Linux on x64 and arm64";

async function aFile(t: TestContext, bytes: Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "offhook-library-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "koffi.node");
  await writeFile(path, bytes);
  return path;
}

async function theLibrary(): Promise<Buffer> {
  const koffi = createRequire(createRequire(import.meta.url).resolve("koffi"));
  const folder = dirname(koffi.resolve(`@koromix/koffi-linux-${process.arch}`));
  return readFile(join(folder, `linux_${process.arch}`, "koffi.node"));
}

test("the library of an installation is whole", { skip }, async () => {
  await checkOwnLibraries(process.arch);
});

test("a library that ends too early is not loaded, wherever it ends", { skip }, async (t) => {
  const bytes = await theLibrary();
  for (const length of [64, 4096, bytes.length >> 1, bytes.length - 4096]) {
    const path = await aFile(t, bytes.subarray(0, length));

    await assert.rejects(checkWhole(path), new RegExp(`is cut off: it has ${length} of ${bytes.length} bytes`));
  }
});

test("a file that is no library, or is not there, is left to the loader", async (t) => {
  await checkWhole(await aFile(t, new Uint8Array(0)));
  await checkWhole(await aFile(t, Buffer.from("a".repeat(200))));
  await checkWhole("/nowhere/koffi.node");
});

test("a processor without a package is left to the loader", async () => {
  await checkOwnLibraries("sparc");
});
