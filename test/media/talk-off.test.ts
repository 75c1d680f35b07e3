import assert from "node:assert/strict";
import { it } from "node:test";
import { silentLogger } from "../../src/kernel/index.ts";
import { createToneDetector } from "../../src/media/node/tone-detector/tone-detector.ts";
import { createSpeech } from "../../src/speech/index.ts";

/** Vowels whose formants lie where the tones of keys do. */
const text = `Oh no, you know how those old bows and arrows go over the low road home. All our boards are broader than yours, and
  Carla's cars are far larger. Put the wood on the good foot. He says that the red hens met ten men in a tent. Who knew that two
  new blue shoes were due by noon? I might like a nice white kite at nine. We are away a year ago, in a room with a view.`;

it("hears no key in speech that is made to sound like keys (talk-off)", async (t) => {
  const speech = await createSpeech({ engines: ["flite"], cacheFolder: undefined, log: silentLogger });
  t.after(() => speech.close());
  const keys: string[] = [];
  let samplesHeard = 0;

  for (const voiceId of ["Joanna", "Matthew", "Amy", "Brian", "Ivy", "Justin"]) {
    const made = await speech.synthesize({
      text,
      textType: "text",
      voiceId,
      languageCode: undefined,
      engine: "standard",
    });
    const { samples } = (await made.growth?.whole) ?? made;
    const detector = createToneDetector({
      begins: (digit) => keys.push(`${voiceId} ${digit}`),
      ended: () => undefined,
    });
    detector.take(samples, 0, samples.length);
    samplesHeard += samples.length;
  }

  t.diagnostic(`${keys.length} hits in ${(samplesHeard / 8000).toFixed(0)} s of speech`);
  assert.ok(samplesHeard > 100 * 8000);
  assert.deepEqual(keys, []);
});
