import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { Kysely, sql } from "kysely";
import { openInThread } from "./thread-runner.ts";
import { SqliteDriver } from "./sqlite-driver.ts";
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "../kysely.ts";

const slow =
  "with recursive n(x) as (select 1 union all select x + 1 from n where x < 300000) select count(*) c from n";

describe("a database in a thread of its own", () => {
  it("lets the caller's thread go on while a statement runs", async () => {
    const runner = await openInThread(":memory:");
    let turns = 0;
    let isDone = false;
    const statement = runner.run({ sql: slow, parameters: [] }).then(({ rows }) => {
      isDone = true;
      return rows;
    });
    while (!isDone) {
      turns += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }

    assert.deepEqual(await statement, [{ c: 300_000 }]);
    assert.ok(turns > 10, `the loop turned ${turns} times`);
    await runner.close();
  });

  it("answers in the order of the questions, does what was asked before it closes, and refuses what comes later", async () => {
    const runner = await openInThread(":memory:");
    const run = (text: string, ...parameters: unknown[]) => runner.run({ sql: text, parameters });
    const asked = Promise.all([run("create table t (a integer)"), run("insert into t values (?), (?)", 1, 2)]);
    const read = run("select a from t order by a");

    await runner.close();

    assert.deepEqual((await asked)[1].changes, 2);
    assert.deepEqual((await read).rows, [{ a: 1 }, { a: 2 }]);
    await assert.rejects(run("select 1"), { code: "STORE_UNAVAILABLE" });
  });

  it("says with SQLite's code what went wrong, and goes on", async () => {
    const runner = await openInThread(":memory:");
    await runner.run({ sql: "create table t (a integer unique)", parameters: [] });
    const insert = () => runner.run({ sql: "insert into t values (1)", parameters: [] });
    await insert();

    await assert.rejects(insert(), { code: "SQLITE_CONSTRAINT_UNIQUE" });
    assert.deepEqual((await runner.run({ sql: "select a from t", parameters: [] })).rows, [{ a: 1 }]);
    await runner.close();
  });

  it("cannot be opened where there is no folder", async () => {
    await assert.rejects(openInThread("/nowhere/at/all.db"), /unable to open|open/i);
  });
});

describe("transactions on one connection", () => {
  async function open(t: TestContext) {
    const runner = await openInThread(":memory:");
    const db = new Kysely<{ t: { a: number } }>({
      dialect: {
        createDriver: () => new SqliteDriver(runner),
        createQueryCompiler: () => new SqliteQueryCompiler(),
        createAdapter: () => new SqliteAdapter(),
        createIntrospector: (one) => new SqliteIntrospector(one),
      },
    });
    await sql`create table t (a integer unique)`.execute(db);
    t.after(() => db.destroy());
    const add = (a: number) => db.insertInto("t").values({ a }).execute();
    const all = async () => (await db.selectFrom("t").select("a").orderBy("a").execute()).map(({ a }) => a);
    return { db, add, all };
  }

  it("keep others waiting until they have ended, and those see all of it or nothing", async (t) => {
    const { db, all } = await open(t);
    const read: Promise<readonly number[]>[] = [];
    await db.transaction().execute(async (transaction) => {
      await transaction.insertInto("t").values({ a: 1 }).execute();
      read.push(all());
      await transaction.insertInto("t").values({ a: 2 }).execute();
    });

    assert.deepEqual(await Promise.all(read), [[1, 2]]);
  });

  it("leave nothing behind when they fail, and let the next ones begin", async (t) => {
    const { db, add, all } = await open(t);
    await add(1);
    const twice = (a: number) =>
      db.transaction().execute(async (transaction) => {
        await transaction.insertInto("t").values({ a }).execute();
        await transaction.insertInto("t").values({ a: 1 }).execute();
      });

    const outcomes = await Promise.allSettled([twice(5), add(2), twice(6), add(3)]);

    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["rejected", "fulfilled", "rejected", "fulfilled"],
    );
    assert.deepEqual(await all(), [1, 2, 3]);
  });

  it("that SQLite has given up by itself do not hide why", async (t) => {
    const { db, add, all } = await open(t);
    const failing = db.transaction().execute(async (transaction) => {
      await transaction.insertInto("t").values({ a: 1 }).execute();
      await sql`rollback`.execute(transaction);
      throw new Error("the disk is full");
    });

    await assert.rejects(failing, /the disk is full/);
    await add(2);
    assert.deepEqual(await all(), [2]);
  });
});
