import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { packageRoot } from "../../src/kernel/index.ts";

/** Root has mount namespaces; others may have them with a user namespace. */
const words = process.getuid?.() === 0 ? ["--mount"] : ["--user", "--map-root-user", "--mount"];
const hasNamespaces = spawnSync("unshare", [...words, "true"]).status === 0;
const skip = hasNamespaces || process.env["CI"] === "true" ? false : "this machine lets nobody have a disk of his own";

interface Report {
  readonly whileFull: {
    readonly waiting: number;
    readonly late: number;
    readonly lost: number;
    readonly isAnswered: boolean;
    /** The code of what the store said to a record of an application. */
    readonly refused: string;
    /** Files beside the database with beginnings of calls, for which there is no room either. */
    readonly begunFiles: number;
  };
  readonly afterwards: {
    readonly waiting: number;
    readonly late: number;
    readonly lost: number;
    readonly rows: number;
    readonly begunFiles: number;
  };
  readonly lines: readonly string[];
  readonly refusal: string;
}

it(
  "a full disk lets calls go on, is told once, and has all of them when there is room again; one that may only be read is told at the start",
  { skip },
  () => {
    const folder = mkdtempSync(join(tmpdir(), "offhook-full-"));
    const program = join(packageRoot(), "dist", "test", "store", "full-disk.js");
    const printed = execFileSync("unshare", [...words, process.execPath, program, join(folder, "disk")], {
      encoding: "utf8",
      timeout: 60_000,
    });
    const { whileFull, afterwards, lines, refusal } = JSON.parse(printed) as Report;
    rmSync(folder, { recursive: true });

    assert.deepEqual([whileFull.isAnswered, whileFull.refused], [true, "STORE_AWAY"]);
    assert.ok(whileFull.waiting > 0 && whileFull.late > 0);
    assert.deepEqual(
      { waiting: afterwards.waiting, lost: afterwards.lost, rows: afterwards.rows },
      { waiting: 0, lost: 0, rows: 401 },
    );
    assert.ok(whileFull.begunFiles < 10, `${whileFull.begunFiles} files are open for calls that found no room`);
    assert.equal(afterwards.begunFiles, 0);
    assert.match(lines[0] ?? "", /^calls cannot be written to the database, and go on: .*full; it is tried again$/);
    assert.equal(lines[1], "calls are written to the database again");
    assert.equal(lines.length, 2);
    assert.match(
      refusal,
      /dataFolder of the configuration\) could not be opened: .*; its folder takes no files: EROFS/,
    );
  },
);
