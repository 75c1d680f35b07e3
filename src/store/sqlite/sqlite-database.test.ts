import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openSqliteDatabase } from "./sqlite-database.ts";

test("what is written waits beside the file until it is 16 MB, and is then brought into it", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "offhook-sqlite-"));
  const path = join(folder, "some.db");
  const database = openSqliteDatabase(path);
  t.after(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });
  const run = (sql: string) => database.run({ sql, parameters: [] });
  const writeMegabytes = (count: number) => {
    for (let index = 0; index < count; index++) run("insert into t values (zeroblob(1000000))");
  };
  run("create table t (a blob)");

  writeMegabytes(12);
  const before = statSync(path).size;
  writeMegabytes(8);

  assert.ok(before < 1_000_000, `${before} bytes`);
  assert.ok(statSync(path).size > 16_000_000, `${statSync(path).size} bytes`);
});
