import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogger } from "../../kernel/index.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { awaitPostgres } from "./await-postgres.ts";

const url = "postgresql://offhook:hunter2@db.example.com/offhook";
const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

/** A wait for a database that fails so often, in virtual time. */
async function waitFor(
  failures: number,
  { failure = refused as Error, givenUp = undefined as Promise<unknown> | undefined } = {},
) {
  const clock = createManualClock();
  const lines: string[] = [];
  const log = createLogger({ level: "info", write: (line: string) => void lines.push(line) });
  let asked = 0;
  const ask = async () => {
    asked += 1;
    if (asked <= failures) throw failure;
  };
  const waiting = awaitPostgres(ask, { patience: { clock, ms: 60_000, givenUp }, url, log });
  const ended = waiting.then(
    () => "answered",
    (error: unknown) => error,
  );
  let outcome: unknown;
  void ended.then((value) => (outcome = value));
  while (outcome === undefined) {
    await new Promise(setImmediate);
    if (outcome === undefined) clock.advance(1_000);
  }
  return { outcome, asked, lines, seconds: clock.monotonicMs() / 1_000 };
}

test("a database that comes up is waited for, with one line when it is away and one when it answers", async () => {
  const { outcome, asked, lines } = await waitFor(12);
  assert.deepEqual([outcome, asked, lines.length], ["answered", 13, 2]);
  assert.match(
    lines[0] ?? "",
    /waited for, 60 s at most: store\.url.* is postgresql:\/\/offhook@db\.example\.com\/offhook, and/,
  );
  assert.doesNotMatch(lines.join(), /hunter2/);
});

test("one that does not come up is given up after its time, with the last failure", async () => {
  const { outcome, asked } = await waitFor(Infinity);
  assert.equal(outcome, refused);
  assert.ok(asked >= 59 && asked <= 61, `asked ${asked} times`);
});

test("what PostgreSQL refuses with a reason is not waited for, but what passes by itself is", async () => {
  const stateOf = (code: string) => Object.assign(new Error(code), { code, severity: "FATAL" });
  for (const code of ["28P01", "3D000", "42501"])
    assert.equal((await waitFor(1, { failure: stateOf(code) })).asked, 1, code);
  for (const code of ["57P03", "53300", "08006"])
    assert.equal((await waitFor(1, { failure: stateOf(code) })).asked, 2, code);
  for (const silence of ["timeout exceeded when trying to connect", "Connection terminated unexpectedly"])
    assert.equal((await waitFor(1, { failure: new Error(silence) })).asked, 2, silence);
});

test("a start that is given up waits no longer", async () => {
  const { outcome, asked } = await waitFor(Infinity, { givenUp: Promise.resolve() });
  assert.equal(outcome, refused);
  assert.ok(asked <= 2, `asked ${asked} times`);
});
