import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { ListSipMediaApplicationsCommand } from "@aws-sdk/client-chime-sdk-voice";
import { Kysely, PostgresDialect, sql } from "kysely";
import { createConfiguredRecords } from "../../src/app/configured-records.ts";
import { loadConfig } from "../../src/app/index.ts";
import { createLogger, errorMessage, silentLogger } from "../../src/kernel/index.ts";
import { createJournal } from "../../src/journal/index.ts";
import { createStore, whyNoDatabase, type Store } from "../../src/store/index.ts";
import { openPostgresPool } from "../../src/store/postgres/postgres-pool.ts";
import { driveCall, type CallDriver } from "../../src/testing/internal/call-driver.ts";
import { createManualClock } from "../../src/testing/manual-clock.ts";
import { startApi } from "../wire/api-harness.ts";
import { anApplication, aRule } from "./applications-and-rules.ts";
import type { PostgresCluster } from "./postgres-cluster.ts";

/** What only a database in another process can do. */
export function describePostgresOnly(cluster: () => PostgresCluster): void {
  const open = (url: string) => createStore({ path: "", postgres: { url, password: undefined }, log: silentLogger });
  const run = async (url: string, text: string) => {
    const pool = openPostgresPool({ url, password: undefined, log: silentLogger });
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    await sql.raw(text).execute(db);
    await db.destroy();
  };

  it("PostgreSQL: servers that start at once on a new database make its tables once", async () => {
    await cluster().createDatabase("starts");
    const url = cluster().urlOf("starts");

    const stores = await Promise.all([1, 2, 3].map(() => open(url)));

    await stores[0]?.applications.insert(anApplication("a"));
    for (const store of stores) assert.deepEqual(await store.applications.get("a"), anApplication("a"));
    await Promise.all(stores.map((store) => store.close()));
  });

  it("PostgreSQL: a database that a newer version has changed is refused, with what to do", async () => {
    await cluster().createDatabase("newer");
    const url = cluster().urlOf("newer");
    const look = () => whyNoDatabase({ url, password: undefined, log: silentLogger });
    assert.equal(await look(), undefined);
    await (await open(url)).close();
    assert.equal(await look(), undefined);
    await run(url, "insert into kysely_migration values ('9999-future', '2030-01-01')");

    assert.match((await look()) ?? "", /offhook@localhost\/newer.*: a newer version .*9999-future/);
    await assert.rejects(open(url), (error: Error & { code?: string }) => {
      assert.equal(error.code, "STORE_UNAVAILABLE");
      return /a newer version of Offhook has changed the database \(9999-future\).*Start that version/.test(
        error.message,
      );
    });
  });

  it("PostgreSQL: nobody there, or no such database, is said without the password", async () => {
    const urls = [
      "postgresql://a:hunter2@127.0.0.1:1/x",
      cluster().urlOf("nothing").replace("offhook@", "offhook:hunter2@"),
    ];
    for (const [url, why] of urls.map(
      (one, index) => [one, [/ECONNREFUSED/, /"nothing" does not exist/][index]] as const,
    )) {
      const error = await open(url).catch((thrown: unknown) => thrown);
      assert.match(errorMessage(error), /store\.url of the configuration/);
      assert.match(errorMessage(error), why ?? /never/);
      assert.doesNotMatch(errorMessage(error), /hunter2/);
    }
  });

  it("PostgreSQL: a port that takes connections and never answers is named, with what would be right", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    try {
      await assert.rejects(open(`postgresql://a:hunter2@127.0.0.1:${port}/x?password=hunter3`), (error) => {
        const message = errorMessage(error);
        assert.match(
          message,
          new RegExp(`store\\.url of the configuration is postgresql://a@127.0.0.1:${port}/x, and`),
        );
        assert.match(message, /nobody answered there in time\. Right would be the host and the port/);
        assert.doesNotMatch(message, /hunter/);
        return true;
      });
    } finally {
      silent.close();
    }
  });

  it("PostgreSQL: a start waits for a database that comes up beside it", async () => {
    await cluster().createDatabase("late");
    const url = cluster().urlOf("late");
    await cluster().stop();
    const lines: string[] = [];
    const log = createLogger({ level: "info", write: (line: string) => void lines.push(line) });
    const clock = createManualClock();
    const opening = createStore({
      path: "",
      postgres: { url, password: undefined },
      patience: { clock, ms: 60_000 },
      log,
    });
    const isTold = () => lines.some((line) => line.includes("the database is waited for, 60 s at most"));
    while (!isTold()) await new Promise((resolve) => setTimeout(resolve, 5));
    await cluster().start();
    let isOpen = false;
    void opening.then(() => (isOpen = true));
    // A busy machine needs a while to connect, which shall not use up the patience.
    for (; !isOpen; clock.advance(100)) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.match(lines.join(), /PostgreSQL answers/);
    await (await opening).close();
  });

  it("PostgreSQL: a number with a character that the database has not is found nowhere, and keeps nobody from asking", async () => {
    await cluster().createDatabase("odd");
    const store = await open(cluster().urlOf("odd"));
    await store.applications.insert(anApplication("a"));
    await store.rules.insert(aRule("r"));

    assert.equal(await store.rules.findByTrigger("ToPhoneNumber", "+12065550100\0"), undefined);
    assert.equal(await store.rules.findByTrigger("ToPhoneNumber", "\ud800"), undefined);
    assert.equal((await store.rules.findByTrigger("ToPhoneNumber", "+12065550100"))?.id, "r");
    await store.close();
  });

  // Contract: api-configured-records
  it("PostgreSQL: servers with one configuration that start at once make what it names once, and later starts change nothing", async () => {
    await cluster().createDatabase("configured");
    const stores = await Promise.all([1, 2, 3, 4].map(() => open(cluster().urlOf("configured"))));
    const folder = mkdtempSync(join(tmpdir(), "offhook-configured-"));
    const written = {
      ...{ numbers: ["+12065550100"], functions: { f: { url: "http://127.0.0.1:9" } } },
      ...{ applications: [{ name: "a", function: "f" }], trunks: { carrier: { address: "sip:127.0.0.1:9" } } },
      rules: [{ name: "in", number: "+12065550100", applications: ["a"] }],
    };
    writeFileSync(join(folder, "offhook.yaml"), JSON.stringify(written));
    const config = loadConfig({ folder, mode: "production", environment: {} });
    const start = (store: Store, at: number) => createConfiguredRecords(config, store, at, silentLogger);
    await Promise.all(stores.map((store, index) => start(store, index + 1)));
    const [store] = stores;
    const read = async () => {
      const page = { limit: 9, token: undefined };
      const rules = await store?.rules.list({ ...page, applicationId: undefined });
      const numbers = await store?.numbers.list({ ...page, filter: {} });
      return [rules?.rows, (await store?.applications.list(page))?.rows, numbers?.rows, await store?.connectors.all()];
    };
    const before = await read();
    assert.deepEqual(
      before.map((rows) => rows?.length),
      [1, 1, 1, 1],
    );
    await Promise.all(stores.map((one) => start(one, 99)));
    assert.deepEqual(await read(), before);
    for (const one of stores) await one.close();
    rmSync(folder, { recursive: true });
  });

  it("PostgreSQL: what became of calls while it was away is written when it is back", async () => {
    await cluster().createDatabase("journal");
    const store = await open(cluster().urlOf("journal"));
    const clock = createManualClock();
    const parts = { records: store.calls, nodeId: "n", isShared: true, keepMs: undefined, clock, log: silentLogger };
    const journal = createJournal({
      ...parts,
      card: () => "{}",
      isSucceeded: () => false,
      onCard: () => undefined,
      onLost: () => undefined,
    });
    const until = async (done: () => boolean) => {
      for (; !done(); clock.advance(1_000)) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    const call = driveCall();
    const keeper = journal.open(call.initialState, false, undefined);
    const step = (call: CallDriver, times: number) => {
      for (const { before, input, effects, broke } of call.steps.slice(0, times))
        keeper.add(before, call.state(), { input, effects, broke });
    };
    step(call, 1);
    await until(() => journal.counts().waiting === 0);

    await cluster().stop();
    call.end();
    step(call, call.steps.length);
    let isOn = false;
    keeper.whenKept(() => (isOn = true), true);
    await until(() => isOn);
    keeper.close("the caller hung up");
    await cluster().start();
    await until(() => journal.counts().waiting === 0);

    const kept = await store.calls.get(call.initialState.transactionId);
    assert.deepEqual([kept?.cause, kept?.legs[0]?.endedAt !== undefined], ["the caller hung up", true]);
    assert.equal(journal.counts().lost, 0);
    await journal.close();
    await store.close();
  });

  it("PostgreSQL: a connection that breaks between two statements of a transaction fails the next one, and nothing else", async () => {
    await cluster().createDatabase("between");
    const lines: string[] = [];
    const log = createLogger({ level: "warn", write: (line: string) => void lines.push(line) });
    const pool = openPostgresPool({ url: cluster().urlOf("between"), password: undefined, log });
    const [one, other] = [await pool.connect(), await pool.connect()];
    await one.query("begin", []);
    const { rows } = await one.query<{ readonly pid: number }>("select pg_backend_pid() as pid", []);
    await other.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
    while (lines.length === 0) await other.query("select 1", []);
    await assert.rejects(one.query("commit", []));
    one.release();
    other.release();
    assert.match(lines.join(), /a connection to PostgreSQL broke/);
    await pool.end();
  });

  it("PostgreSQL: a store finds it again after it was away, and says that connections broke", async () => {
    await cluster().createDatabase("away");
    const lines: string[] = [];
    const log = createLogger({ level: "warn", write: (line: string) => void lines.push(line) });
    const postgres = { url: cluster().urlOf("away"), password: undefined };
    const store = await createStore({ path: "", postgres, log });
    await store.applications.insert(anApplication("a"));

    await cluster().stop();
    await assert.rejects(store.applications.get("a"), { code: "STORE_AWAY", retry: "later" });
    await assert.rejects(store.applications.insert(anApplication("b")), { code: "STORE_AWAY" });
    await assert.rejects(
      store.atomically(async ({ applications }) => applications.get("a")),
      { code: "STORE_AWAY" },
    );
    await cluster().start();

    assert.deepEqual(await store.applications.get("a"), anApplication("a"));
    assert.match(lines.join(), /connection to PostgreSQL broke/);
    await store.close();
  });

  it("PostgreSQL: while it is away requests get 503, which clients try again until it is back; attempts to call once more, too", async () => {
    await cluster().createDatabase("requests");
    const { api, client, close } = await startApi({ store: await open(cluster().urlOf("requests")) });
    const ask = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(`${api.url}${path}`, init);
      const [error, retryAfter] = ["x-amzn-errortype", "retry-after"].map((name) => response.headers.get(name));
      return { status: response.status, error, retryAfter, body: await response.text() };
    };
    await cluster().stop();
    const again = { "amz-sdk-invocation-id": "one", "amz-sdk-request": "attempt=2; max=3" };
    const [list, call] = [
      await ask("/sip-media-applications"),
      await ask("/sip-media-applications/11111111-2222-4333-8444-555555555555/calls", {
        method: "POST",
        headers: { ...again, "content-type": "application/json" },
        body: JSON.stringify({ FromPhoneNumber: "+12065550100", ToPhoneNumber: "+15105550123" }),
      }),
    ];
    const away = {
      ...{ status: 503, error: "ServiceUnavailableException", retryAfter: "2" },
      body: '{"Code":"ServiceUnavailable","Message":"The database takes nothing now. Try again."}',
    };
    assert.deepEqual([list, call], [away, away]);

    // Inside of what tries again.
    const refusals: string[] = [];
    const watch = (next: (args: never) => Promise<object>) => (args: never) =>
      next(args).catch(async (error: Error) => {
        refusals.push(error.name);
        if (refusals.length === 1) await cluster().start();
        throw error;
      });
    client.middlewareStack.add(watch as never, { step: "finalizeRequest", priority: "low" });
    const { SipMediaApplications } = await client.send(new ListSipMediaApplicationsCommand({}));
    assert.deepEqual([SipMediaApplications, refusals], [[], ["ServiceUnavailableException"]]);
    await close();
  });
}
