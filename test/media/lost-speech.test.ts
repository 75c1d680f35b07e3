import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { silentLogger } from "../../src/kernel/index.ts";
import { createConcealer } from "../../src/media/stream/playout/conceal.ts";
import { createSpeech } from "../../src/speech/index.ts";
import type { Pcm } from "../../src/media/index.ts";
import { createMediaScene, audioTo } from "../../src/testing/internal/media-scene.ts";
import { createRandom } from "../../src/testing/internal/random.ts";
import type { AudioCodec } from "../../src/sdp/index.ts";
import type { Roughness } from "../../src/testing/internal/rough-packets.ts";

const frame = 160;
const voices = ["Joanna", "Matthew"] as const;
const texts = {
  Joanna: "Please hold the line while we look for your order number. Good morning, how can I help you today?",
  Matthew: "The quick brown fox jumps over the lazy dog. Our office is open from nine to five on all weekdays.",
} as const;

/** What stands for lost frames. */
const fillings = {
  silence: (lost: Int16Array) => void lost.fill(0),
  repetition: (lost: Int16Array, last: Int16Array) => void lost.set(last.subarray(0, lost.length)),
} as const;

/** Energies of 20 bands, 0 to 4,000 Hz, of 256 samples, in dB. */
function spectrumAt(samples: Int16Array, at: number): Float64Array {
  const energies = new Float64Array(20).fill(1e5);
  for (let bin = 1; bin < 128; bin++) {
    let real = 0;
    let imaginary = 0;
    for (let index = 0; index < 256; index++) {
      const value = (samples[at + index] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * index) / 256));
      real += value * Math.cos((2 * Math.PI * bin * index) / 256);
      imaginary += value * Math.sin((2 * Math.PI * bin * index) / 256);
    }
    const band = Math.floor((bin * 20) / 128);
    energies[band] = (energies[band] ?? 0) + real ** 2 + imaginary ** 2;
  }
  return energies.map((energy) => 10 * Math.log10(energy));
}

const power = (samples: Int16Array, at: number, length = frame) =>
  samples.subarray(at, at + length).reduce((sum, sample) => sum + sample ** 2, 0) / length;

/** How far the spectra of lost frames are from what was said, in dB, where something was said. */
function distanceDb(said: Int16Array, heard: Int16Array, lost: readonly number[]): number {
  const spoken = lost.filter((at) => at >= 48 && power(said, at) > 1e4);
  const sum = spoken.reduce((total, at) => {
    const [one, other] = [spectrumAt(said, at - 48), spectrumAt(heard, at - 48)];
    return total + Math.sqrt(one.reduce((part, value, band) => part + (value - (other[band] ?? 0)) ** 2, 0) / 20);
  }, 0);
  return sum / spoken.length;
}

function largestJump(samples: Int16Array): number {
  return samples.reduce((most, sample, index) => Math.max(most, Math.abs(sample - (samples[index - 1] ?? sample))), 0);
}

