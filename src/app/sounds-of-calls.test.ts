import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { createFolderStore } from "../objects/index.ts";
import type { WholeCall } from "../store/index.ts";
import { soundsOfCalls } from "./sounds-of-calls.ts";

const folder = mkdtempSync(join(tmpdir(), "offhook-sounds-of-calls-"));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, "rec"));
writeFileSync(join(folder, "rec", "a.wav"), "0123456789");

const started = (at: number, action: string) => ({ at, type: "action-started", participantTag: "LEG-A", action });
const stored = (at: number, key: string, durationMs: number) => ({
  ...{ at, type: "recording-stored", participantTag: "LEG-A", bucket: "rec", key, durationMs, storingMs: 100 },
});

function open(facts: readonly object[], history: readonly object[] = []) {
  const call = { facts } as unknown as WholeCall;
  return soundsOfCalls({
    ...{ sounds: undefined, objects: createFolderStore(folder) },
    records: { get: (id) => Promise.resolve(id === "call" ? call : undefined) },
    timeline: () => Promise.resolve({ entries: history } as never),
  });
}

describe("what can be heard of a call that is not kept as a whole", () => {
  it("is what functions have recorded, from when the action began that recorded it", async () => {
    const facts = [started(1_000, "StartCallRecording"), started(4_000, "RecordAudio"), started(4_050, "Speak")];
    const sounds = await open([...facts, stored(7_200, "b.wav", 3_000), stored(9_200, "a.wav", 8_000)])("call");
    assert.deepEqual(
      sounds.map(({ startedAt, mono, participantTag }) => [startedAt, mono, participantTag]),
      [
        [4_000, "heard", "LEG-A"],
        [1_000, "heard", "LEG-A"],
      ],
    );
    assert.deepEqual(await open([])("call"), []);
    assert.deepEqual(await open(facts)("another"), []);
  });

  it("is the other side where the history says that it was recorded", async () => {
    const begun = { ...started(1_000, "StartCallRecording"), parameters: { Track: "OUTGOING" } };
    const [sound] = await open([stored(9_200, "a.wav", 8_000)], [begun])("call");
    assert.deepEqual([sound?.mono, sound?.startedAt], ["said", 1_100]);
  });

  it("is read in parts from its bucket, and is gone when it is gone there", async () => {
    const [here, gone] = await open([stored(1, "a.wav", 1), stored(1, "b.wav", 1)])("call");
    const file = (await here?.open()) ?? assert.fail("it is there");
    assert.deepEqual(
      [file.sizeBytes, String(await file.read(2, 3)), String(await file.read(8, 10))],
      [10, "234", "89"],
    );
    assert.equal(await gone?.open(), undefined);
  });
});
