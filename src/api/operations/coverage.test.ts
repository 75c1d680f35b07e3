import assert from "node:assert/strict";
import { test } from "node:test";
import { modelOf } from "../wire/model.ts";
import { coverage } from "./coverage.ts";
import { operations } from "./index.ts";

// Contract: api-coverage
test("tells of all 96 operations what the server does: what is served or stored has a handler, and nothing else has", () => {
  const names = modelOf("voice").operations.map(({ name }) => name);
  const handled = new Set(operations.map(({ name }) => name));
  const answered = Object.entries(coverage).filter(([, { state }]) => state === "served" || state === "stored");

  assert.equal(names.length, 96);
  assert.deepEqual(Object.keys(coverage).sort(), [...names].sort());
  assert.deepEqual(answered.map(([name]) => name).sort(), names.filter((name) => handled.has(name)).sort());
});
