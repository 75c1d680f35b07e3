import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "./config.ts";
import type { WrittenConfig } from "../settings/configuration.ts";

function guardOf(written: WrittenConfig, mode: "development" | "production") {
  return loadConfig({ written, mode, environment: {}, folder: import.meta.dirname }).sip.guard;
}
const trunk = { address: "sip:192.0.2.1:5060" };

const cases: readonly (readonly [string, WrittenConfig, "development" | "production", string])[] = [
  ["in development", { trunk }, "development", "accept"],
  ["in production with a trunk", { trunk }, "production", "refuse"],
  ["in production with a Voice Connector", { voiceConnectors: { "*": "sip:192.0.2.1" } }, "production", "refuse"],
  ["in production with a trunk of a name", { trunks: { carrier: trunk } }, "production", "refuse"],
  ["in production with a phone", { phones: [{ name: "alice", password: "secret" }] }, "production", "refuse"],
  ["in production where nobody else could call", {}, "production", "accept"],
  ["who are told to be ignored", { trunk, sip: { strangers: "ignore" } }, "production", "ignore"],
  ["who are told to be refused", { sip: { strangers: "refuse" } }, "development", "refuse"],
  ["who are told to be accepted", { trunk, sip: { strangers: "accept" } }, "production", "accept"],
];
for (const [what, written, mode, expected] of cases)
  test(`strangers ${what}: ${expected}`, () => assert.equal(guardOf(written, mode).strangers, expected));

test("each source has ten requests a second and a ban of ten minutes, unless told otherwise", () => {
  assert.deepEqual(guardOf({}, "production"), { strangers: "accept", requestsPerSecond: 10, banMs: 600_000 });
  const written = { sip: { requestsPerSecond: 0, banSeconds: 0 } };
  assert.deepEqual(guardOf(written, "production"), { strangers: "accept", requestsPerSecond: 0, banMs: 0 });
});
