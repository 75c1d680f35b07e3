import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import Database from "libsql";
import { errorCode, errorMessage, silentLogger } from "../../src/kernel/index.ts";
import { createStore } from "../../src/store/index.ts";
import { anApplication } from "./applications-and-rules.ts";
import { aCall, aChange } from "./a-call.ts";

describe("the SQLite file", () => {
  const inFolder = async (body: (folder: string) => Promise<void>) => {
    const folder = mkdtempSync(join(tmpdir(), "offhook-store-"));
    try {
      await body(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it("keeps records over a restart, in a folder that it makes", () =>
    inFolder(async (folder) => {
      const path = join(folder, "deep", "offhook.db");
      const before = await createStore({ path, log: silentLogger });
      await before.applications.insert(anApplication("a"));
      await before.close();

      const after = await createStore({ path, log: silentLogger });

      assert.deepEqual(await after.applications.get("a"), anApplication("a"));
      await after.close();
    }));

  it("can be read by its owner alone, with what lies beside it: numbers and words of calls that are up are in it", () =>
    inFolder(async (folder) => {
      const path = join(folder, "data", "offhook.db");
      const store = await createStore({ path, log: silentLogger });
      await store.applications.insert(anApplication("a"));

      const modes = [dirname(path), path, `${path}-wal`, `${path}-shm`].map((one) => statSync(one).mode & 0o777);

      assert.deepEqual(modes, [0o700, 0o600, 0o600, 0o600]);
      await store.close();
    }));

  it("is brought up to date by one of several processes that start at once on a new file", () =>
    inFolder(async (folder) => {
      const path = join(folder, "offhook.db");

      const stores = await Promise.all([1, 2, 3].map(() => createStore({ path, log: silentLogger })));

      await stores[0]?.applications.insert(anApplication("a"));
      for (const store of stores) assert.deepEqual(await store.applications.get("a"), anApplication("a"));
      await Promise.all(stores.map((store) => store.close()));
    }));

  it("refuses a file that is not a database, and one that a newer version wrote", () =>
    inFolder(async (folder) => {
      await assert.rejects(createStore({ path: folder, log: silentLogger }), { code: "STORE_UNAVAILABLE" });
      const path = join(folder, "offhook.db");
      await (await createStore({ path, log: silentLogger })).close();
      const database = new Database(path);
      database.exec("insert into kysely_migration values ('9999-future', '2030-01-01')");
      database.close();

      const error = await createStore({ path, log: silentLogger }).catch((thrown: unknown) => thrown);

      assert.equal(errorCode(error), "STORE_UNAVAILABLE");
      assert.match(errorMessage(error), /a newer version of Offhook has changed the database \(9999-future\)/);
    }));

  it("has the calls that a killed process had begun, and no row of a call twice", () =>
    inFolder(async (folder) => {
      const path = join(folder, "offhook.db");
      const [first, second] = [
        await createStore({ path, log: silentLogger }),
        await createStore({ path, log: silentLogger }),
      ];
      for (const id of ["a", "b", "c"]) await first.calls.begin(aChange(aCall(id)));
      await first.calls.write([aChange(aCall("b", { endedAt: 3, cause: "BYE" }))], { nodeId: "n1", at: 1 });

      const found = await second.calls.takeOver({ nodeId: "n2", at: 9_000 }, 4_000);

      assert.deepEqual(
        found.map(({ transactionId, state }) => [transactionId, JSON.parse(state)]),
        [
          ["a", { of: "a" }],
          ["c", { of: "c" }],
        ],
      );
      assert.equal((await second.calls.get("b"))?.cause, "BYE");
      assert.equal((await second.calls.get("a"))?.nodeId, "n2");
      await Promise.all([first.close(), second.close()]);
    }));

  it("writes a call that a request made as a row at once: another one by the same request is found by it", () =>
    inFolder(async (folder) => {
      const store = await createStore({ path: join(folder, "offhook.db"), log: silentLogger });

      assert.equal(store.calls.begin({ ...aChange(aCall("a")), requestKey: "k" }), undefined);
      await store.close();
    }));
});
