import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { loadFlite, type FlitePart } from "./flite-speaker.ts";
import type { FliteVoice } from "./flite-voices.ts";

const { speak, command } = await loadFlite();

function words(text: string, changes: Partial<Extract<FlitePart, { type: "words" }>> = {}): FlitePart {
  const voice: FliteVoice = { name: "slt", pitchHz: undefined };
  return { type: "words", text, voice, rate: 1, pitch: 1, volumeDb: 0, ...changes };
}

async function durationMs(...parts: FlitePart[]): Promise<number> {
  return speak(parts).samples.length / 8;
}

/** Level of the frames that are not silence, dBFS. */
function spokenDbfs(samples: Int16Array): number {
  const squares = [...samples].map((sample) => (sample / 32_768) ** 2).filter((square) => square > 1e-6);
  return 10 * Math.log10(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}

describe("Flite", () => {
  const sentence = "Your balance is one hundred and twenty dollars.";

  for (const name of ["slt", "rms", "awb", "kal16"] as const) {
    it(`speaks a sentence with the voice ${name}, loud enough and from the first moment`, async () => {
      const { samples, wide } = speak([words(sentence, { voice: { name, pitchHz: undefined } })]);

      assert.ok(samples.length > 8 * 2_000 && samples.length < 8 * 5_000, `${samples.length / 8} ms`);
      assert.ok(Math.abs(spokenDbfs(samples) + 20) < 3, `${spokenDbfs(samples)} dBFS`);
      assert.ok(samples.subarray(0, 800).some((sample) => Math.abs(sample) > 300));
      assert.ok(samples.buffer instanceof SharedArrayBuffer);
      assert.equal(wide?.length, 2 * samples.length);
      assert.ok(Math.abs(spokenDbfs(wide) - spokenDbfs(samples)) < 1.5);
    });
  }

  it("speaks the same words the same whatever it spoke before, with whatever voice", async () => {
    const fresh = (await loadFlite()).speak([words(sentence)]);

    for (const name of ["slt", "rms", "awb", "kal16"] as const) {
      speak([words(`${sentence} ${sentence}`, { voice: { name, pitchHz: 140 }, rate: 0.7 })]);
      assert.deepEqual(speak([words(sentence)]), fresh, name);
    }
  });

  it("writes only to that part of its memory which is put back", async () => {
    const { speak: speakAnew, command: anew } = await loadFlite();
    const constants = () =>
      createHash("sha256")
        .update(anew.kept()?.constants ?? "none")
        .digest("hex");
    speakAnew([words("a")]);
    const before = constants();
    for (const name of ["slt", "rms", "awb", "kal16"] as const) {
      speakAnew([words(sentence, { voice: { name, pitchHz: 140 } })]);
    }

    assert.ok((anew.kept()?.constants.length ?? 0) > 16 * 1024 ** 2);
    assert.equal(constants(), before);
  });

  it("does not take more memory with each text", () => {
    speak([words(sentence)]);
    const after = command.kept()?.memoryBytes;
    for (let run = 0; run < 5; run++) speak([words(sentence)]);

    assert.equal(command.kept()?.memoryBytes, after);
  });

  it("takes longer for more words, and for a slower rate", async () => {
    const normal = await durationMs(words(sentence));

    assert.ok((await durationMs(words(`${sentence} ${sentence}`))) > 1.7 * normal);
    const slow = await durationMs(words(sentence, { rate: 0.5 }));
    assert.ok(Math.abs(slow / normal - 2) < 0.2, `${slow / normal}`);
  });

  it("makes pauses of exactly the time asked for", async () => {
    const [one, both] = [
      await durationMs(words("one.")),
      await durationMs(words("one."), { type: "pause", pauseMs: 700 }, words("one.")),
    ];

    assert.equal(both, 2 * one + 700);
  });

  it("gives silence for a pause alone, and nothing for nothing", async () => {
    assert.ok(speak([{ type: "pause", pauseMs: 100 }]).samples.every((sample) => sample === 0));
    assert.equal(await durationMs(), 0);
  });

  it("survives what would be long for a word, and words without letters", async () => {
    for (const text of ["x".repeat(120), "...", "-t -o /etc/passwd", "%s%n%x", "1".repeat(100), "$", "Dr. St. No. 5"]) {
      speak([words(text)]);
    }
  });

  it("speaks texts whose bytes are many more than their characters", async () => {
    const plain = await durationMs(words(sentence));

    for (const unspoken of ["\u00e9".repeat(300), "\u65e5\u672c".repeat(200), "\u{1f600}".repeat(300)]) {
      assert.ok((await durationMs(words(`${unspoken} ${sentence}`))) > 0.9 * plain, unspoken);
    }
  });
});
