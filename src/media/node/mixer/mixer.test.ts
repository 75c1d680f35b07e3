import assert from "node:assert/strict";
import { test } from "node:test";
import { pcmu } from "../../codec/g711.ts";
import { opus } from "../../codec/opus/opus.ts";
import { createMixer, type Mixer } from "./mixer.ts";
import type { MixerMember } from "./mixer-member.ts";
import type { EncoderTuning } from "../../codec/codec.ts";
import type { MixerPart } from "../../types.ts";

const RATE_HZ = 16_000;
const all: MixerPart = { isHeard: true, hears: true };

interface Speaker {
  readonly member: MixerMember;
  /** Peak of its tone; 0: it says nothing. */
  peak: number;
}

/** A member with a tone of its own. */
function aSpeaker(mixer: Mixer, hz: number, peak: number): Speaker {
  const speaker = { peak };
  let at = 0;
  const member = mixer.add(
    {
      pull(output) {
        for (let index = 0; index < output.length; index++, at++) {
          output[index] = speaker.peak * Math.sin((2 * Math.PI * hz * at) / RATE_HZ);
        }
        return speaker.peak > 0;
      },
      rest: () => undefined,
    },
    all,
  );
  return Object.assign(speaker, { member });
}

/** What a member hears of some ticks, decoded from G.711. */
function hear(mixer: Mixer, member: MixerMember, ticks: number): Int16Array {
  const decoder = pcmu.createDecoder();
  const heard = new Int16Array(ticks * 160);
  for (let tick = 0; tick < ticks; tick++) {
    mixer.tick(tick * 20);
    const payload = mixer.heardBy(member, pcmu);
    if (payload !== undefined) decoder.decode(payload.bytes, 0, payload.length, heard, tick * 160);
  }
  return heard;
}

/** Peak of one frequency in samples of 8,000 Hz. */
function peakOf(samples: Int16Array, hz: number): number {
  let [sine, cosine] = [0, 0];
  samples.forEach((sample, index) => {
    const angle = (2 * Math.PI * hz * index) / 8000;
    sine += sample * Math.sin(angle);
    cosine += sample * Math.cos(angle);
  });
  return (2 * Math.hypot(sine, cosine)) / samples.length;
}

const largestJump = (samples: Int16Array) =>
  samples.slice(1).reduce((most, sample, index) => Math.max(most, Math.abs(sample - (samples[index] ?? 0))), 0);

test("of ten who speak the eight loudest are heard", () => {
  const mixer = createMixer(RATE_HZ);
  const speakers = Array.from({ length: 10 }, (_, index) => aSpeaker(mixer, 300 + 250 * index, 1000 + 300 * index));
  const listener = aSpeaker(mixer, 100, 0);
  hear(mixer, listener.member, 10);

  const heard = hear(mixer, listener.member, 50);

  speakers.forEach((_, index) => {
    const peak = peakOf(heard, 300 + 250 * index);
    if (index < 2) assert.ok(peak < 20, `speaker ${index} at ${peak}`);
    else assert.ok(Math.abs(peak / (1000 + 300 * index) - 1) < 0.15, `speaker ${index} at ${peak}`);
  });
});

test("of nine who are about as loud, none takes the place of another", () => {
  const mixer = createMixer(RATE_HZ);
  const speakers = Array.from({ length: 9 }, (_, index) => aSpeaker(mixer, 300 + 250 * index, 2000));
  mixer.tick(0);
  const chosen = speakers.map(({ member }) => member.isChosen);
  for (let tick = 1; tick < 100; tick++) {
    for (const [index, speaker] of speakers.entries()) speaker.peak = 2000 + 400 * Math.sin(tick / 3 + index);
    mixer.tick(tick * 20);
    assert.deepEqual(
      speakers.map(({ member }) => member.isChosen),
      chosen,
    );
  }
});

test("all who only listen hear one and the same payload, made once; who speaks has one of its own", () => {
  const mixer = createMixer(RATE_HZ);
  const [first, second] = [aSpeaker(mixer, 500, 8000), aSpeaker(mixer, 900, 8000)];
  const listeners = Array.from({ length: 5 }, () => aSpeaker(mixer, 100, 0));
  for (const codec of [pcmu, opus]) {
    mixer.tick(0);
    const payloads = listeners.map(({ member }) => mixer.heardBy(member, codec));
    assert.equal(new Set(payloads).size, 1);
    const own = [first, second].map(({ member }) => mixer.heardBy(member, codec));
    assert.equal(new Set([...own, payloads[0]]).size, 3);
  }
});

