import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadConfig, type LoadConfigOptions } from "./config.ts";

const store = { url: "postgresql://offhook@db.example.com/offhook" };
const load = (written: LoadConfigOptions["written"], environment: Readonly<Record<string, string>> = {}) =>
  loadConfig({ written: written ?? {}, mode: "production", environment });

describe("where other servers on the database reach this one", () => {
  it("is a URL, also of the environment, whose host the API answers to", () => {
    const url = "https://node-1.example.com:8443/";
    for (const config of [load({ store, cluster: { url } }), load({ store }, { OFFHOOK_CLUSTER_URL: url })]) {
      assert.equal(config.cluster.url, "https://node-1.example.com:8443");
      assert.ok(config.api.hosts.includes("node-1.example.com"));
    }
    assert.equal(load({ store }).cluster.url, undefined);
  });

  for (const [written, why] of [
    [{ cluster: { url: "https://node-1.example.com" } }, /cluster\.url: there is no store\.url/],
    [{ store, cluster: { url: "node-1:8443" } }, /cluster\.url: .*begins with http:\/\//],
    [{ store, cluster: { url: "https://a:b@node-1.example.com" } }, /cluster\.url: .*user name or a password/],
    [{ store, cluster: { url: "https://node-1.example.com/?a" } }, /cluster\.url: .*no \?/],
  ] as const) {
    it(`is refused as ${JSON.stringify(written)}`, () => {
      assert.throws(() => load(written), { code: "APP_BAD_CONFIG", message: why });
    });
  }
});
