import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../../kernel/index.ts";
import { parseSipUri } from "../../sip/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { createTrunks, plainTrunk, type Trunk } from "../../trunks/index.ts";
import { createTrunkAccounts } from "./trunk-accounts.ts";

const at = (host: string) => ({ transport: "udp", host, port: 5060 }) as const;
const trunk = (name: string, host: string, callers: Trunk["callers"]): Trunk => ({
  ...{ ...plainTrunk, name, callers },
  addresses: [{ target: at(host), priority: 1, weight: 1 }],
});

// Contract: sip-and-media-trunk-callers
test("a call has to prove an account of the trunk that sends from there, or whose host it calls, as trunks are at that moment (Contract: sip-and-media-trunk-callers)", () => {
  const userAgent = {
    locate: () => [],
    request: () => Promise.reject(new Error("none")),
    localAddressFor: () => at("::1"),
  };
  const ports = { userAgent, clock: createManualClock(), log: silentLogger, random: () => 0, newId: () => "1" };
  const pbx = trunk("pbx", "192.0.2.1", [{ username: "a", password: "hunter2" }]);
  const trunks = createTrunks({
    ...{ ...ports, trunks: [pbx, trunk("open", "192.0.2.2", [])], connectors: [], standIn: () => undefined },
  });
  const late: Parameters<typeof createTrunkAccounts>[0] = {
    trunks,
    connectors: { ofHost: (host) => (host === "vc.example.com" ? ({ id: "pbx" } as never) : undefined) },
  };
  const accounts = createTrunkAccounts(late);
  const ownerOf = (uri: string, host: string) => accounts.ownerOf(parseSipUri(uri) ?? assert.fail(uri), at(host));

  assert.deepEqual(
    [ownerOf("sip:x@here", "192.0.2.1"), ownerOf("sip:x@here", "192.0.2.2"), ownerOf("sip:x@here", "192.0.2.3")],
    ["pbx", undefined, undefined],
  );
  assert.equal(ownerOf("sip:x@vc.example.com", "192.0.2.3"), "pbx");
  assert.deepEqual(
    accounts.find("a").map(({ name, trunk: of, mayRegister }) => [name, of, mayRegister]),
    [["a", "pbx", false]],
  );
  assert.deepEqual([accounts.find("b"), accounts.areThere()], [[], true]);
  trunks.put({ ...pbx, callers: [] });
  assert.deepEqual(
    [accounts.find("a"), accounts.areThere(), ownerOf("sip:x@here", "192.0.2.1")],
    [[], false, undefined],
  );
  assert.deepEqual(createTrunkAccounts({}).find("a"), []);
});