test("what a member heard in this tick it is not given again", () => {
  const mixer = createMixer(RATE_HZ);
  const { member } = aSpeaker(mixer, 500, 0);
  mixer.tick(0);
  assert.ok(mixer.heardBy(member, pcmu) !== undefined);
  assert.equal(mixer.heardBy(member, pcmu), undefined);
  mixer.tick(20);
  assert.ok(mixer.heardBy(member, pcmu) !== undefined);
});

for (const [what, change] of [
  ["begins to speak", (own: Speaker) => (own.peak = 6000)],
  [
    "is muted in the middle of a word",
    (_: Speaker, other: Speaker) => (other.member.part = { ...all, isHeard: false }),
  ],
] as const) {
  test(`there is no click for one who hears a tone when a member ${what}`, () => {
    const mixer = createMixer(RATE_HZ);
    const [own, other, third] = [aSpeaker(mixer, 300, 0), aSpeaker(mixer, 440, 4000), aSpeaker(mixer, 700, 4000)];
    hear(mixer, own.member, 20);
    const before = largestJump(hear(mixer, own.member, 20));

    change(own, other);

    const heard = hear(mixer, own.member, 20);
    assert.ok(largestJump(heard) < 1.15 * before, `${largestJump(heard)} where it was ${before}`);
    assert.ok(peakOf(heard.subarray(320), 700) > 3000);
    assert.ok(third.member.isChosen);
  });
}

test("two seconds behind its last word a speaker hears what all hear, and there is no click", () => {
  const mixer = createMixer(RATE_HZ);
  const [own, listener] = [aSpeaker(mixer, 300, 6000), aSpeaker(mixer, 100, 0)];
  aSpeaker(mixer, 440, 4000);
  hear(mixer, own.member, 20);
  own.peak = 0;

  const heard = hear(mixer, own.member, 120);

  assert.ok(largestJump(heard) < 1.2 * 4000 * 2 * Math.sin((Math.PI * 440) / 8000), `${largestJump(heard)}`);
  mixer.tick(0);
  assert.equal(mixer.heardBy(own.member, pcmu), mixer.heardBy(listener.member, pcmu));
});

test("a mix of many at full scale is lowered, not clipped", () => {
  const mixer = createMixer(RATE_HZ);
  for (let index = 0; index < 8; index++) aSpeaker(mixer, 400, 32_000);
  const listener = aSpeaker(mixer, 100, 0);
  hear(mixer, listener.member, 10);

  const heard = hear(mixer, listener.member, 50);

  const power = heard.reduce((sum, sample) => sum + sample * sample, 0) / heard.length;
  const share = peakOf(heard, 400) ** 2 / 2 / power;
  assert.ok(share > 0.998, `${(100 * (1 - share)).toFixed(2)} % of it is something else`);
});

test("a member without packets is not worked on: a silent room is the same silence each tick", () => {
  const mixer = createMixer(RATE_HZ);
  const { member } = aSpeaker(mixer, 500, 0);
  const lengths = new Set<string>();
  for (let tick = 0; tick < 100; tick++) {
    mixer.tick(tick * 20);
    const payload = mixer.heardBy(member, opus);
    if (tick > 20) lengths.add(Buffer.from(payload?.bytes.subarray(0, payload.length) ?? []).toString("hex"));
  }
  assert.equal(lengths.size, 1);
});

test("where listeners lose packets each repeats the one before it, and where time is short less work is done for it", () => {
  const bytesWith = (tuning: EncoderTuning) => {
    const mixer = createMixer(RATE_HZ);
    const listener = aSpeaker(mixer, 100, 0);
    const speaker = aSpeaker(mixer, 300, 8000);
    mixer.tune(tuning);
    let bytes = "";
    for (let tick = 0; tick < 50; tick++) {
      speaker.peak = 4000 + 4000 * Math.sin(tick / 2);
      mixer.tick(tick * 20);
      const payload = mixer.heardBy(listener.member, opus);
      bytes += Buffer.from(payload?.bytes.subarray(0, payload.length) ?? []).toString("hex");
    }
    return bytes;
  };
  const [plain, repeating, busy] = [
    bytesWith({ isBusy: false, lossPercent: 0 }),
    bytesWith({ isBusy: false, lossPercent: 10 }),
    bytesWith({ isBusy: true, lossPercent: 0 }),
  ];
  assert.equal(new Set([plain, repeating, busy]).size, 3);
  assert.equal(bytesWith({ isBusy: false, lossPercent: 1 }), plain);
});
