import assert from "node:assert/strict";
import { test } from "node:test";
import { plainTrunk, type Trunk } from "../../trunks/index.ts";
import { trunkAuthorities } from "./trunk-authorities.ts";

const trunk = (host: string, authoritiesFile: string | undefined): Trunk => ({
  ...{ ...plainTrunk, name: host, authoritiesFile },
  addresses: [{ target: { transport: "tls", host, port: 5061 }, priority: 1, weight: 1 }],
});
const list = [trunk("carrier.test", "/carrier.pem"), trunk("192.0.2.9", "/pbx.pem"), trunk("192.0.2.8", undefined)];
const trunks = {
  list: () => list,
  trunkOf: ({ host }: { host: string }) => list.find(({ name }) => name === host),
};

for (const [what, peer, file] of [
  ["a trunk that is called by its name", { host: "198.51.100.1", domain: "carrier.test" }, "/carrier.pem"],
  ["a trunk that connects from its address", { host: "192.0.2.9" }, "/pbx.pem"],
  ["a trunk without authorities of its own", { host: "192.0.2.8" }, undefined],
  ["a name of nobody at the address of a trunk", { host: "192.0.2.9", domain: "other.test" }, "/pbx.pem"],
  ["nobody", { host: "192.0.2.7", domain: "other.test" }, undefined],
] as const) {
  test(`${what} is vouched for by ${file ?? "those of all"}`, () => {
    assert.equal(trunkAuthorities(peer, trunks), file);
    assert.equal(trunkAuthorities(peer, undefined), undefined);
  });
}
