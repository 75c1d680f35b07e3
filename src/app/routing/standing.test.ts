import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createStanding } from "./standing.ts";

test("this machine, local networks and trunks are trusted, registered phones known, all others strangers", () => {
  const clock = createManualClock();
  let own = "192.0.2.1";
  const of = createStanding({
    localNetworks: [
      { address: "10.0.0.0", prefix: 8 },
      { address: "fd00::", prefix: 8 },
    ],
    isTrunkSource: (host) => host === "198.51.100.1",
    isRegistered: (host) => host === "203.0.113.5" || host === "10.0.0.1",
    clock,
    ownHosts: () => new Set([own]),
  });

  for (const host of ["127.0.0.1", "127.0.0.9", "::1", "192.0.2.1", "10.0.0.1", "fd00::1", "198.51.100.1"])
    assert.equal(of(host), "trusted", host);
  assert.equal(of("203.0.113.5"), "known");
  for (const host of ["203.0.113.6", "2001:db8::1", "192.0.2.2", "11.0.0.1"]) assert.equal(of(host), "stranger", host);
  own = "192.0.2.2";
  clock.advance(10_000);
  assert.deepEqual([of("192.0.2.1"), of("192.0.2.2")], ["stranger", "trusted"]);
});
