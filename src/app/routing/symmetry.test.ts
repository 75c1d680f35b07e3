import assert from "node:assert/strict";
import { test } from "node:test";
import { createSymmetry } from "./symmetry.ts";

const at = (host: string, port = 5060) => ({ transport: "udp", host, port }) as const;
const route = (address: ReturnType<typeof at>, symmetric: boolean | undefined) => ({
  ...{ address, priority: 1, weight: 1 },
  symmetric,
});
const config = (routes: readonly ReturnType<typeof route>[], everybody?: boolean) => ({
  sip: { symmetric: everybody },
  trunk: at("192.0.2.1"),
  trunkTraits: { symmetric: false },
  voiceConnectors: [{ key: "a", routes }],
});

test("each address of a Voice Connector and the trunk are as they say, all others as sip.symmetric", () => {
  const isSymmetric = createSymmetry(config([route(at("192.0.2.7"), true), route(at("192.0.2.8"), undefined)], true));

  assert.equal(isSymmetric(at("192.0.2.7")), true);
  assert.equal(isSymmetric(at("192.0.2.1")), false);
  assert.equal(
    isSymmetric(at("192.0.2.8")),
    undefined,
    "the configuration fills in sip.symmetric where it says nothing",
  );
  assert.equal(isSymmetric(at("192.0.2.9")), true);
  assert.equal(createSymmetry(config([]))(at("192.0.2.9")), undefined);
});

test("of two peers at one host the port tells which; what comes from another port is as the first", () => {
  const isSymmetric = createSymmetry(config([route(at("192.0.2.7"), true), route(at("192.0.2.7", 5070), false)]));

  assert.equal(isSymmetric(at("192.0.2.7", 5070)), false);
  assert.equal(isSymmetric(at("192.0.2.7", 5060)), true);
  assert.equal(isSymmetric(at("192.0.2.7", 40_000)), true);
  assert.equal(createSymmetry(config([route(at("192.0.2.1", 5070), true)]))(at("192.0.2.1", 5070)), true);
});