describe("speech of which packets are lost", () => {
  const spoken = new Map<string, Pcm>();
  before(async () => {
    const speech = await createSpeech({ engines: ["flite"], cacheFolder: undefined, log: silentLogger });
    for (const voiceId of voices) {
      const request = { textType: "text", languageCode: undefined, engine: "standard" } as const;
      spoken.set(voiceId, await speech.synthesize({ ...request, voiceId, text: texts[voiceId] }));
    }
    await speech.close();
  });
  after(() => spoken.clear());

  for (const voiceId of voices) {
    for (const share of [0.05, 0.1]) {
      test(`is nearer to what ${voiceId} said than with silence or the last packet again, at ${share * 100} % (ITU-T G.711 Appendix I)`, () => {
        const said = spoken.get(voiceId)?.samples ?? assert.fail();
        const random = createRandom(11);
        const frames = Array.from({ length: Math.floor(said.length / frame) }, (_, index) => index * frame);
        const lost = frames.filter(() => random() < share);
        const isLost = new Set(lost);

        const concealer = createConcealer();
        const concealed = Int16Array.from(said);
        for (const at of frames) {
          if (isLost.has(at)) concealer.conceal(concealed, at, frame);
          else concealer.heard(concealed, at, frame);
        }
        const [silence, repetition] = Object.values(fillings).map((fill) => {
          const heard = Int16Array.from(said);
          for (const at of lost) fill(heard.subarray(at, at + frame), heard.subarray(at - frame, at));
          return distanceDb(said, heard, lost);
        });

        const distance = distanceDb(said, concealed, lost);
        assert.ok(distance < 0.65 * (silence ?? 0), `${distance} dB where silence is ${silence} dB`);
        assert.ok(distance < 0.85 * (repetition ?? 0), `${distance} dB where repetition is ${repetition} dB`);
        assert.ok(largestJump(concealed) <= 1.1 * largestJump(said), `a click of ${largestJump(concealed)}`);
      });
    }
  }

  /** What a phone with PCMU hears of one with another codec, over a bridge; `delayMs`: how much later than it was said. */
  async function heardOver(codec: AudioCodec, roughness: Roughness, said: Pcm): Promise<Int16Array> {
    const scene = await createMediaScene(3);
    const [phoneA, legA, phoneB] = [await scene.open(), await scene.open(), await scene.open()];
    const legB = await scene.settled(scene.media.openSession({}, { near: legA.session }));
    phoneA.session.start(audioTo(legA.port, { codec }));
    legA.session.start(audioTo(phoneA.port, { codec }));
    phoneB.session.start(audioTo(legB.localPort));
    legB.start(audioTo(phoneB.port));
    scene.media.bridge(legA.session, legB);
    scene.packets.treat(phoneA.port, roughness);
    scene.pass(2000);
    phoneB.session.startCapture();
    phoneA.session.play("speech", said, 1);
    scene.pass(said.samples.length / 8 + 400);
    const heard = await scene.settled(phoneB.session.stopCapture());
    await scene.settled(scene.media.close());
    return heard.samples;
  }

  /** Share of the loud 10 ms of speech for which nothing near as loud is heard within 60 ms of its place. */
  function holes(said: Int16Array, heard: Int16Array, delay: number): number {
    const step = 80;
    let loud = 0;
    let missing = 0;
    for (let at = 0; at + step < said.length; at += step) {
      const wanted = power(said, at, step);
      if (wanted < 1e6) continue;
      loud++;
      const near = [-2, -1, 0, 1, 2].map((shift) => power(heard, Math.max(0, at + delay + shift * step), step));
      if (near.filter((each) => each > wanted / 30).length < 5) missing++;
    }
    return missing / loud;
  }

  /** Where speech is heard best, samples after it was said. */
  function delayOf(said: Int16Array, heard: Int16Array): number {
    const envelope = (samples: Int16Array) =>
      Array.from({ length: Math.floor(samples.length / 40) }, (_, index) => Math.sqrt(power(samples, index * 40, 40)));
    const [one, other] = [envelope(said), envelope(heard)];
    const likeness = (lag: number) => one.reduce((sum, value, index) => sum + value * (other[index + lag] ?? 0), 0);
    const lags = Array.from({ length: 80 }, (_, lag) => lag);
    return lags.reduce((best, lag) => (likeness(lag) > likeness(best) ? lag : best), 0) * 40;
  }

  test("has hardly a hole behind a bridge that decodes, with 10 % loss, jitter and reordering on the way", async () => {
    const said = spoken.get("Joanna") ?? assert.fail();
    const rough = { lossRatio: 0.1, jitterMs: 40, reorders: true };

    const share = async (codec: AudioCodec, roughness: Roughness) => {
      const heard = await heardOver(codec, roughness, said);
      return holes(said.samples, heard, delayOf(said.samples, heard));
    };
    const clean = await share({ name: "G722", payloadType: 9 }, {});
    const decoded = await share({ name: "G722", payloadType: 9 }, rough);
    const passed = await share({ name: "PCMU", payloadType: 0 }, rough);

    assert.ok(
      decoded < passed / 2,
      `${decoded} of the speech is missing where ${passed} was lost, ${clean} of clean speech`,
    );
  });
});
