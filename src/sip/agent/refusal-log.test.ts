import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Logger } from "../../kernel/index.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import type { Refusal } from "../types.ts";
import { createRefusalLog } from "./refusal-log.ts";

const peer = { transport: "udp", host: "192.0.2.9", port: 5060 } as const;
const aRefusal = (cause: string, why = "of this"): Refusal => ({ cause, status: 420, method: "INVITE", peer, why });

function setUp() {
  const clock = createManualClock();
  const lines: string[] = [];
  const write = (level: string) => (_facts: object, message: string) => void lines.push(`${level} ${message}`);
  const log: Logger = {
    ...{ debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") },
    child: () => log,
  };
  const seen: Refusal[] = [];
  const refusals = createRefusalLog(clock, log, (refusal) => void seen.push(refusal));
  const loud = () => lines.filter((line) => !line.startsWith("debug"));
  return { clock, refusals, lines, loud, seen };
}

describe("the log of refusals", () => {
  it("says the first of a cause at once, with peer, status, cause and reason", () => {
    const bed = setUp();

    bed.refusals.note(aRefusal("extension-required", "it requires 100rel"), "warn");

    assert.deepEqual(bed.loud(), [
      "warn INVITE from 192.0.2.9:5060 refused with 420 (extension-required): it requires 100rel",
    ]);
  });

  it("says of a connection of ours where it went: a far end whose certificate is not its own did not come here", () => {
    const bed = setUp();

    const refusal = { ...aRefusal("certificate-not-trusted", "another name"), status: undefined, method: "connection" };
    bed.refusals.note(refusal, "warn");

    assert.deepEqual(bed.loud(), ["warn connection to 192.0.2.9:5060 dropped (certificate-not-trusted): another name"]);
  });

  it("gives a flood one line a minute, with how many were left out and the latest of them", () => {
    const bed = setUp();

    for (let index = 0; index < 1000; index++) bed.refusals.note(aRefusal("no-rule", `number ${index}`), "warn");
    bed.clock.advance(60_000);
    for (let index = 0; index < 5; index++) bed.refusals.note(aRefusal("no-rule", `later ${index}`), "warn");
    bed.clock.advance(60_000);

    assert.deepEqual(bed.loud(), [
      "warn INVITE from 192.0.2.9:5060 refused with 420 (no-rule): number 0",
      "warn 999 more in the last minute; the latest: INVITE from 192.0.2.9:5060 refused with 420 (no-rule): number 999",
      "warn 5 more in the last minute; the latest: INVITE from 192.0.2.9:5060 refused with 420 (no-rule): later 4",
    ]);
    assert.deepEqual(bed.refusals.counts(), { "no-rule": 1005 });
  });

  it("says the first after a quiet minute at once again", () => {
    const bed = setUp();

    bed.refusals.note(aRefusal("no-rule"), "warn");
    bed.clock.advance(60_000);
    bed.refusals.note(aRefusal("no-rule"), "warn");

    assert.equal(bed.loud().length, 2);
  });

  it("keeps causes apart: a flood of one does not hide another", () => {
    const bed = setUp();

    for (let index = 0; index < 100; index++) bed.refusals.note(aRefusal("not-sip"), "warn");
    bed.refusals.note(aRefusal("no-dialog"), "info");

    assert.equal(bed.loud().length, 2);
    assert.deepEqual(bed.refusals.counts(), { "not-sip": 100, "no-dialog": 1 });
  });

  it("shows each at level debug, and what is no news only there", () => {
    const bed = setUp();

    bed.refusals.note(aRefusal("no-rule"), "warn");
    bed.refusals.note(aRefusal("no-rule"), "warn");
    bed.refusals.note(aRefusal("cancelled"), "debug");

    assert.equal(bed.lines.filter((line) => line.startsWith("debug")).length, 2);
    assert.equal(bed.loud().length, 1);
    assert.deepEqual(bed.refusals.counts(), { "no-rule": 2, cancelled: 1 });
  });

  it("tells each refusal to whoever watches, left out of the log or not", () => {
    const bed = setUp();

    for (let index = 0; index < 3; index++) bed.refusals.note(aRefusal("no-rule"), "warn");

    assert.equal(bed.seen.length, 3);
  });

  it("counts more causes than there are words for as one, so that the counts stay small", () => {
    const bed = setUp();

    for (let index = 0; index < 1000; index++) bed.refusals.note(aRefusal(`cause-${index}`), "debug");

    const counts = bed.refusals.counts();
    assert.equal(Object.keys(counts).length, 101);
    assert.equal(counts["other"], 900);
  });

  it("says what was left out when it closes, and nothing afterwards", () => {
    const bed = setUp();

    bed.refusals.note(aRefusal("no-rule"), "warn");
    bed.refusals.note(aRefusal("no-rule"), "warn");
    bed.refusals.close();
    bed.clock.advance(120_000);

    assert.equal(bed.loud().length, 2);
    assert.match(bed.loud()[1] ?? "", /^warn 1 more in the last minute/);
  });
});
