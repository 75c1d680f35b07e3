import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { loadConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-config-store-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "secret"), "pass word\n");

function load(store: object, environment: Readonly<Record<string, string>> = {}) {
  writeFileSync(join(folder, "offhook.yaml"), JSON.stringify({ store }));
  return loadConfig({ folder, mode: "production", environment }).postgres;
}

describe("the database of the configuration", () => {
  const url = "postgresql://offhook@db.example.com/offhook?sslmode=verify-full";

  it("is an SQLite file, unless there is a URL, also of the environment", () => {
    assert.equal(load({}), undefined);
    assert.deepEqual(load({ url }), { url, password: undefined });
    assert.deepEqual(load({}, { OFFHOOK_STORE_URL: url }), { url, password: undefined });
  });

  it("has its password in a file of its own, where that is wanted", () => {
    assert.deepEqual(load({ url, passwordFile: "secret" }), { url, password: "pass word" });
  });

  for (const [wrong, why] of [
    [{ url: "mysql://offhook@db/offhook" }, /store\.url: .*begins with postgresql:\/\//],
    [{ url: "postgresql://offhook@/offhook" }, /store\.url: .*\?host= with the folder/],
    [{ passwordFile: "secret" }, /store\.passwordFile: there is no store\.url/],
    [{ url: "postgresql://a:b@db/c", passwordFile: "secret" }, /store\.url has a password too/],
    [{ url: "postgresql:///c?host=/run&password=b", passwordFile: "secret" }, /store\.url has a password too/],
    [{ url, passwordFile: "none" }, /store\.passwordFile: .*none cannot be read/],
  ] as const) {
    it(`is refused when it is ${JSON.stringify(wrong)}, without a word of a password`, () => {
      assert.throws(
        () => load(wrong),
        (error: Error) => why.test(error.message) && !/mysql:\/\/offhook|a:b|password=b/.test(error.message),
      );
    });
  }
});
