import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createBegunCalls, type BegunCalls } from "./begun-calls.ts";

/** A folder for files of a database, and what processes that use it find. */
async function inFolder(body: (world: ReturnType<typeof worldOf>) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "offhook-begun-"));
  try {
    await body(worldOf(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function worldOf(folder: string) {
  const path = join(folder, "offhook.db");
  return {
    folder,
    open: () => createBegunCalls(path),
    files: () => readdirSync(folder).map((name) => join(folder, name)),
    text: () =>
      readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), "utf8"))
        .join(""),
    left: async (begun: BegunCalls) => {
      const found: string[] = [];
      await begun.takeLeft(async (lines) => void found.push(...lines));
      return found.sort();
    },
  };
}

/** Nobody is told when what is not needed has gone. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

describe("beginnings of calls", () => {
  it("are in a file, for its owner alone, before anybody goes on", () =>
    inFolder(async ({ open, files, text }) => {
      const begun = open();
      await begun.keep("a", "line of a");

      assert.equal(text(), "line of a\n");
      assert.deepEqual(
        files().map((path) => statSync(path).mode & 0o777),
        [0o600],
      );
      await begun.close();
    }));

  it("that come at once are written in their order, and none of them is lost", () =>
    inFolder(async ({ open, text }) => {
      const begun = open();
      const names = Array.from({ length: 100 }, (_, index) => `call ${index}`);
      await Promise.all(names.map((name) => begun.keep(name, name)));

      assert.deepEqual(text().split("\n"), [...names, ""]);
      await begun.close();
    }));

  it("are there no longer once the database has them, and those that come then are", () =>
    inFolder(async ({ open, text }) => {
      const begun = open();
      await begun.keep("a", "line of a");
      await begun.keep("b", "line of b");
      begun.forget(["a"]);
      await begun.keep("c", "line of c");
      assert.equal(text(), "line of a\nline of b\nline of c\n");
      begun.forget(["b", "c"]);
      await until(() => text() === "");
      await begun.keep("d", "line of d");

      assert.equal(text(), "line of d\n");
      await begun.close();
    }));

  it("that the database has before they are written are not written", () =>
    inFolder(async ({ open, text }) => {
      const begun = open();
      const first = begun.keep("a", "line of a");
      const second = begun.keep("b", "line of b");
      begun.forget(["b"]);
      await Promise.all([first, second]);

      assert.equal(text(), "line of a\n");
      await begun.close();
    }));

  it("go on in a next file while calls come all the time, and a file goes when the database has all that is in it", () =>
    inFolder(async ({ open, files, text }) => {
      const begun = open();
      await begun.keep("a", "a".repeat(1 << 20));
      await begun.keep("b", "line of b");
      assert.equal(files().length, 2);
      begun.forget(["a"]);
      await until(() => files().length === 1);
      await begun.keep("c", "line of c");

      assert.equal(text(), "line of b\nline of c\n");
      await begun.close();
    }));

  it("that a process left are found once, without the line that it had not written whole", () =>
    inFolder(async ({ folder, open, left, files }) => {
      const killed = open();
      await killed.keep("a", "line of a");
      await killed.keep("b", "line of b");
      await killed.close();
      writeFileSync(join(folder, "offhook.db-begun-of another-0"), "line of c\nline of");
      const next = open();
      await next.keep("own", "its own line");

      assert.deepEqual(await left(next), ["line of a", "line of b", "line of c"]);
      assert.deepEqual(await left(next), []);
      next.forget(["own"]);
      await next.close();
      assert.deepEqual(files(), []);
    }));

  it("stay where they are if the database cannot take them", () =>
    inFolder(async ({ open, left }) => {
      const killed = open();
      await killed.keep("a", "line of a");
      await killed.close();
      const next = open();

      await assert.rejects(
        next.takeLeft(() => Promise.reject(new Error("full"))),
        /full/,
      );
      assert.deepEqual(await left(next), ["line of a"]);
    }));

  it("are refused with what the system says where no file can be made, and when files of a database that takes nothing grow too long", () =>
    inFolder(async ({ folder, open }) => {
      await assert.rejects(createBegunCalls(join(folder, "none", "offhook.db")).keep("a", "line"), { code: "ENOENT" });
      const begun = open();
      const [line, count] = ["a".repeat(1 << 20), 1 << 6];
      for (let index = 0; index < count; index++) await begun.keep(`${index}`, line);

      await assert.rejects(begun.keep("one more", "line"), /67108928 bytes, and the database takes none/);
      await begun.close();
    }));
});
