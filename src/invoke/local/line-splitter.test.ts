import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLineSplitter, longestLine } from "./line-splitter.ts";

function openSplitter() {
  const lines: string[] = [];
  let dropped = 0;
  const splitter = createLineSplitter(
    (line) => void lines.push(line),
    (characters) => void (dropped += characters),
  );
  return { splitter, lines, dropped: () => dropped };
}

describe("line splitter", () => {
  it("hands out whole lines however the text was cut", () => {
    const text = "one\ntwo\r\n\nthree é\n";
    for (let cut = 0; cut <= text.length; cut++) {
      const { splitter, lines } = openSplitter();
      splitter.push(text.slice(0, cut));
      splitter.push(text.slice(cut));
      assert.deepEqual(lines, ["one", "two", "", "three é"], `cut at ${cut}`);
    }
  });

  it("hands out the last line without a break", () => {
    const { splitter, lines } = openSplitter();
    splitter.push("a\nb");
    splitter.end();
    assert.deepEqual(lines, ["a", "b"]);
  });

  it("hands out the beginning of a line that is too long at once, drops and counts the rest, and goes on with the next", () => {
    const { splitter, lines, dropped } = openSplitter();
    const long = "x".repeat(longestLine);
    splitter.push(long.slice(1));
    splitter.push("xyz");
    assert.deepEqual(lines, [`${long}`.slice(0, -1) + "x"]);
    for (let piece = 0; piece < 10; piece++) splitter.push("y".repeat(1_000));
    splitter.push("z\nnext\n");
    assert.equal(dropped(), 2 + 10_000 + 1);
    assert.deepEqual(lines.slice(1), ["next"]);
  });

  it("keeps a line of just the greatest length whole", () => {
    const { splitter, lines, dropped } = openSplitter();
    splitter.push(`${"x".repeat(longestLine)}\n`);
    assert.deepEqual([lines.map((line) => line.length), dropped()], [[longestLine], 0]);
  });

  it("drops up to the next line break when it is told that something is missing", () => {
    const { splitter, lines } = openSplitter();
    splitter.push("half");
    splitter.skipRest();
    splitter.push(" of it\nwhole\n");
    assert.deepEqual(lines, ["whole"]);
  });
});
