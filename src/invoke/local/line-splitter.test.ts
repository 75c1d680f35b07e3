import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLineSplitter } from "./line-splitter.ts";

function split(pieces: string[], maxLength?: number): string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => void lines.push(line), maxLength);
  for (const piece of pieces) splitter.push(piece);
  splitter.end();
  return lines;
}

describe("line splitter", () => {
  it("hands out whole lines however the text was cut", () => {
    const text = "one\ntwo\r\n\nthree é\n";
    for (let cut = 0; cut <= text.length; cut++) {
      assert.deepEqual(split([text.slice(0, cut), text.slice(cut)]), ["one", "two", "", "three é"], `cut at ${cut}`);
    }
  });

  it("hands out the last line without a break", () => assert.deepEqual(split(["a\nb"]), ["a", "b"]));

  it("cuts a line that never ends, so that memory stays bounded", () => {
    assert.deepEqual(split(["abcdefg", "hij\nk"], 4), ["abcd", "efgh", "ij", "k"]);
  });
});
