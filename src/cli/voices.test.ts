import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { listVoices } from "../app/index.ts";
import { describeVoices } from "./voices.ts";

/** As on a machine without espeak-ng. */
const voices = await listVoices({ engines: ["flite", "espeak-ng"], espeakProgram: "no-such-program" });

describe("offhook voices", () => {
  it("has a line for each voice of Polly, which says who speaks for it", () => {
    const lines = describeVoices(voices, []);

    assert.equal(lines.length, voices.length);
    assert.equal(new Set(lines).size, lines.length);
    assert.ok(lines.includes("en-US      Joanna     woman  flite slt"));
    assert.ok(lines.includes("en-US      Salli      woman  flite slt at 180 Hz"));
    assert.ok(lines.includes("de-DE      Hans       man    nobody: install espeak-ng"));
  });

  it("names what stands in for the first", () => {
    const hans = { id: "Hans", language: "de-DE", speaker: "man" } as const;
    const spokenBy = [
      { engine: "polly", voice: "Hans" },
      { engine: "espeak-ng", voice: "de" },
    ];

    assert.deepEqual(describeVoices([{ ...hans, spokenBy }], []), [
      "de-DE      Hans       man    polly Hans, else espeak-ng de",
    ]);
  });

  it("takes languages and their beginnings, in any case", () => {
    const languagesOf = (...wanted: string[]) => [
      ...new Set(describeVoices(voices, wanted).map((line) => line.split(" ")[0])),
    ];

    assert.deepEqual(languagesOf("de"), ["de-AT", "de-CH", "de-DE"]);
    assert.deepEqual(languagesOf("EN-gb", "arb"), ["arb", "en-GB", "en-GB-WLS"]);
    assert.deepEqual(languagesOf("xx"), []);
    assert.deepEqual(languagesOf("e"), []);
  });
});
