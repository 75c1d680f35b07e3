import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { listVoices } from "../app/index.ts";
import { describeVoices } from "./voices.ts";

describe("offhook voices", () => {
  it("has a line for each voice of Polly, which says who speaks for it", () => {
    const lines = describeVoices(listVoices(), []);

    assert.equal(lines.length, listVoices().length);
    assert.equal(new Set(lines).size, lines.length);
    assert.ok(lines.includes("en-US      Joanna     woman  slt"));
    assert.ok(lines.includes("en-US      Salli      woman  slt at 180 Hz"));
    assert.ok(lines.includes("de-DE      Hans       man    rms, with English sounds"));
  });

  it("takes languages and their beginnings, in any case", () => {
    const languagesOf = (...wanted: string[]) => [
      ...new Set(describeVoices(listVoices(), wanted).map((line) => line.split(" ")[0])),
    ];

    assert.deepEqual(languagesOf("de"), ["de-AT", "de-CH", "de-DE"]);
    assert.deepEqual(languagesOf("EN-gb", "arb"), ["arb", "en-GB", "en-GB-WLS"]);
    assert.deepEqual(languagesOf("xx"), []);
    assert.deepEqual(languagesOf("e"), []);
  });
});
