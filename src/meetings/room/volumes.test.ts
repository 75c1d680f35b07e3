import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, it } from "node:test";
import { silence, tellVolumes, type Loudness, type StreamVolume } from "./volumes.ts";

/** A room's volumes: one frame is a list of "stream at volume". */
function scene(room = { streams: [1, 2], listeners: 4 }) {
  let loudness: Loudness = silence;
  return (...volumes: readonly StreamVolume[]) => {
    const [next, frames] = tellVolumes(loudness, volumes, room);
    loudness = next;
    return frames.map(({ audioMetadata }) =>
      (audioMetadata?.attendeeStates ?? [])
        .map(({ audioStreamId, volume }) => `${audioStreamId} at ${volume}`)
        .join(" "),
    );
  };
}

const ann = { stream: 1, volume: 20 };
const bob = { stream: 2, volume: 30 };

describe("volumes of a room", () => {
  it("are told as they are measured, and nothing of a silence before anybody spoke", () => {
    const tell = scene();

    assert.deepEqual([tell(), tell(ann, bob), tell(bob)], [[], ["1 at 20 2 at 30"], ["2 at 30"]]);
  });

  it("are silence once at the end of speech, and after a pause by turns of two volumes, 48 in all", () => {
    const tell = scene();
    tell(ann);
    tell(bob);

    assert.deepEqual([tell(), tell()], [["1 at 127 2 at 127"], []]);
    const faded = [tell(), tell(), tell(), tell()];
    assert.deepEqual(faded[0]?.slice(0, 3), ["1 at 41 2 at 41", "1 at 127 2 at 127", "1 at 41 2 at 41"]);
    assert.deepEqual(
      faded.map(({ length }) => length),
      [12, 12, 12, 12],
    );
    assert.equal(faded.flat().at(-1), "1 at 127 2 at 127");
    assert.deepEqual([tell(), tell()], [[], []]);
  });

  it("begin anew when somebody speaks in the middle of that", () => {
    const tell = scene();
    tell(ann);
    for (let ticks = 0; ticks < 4; ticks++) tell();

    assert.deepEqual([tell(bob), tell(), tell()], [["2 at 30"], ["1 at 127 2 at 127"], []]);
  });

  it("leave out who has gone", () => {
    const tell = scene({ streams: [2], listeners: 1 });
    tell(ann);

    assert.deepEqual(tell(), []);
  });

  it("fade more slowly where many listen, so that no measurement has more than 600 messages", () => {
    const tell = scene({ streams: [1, 2], listeners: 250 });
    tell(ann);
    for (let ticks = 0; ticks < 2; ticks++) tell();
    const counts = Array.from({ length: 26 }, () => tell().length);

    assert.deepEqual([Math.max(...counts), counts.reduce((sum, count) => sum + count)], [2, 48]);
  });

  it("let the official client's active speaker end within two seconds, however long it spoke", () => {
    const load = createRequire(import.meta.url);
    const { default: Policy } = load("amazon-chime-sdk-js/build/activespeakerpolicy/DefaultActiveSpeakerPolicy.js") as {
      readonly default: new () => { calculateScore(id: string, volume: number, muted: boolean): number };
    };
    const policy = new Policy();
    const tell = scene();
    let [score, latest, ticks] = [0, -1, 0];
    // As its volume indicator has it: the scale, and that only a change is told.
    const hear = (frames: readonly string[]) => {
      for (const frame of frames) {
        const level = Number(/^1 at (\d+)/.exec(frame)?.[1] ?? 127);
        const volume = Math.min(1, Math.max(0, 1 - (level - 14) / 28));
        if (volume !== latest) score = policy.calculateScore("a", volume, false);
        latest = volume;
      }
    };
    for (let spoken = 0; spoken < 300; spoken++) hear(tell({ stream: 1, volume: 14 + (spoken % 10) }));
    assert.ok(score > 0.9);
    for (; score > 0 && ticks < 100; ticks++) hear(tell());

    assert.ok(ticks <= 7, `${ticks} measurements of 200 ms`);
  });
});
