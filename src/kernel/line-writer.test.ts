import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ByteSink } from "./byte-sink.ts";
import { createLineWriter, type LostLines } from "./line-writer.ts";
import { createManualClock } from "../testing/manual-clock.ts";

/** A sink that takes nothing until told what became of the piece at hand. */
function createHeldSink() {
  const pieces: string[] = [];
  let finish: (error: NodeJS.ErrnoException | null, writtenBytes: number) => void = () => undefined;
  let isClosed = false;
  const sink: ByteSink = {
    write(bytes, done) {
      pieces.push(bytes.toString());
      finish = done;
    },
    close: () => (isClosed = true),
  };
  return {
    ...{ sink, pieces },
    isClosed: () => isClosed,
    takes: (bytes = pieces.at(-1)?.length ?? 0) => finish(null, bytes),
    fails: (code: string) => finish(Object.assign(new Error(code), { code }), 0),
  };
}

function openWriter(limitBytes?: number) {
  const held = createHeldSink();
  const clock = createManualClock();
  const reported: LostLines[] = [];
  const writer = createLineWriter({
    ...{ sink: held.sink, clock, onRoomAgain: (lost: LostLines) => void reported.push(lost) },
    ...(limitBytes === undefined ? {} : { limitBytes }),
  });
  return { ...held, clock, reported, writer };
}

describe("a writer of lines", () => {
  it("writes one piece at a time, and what came meanwhile as the next", () => {
    const { writer, pieces, takes, clock } = openWriter();
    for (const line of ["a\n", "b\n", "c\n"]) writer.write(line);
    takes();
    clock.advance(10);
    assert.deepEqual(pieces, ["a\n", "b\nc\n"]);
  });

  it("gathers what comes within 10 ms after a piece, since each piece costs a hop to another thread", () => {
    const { writer, pieces, takes, clock } = openWriter();
    writer.write("a\n");
    takes();
    writer.write("b\n");
    clock.advance(9);
    writer.write("c\n");
    assert.deepEqual(pieces, ["a\n"]);
    clock.advance(1);
    assert.deepEqual(pieces, ["a\n", "b\nc\n"]);
  });

  it("does not gather once a piece is full", () => {
    const { writer, pieces, takes } = openWriter();
    const long = `${"x".repeat(40_000)}\n`;
    for (const line of ["a\n", long, long, "b\n"]) writer.write(line);
    takes();
    assert.deepEqual(pieces, ["a\n", long + long]);
  });

  it("writes what it gathered at once when it is closed", async () => {
    const { writer, pieces, takes } = openWriter();
    writer.write("a\n");
    takes();
    writer.write("b\n");
    const closed = writer.close(600_000);
    assert.deepEqual(pieces, ["a\n", "b\n"]);
    takes();
    await closed;
  });

  it("goes on behind what a sink took of a piece", () => {
    const { writer, pieces, takes } = openWriter();
    writer.write("abcdef\n");
    takes(3);
    assert.deepEqual(pieces, ["abcdef\n", "def\n"]);
  });

  for (const [code, retryMs] of [
    ["ENOSPC", 1_000],
    ["EIO", 1_000],
    ["EDQUOT", 1_000],
    ["EAGAIN", 20],
  ] as const) {
    it(`tries a piece again ${retryMs} ms after ${code}, and not before`, () => {
      const { writer, pieces, fails, clock } = openWriter();
      writer.write("a\n");
      fails(code);
      clock.advance(retryMs - 1);
      writer.write("b\n");
      assert.deepEqual(pieces, ["a\n"]);
      clock.advance(1);
      assert.deepEqual(pieces, ["a\n", "a\n"]);
    });
  }

  it("keeps no more than its limit while the disk is full, and tells once how many lines are gone", () => {
    const { writer, pieces, fails, takes, clock, reported } = openWriter(10);
    writer.write("1234\n");
    fails("ENOSPC");
    for (const line of ["5678\n", "9abc\n", "defg\n"]) writer.write(line);
    clock.advance(1_000);
    fails("ENOSPC");
    clock.advance(1_000);
    takes();
    clock.advance(10);
    takes();
    assert.deepEqual(reported, [{ lines: 2, cause: "ENOSPC", durationMs: 2_000 }]);
    assert.deepEqual(pieces, ["1234\n", "1234\n", "1234\n", "5678\n"]);
  });

  it("counts the lines that a slow reader made it drop", () => {
    const { writer, takes, reported } = openWriter(10);
    for (const line of ["1234\n", "5678\n", "9abc\n"]) writer.write(line);
    takes();
    assert.deepEqual(
      reported.map(({ lines, cause }) => [lines, cause]),
      [[1, undefined]],
    );
  });

  it("writes nothing more once the reader has left", () => {
    const { writer, pieces, fails, clock } = openWriter();
    writer.write("a\n");
    fails("EPIPE");
    writer.write("b\n");
    clock.advance(60_000);
    assert.deepEqual(pieces, ["a\n"]);
    assert.equal(clock.pendingTimers(), 0);
  });

  it("is closed when the last line is written", async () => {
    const { writer, takes, isClosed } = openWriter();
    writer.write("a\n");
    const closed = writer.close(600_000);
    assert.equal(isClosed(), false);
    takes();
    await closed;
    assert.equal(isClosed(), true);
  });

  it("is closed at its limit although the sink takes nothing", async () => {
    const { writer, isClosed } = openWriter();
    writer.write("a\n");
    await writer.close(1);
    assert.equal(isClosed(), true);
  });
});
