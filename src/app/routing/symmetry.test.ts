import assert from "node:assert/strict";
import { test } from "node:test";
import { plainTrunk, type Trunk } from "../../trunks/index.ts";
import { createSymmetry } from "./symmetry.ts";

const at = (host: string, port = 5060) => ({ transport: "udp", host, port }) as const;
const trunk = (target: ReturnType<typeof at>, symmetric: boolean | undefined): Trunk => ({
  ...plainTrunk,
  ...{ name: `${target.host}:${target.port}`, symmetric },
  addresses: [{ target, priority: 1, weight: 1 }],
});

test("each trunk is as it says, all others as sip.symmetric", () => {
  const trunks = [trunk(at("192.0.2.7"), true), trunk(at("192.0.2.1"), false), trunk(at("192.0.2.8"), undefined)];
  const isSymmetric = createSymmetry({ symmetric: true }, () => trunks);

  assert.equal(isSymmetric(at("192.0.2.7")), true);
  assert.equal(isSymmetric(at("192.0.2.1")), false);
  assert.equal(
    isSymmetric(at("192.0.2.8")),
    undefined,
    "the configuration fills in sip.symmetric where it says nothing",
  );
  assert.equal(isSymmetric(at("192.0.2.9")), true);
  assert.equal(createSymmetry({ symmetric: undefined }, () => [])(at("192.0.2.9")), undefined);
});

test("of two trunks at one host the port tells which; what comes from another port is as the first", () => {
  const trunks = [trunk(at("192.0.2.7"), true), trunk(at("192.0.2.7", 5070), false)];
  const isSymmetric = createSymmetry({ symmetric: undefined }, () => trunks);

  assert.equal(isSymmetric(at("192.0.2.7", 5070)), false);
  assert.equal(isSymmetric(at("192.0.2.7", 5060)), true);
  assert.equal(isSymmetric(at("192.0.2.7", 40_000)), true);
});
