import assert from "node:assert/strict";
import { test } from "node:test";
import { pcma, pcmu } from "../../codec/g711.ts";
import { writeEvent } from "../../stream/telephone-event.ts";
import { createHeardPacket, type HeardPacket } from "../../stream/heard-packet.ts";
import { dualToneSample } from "../keys/dual-tone.ts";
import { tone } from "../../../testing/tones.ts";
import { g722 } from "../../codec/g722/g722.ts";
import { createRecorder, type RecorderSetting } from "./recorder.ts";

/** mu-law codes of loud samples, by their value. */
const codes = { one: 0x80, two: 0x90, three: 0xa0, quiet: 0xfe };
const valueOf = (code: number) => pcmu.decodeTable[code] ?? 0;

/** A recorder that begins at 1,000 ms, and what it wrote. */
function aRecorder(setting: RecorderSetting) {
  const pieces: Uint8Array[] = [];
  const ends: unknown[] = [];
  const recorder = createRecorder(
    setting,
    1000,
    (piece) => pieces.push(piece),
    (end, terminator) => ends.push(terminator === undefined ? end : [end, terminator]),
  );
  const written = () => {
    const bytes = Buffer.concat(pieces);
    return Int16Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(index * 2));
  };
  return { recorder, pieces, ends, written };
}

/** Packet `index` of a stream of 20 ms packets. */
function aPacket(index: number, code: number, change: Partial<HeardPacket> = {}): HeardPacket {
  return {
    ...createHeardPacket(),
    bytes: new Uint8Array(160).fill(code),
    end: 160,
    kind: pcmu,
    ssrc: 1,
    sequence: (0xfffe + index) & 0xffff,
    timestampTicks: (0xffff_ff00 + index * 160) >>> 0,
    ...change,
  };
}

function anEvent(index: number, startIndex: number, durationTicks: number, isEnd = false): HeardPacket {
  const bytes = new Uint8Array(4);
  writeEvent(bytes, 0, 11, isEnd, durationTicks);
  const timestampTicks = aPacket(startIndex, 0).timestampTicks;
  return aPacket(index, 0, { bytes, end: 4, kind: "event", timestampTicks });
}

/** Runs of equal samples: value and length. */
function runs(samples: Int16Array): [number, number][] {
  const found: [number, number][] = [];
  for (const sample of samples) {
    const last = found.at(-1);
    if (last?.[0] === sample) last[1]++;
    else found.push([sample, 1]);
  }
  return found;
}

test("has as many samples as time passed, to the sample, with nothing heard or everything", () => {
  for (const count of [0, 200]) {
    const { recorder, written } = aRecorder({ track: "incoming" });
    for (let index = 0; index < count; index++) recorder.heard(aPacket(index, codes.one), 1000 + index * 20);
    for (let ms = 0; ms < 4000; ms += 20) recorder.tick(1000 + ms);

    assert.equal(recorder.finish(5000.25).samples, 32_002);
    assert.equal(written().length, 32_002);
    assert.deepEqual(
      runs(written()),
      count === 0
        ? [[0, 32_002]]
        : [
            [valueOf(codes.one), 32_000],
            [0, 2],
          ],
    );
  }
});

test("lost packets are concealed and listed where they lie; late ones find their place; jitter moves nothing", () => {
  const { recorder, written } = aRecorder({ track: "incoming" });
  for (const [index, atMs] of [
    [0, 1000],
    [1, 1035],
    [4, 1080],
    [3, 1110],
    [5, 1100],
    [8, 1160],
  ] as const) {
    recorder.heard(aPacket(index, codes.one), atMs);
  }

  assert.deepEqual(recorder.finish(1200), {
    samples: 1600,
    gaps: [
      { atSample: 320, samples: 160 },
      { atSample: 960, samples: 320 },
    ],
    lostSamples: 480,
  });
  const loud = valueOf(codes.one);
  const samples = written();
  const lost = [samples.slice(320, 480), samples.slice(960, 1280)];
  assert.ok(lost[0]?.every((sample) => Math.abs(sample) >= Math.abs(loud) * 0.75));
  assert.ok(lost[1]?.every((sample) => Math.abs(sample) >= Math.abs(loud) * 0.35));
  // The beginning of what was heard behind a hole is blended with what filled it.
  for (const [from, to] of [
    [0, 320],
    [510, 960],
    [1310, 1440],
  ] as const) {
    assert.ok(samples.slice(from, to).every((sample) => sample === loud));
  }
  assert.ok(samples.slice(1440).every((sample) => sample === 0));
});

test("G.722 packets that changed places on the way are recorded as if they had not", () => {
  const said = tone(440, 1000, -10).samples;
  const record = (order: (index: number) => number) => {
    const { recorder, written } = aRecorder({ track: "incoming" });
    const encoder = g722.createEncoder();
    const packets = Array.from({ length: 50 }, (_, index) => {
      const bytes = new Uint8Array(160);
      encoder.encode(said, index * 160, 160, bytes, 0);
      return aPacket(index, 0, { bytes, kind: g722 });
    });
    packets.forEach((_, index) => recorder.heard(packets[order(index)] ?? assert.fail(), 1000 + index * 20));
    recorder.finish(2000);
    return written();
  };

  assert.deepEqual(
    record((index) => (index > 1 && index < 48 ? index ^ 1 : index)),
    record((index) => index),
  );
});

test("of a long loss 60 ms are concealed and the rest is silence", () => {
  const { recorder, written } = aRecorder({ track: "incoming" });
  for (const [index, atMs] of [
    [0, 1000],
    [1, 1020],
    [12, 1240],
  ] as const) {
    recorder.heard(aPacket(index, codes.one), atMs);
  }

  assert.equal(recorder.finish(1300).lostSamples, 1600);
  assert.ok(
    written()
      .slice(320, 700)
      .every((sample) => sample !== 0),
  );
  assert.ok(
    written()
      .slice(800, 1920)
      .every((sample) => sample === 0),
  );
});

test("a key that lies over a loss is heard as it is", () => {
  const { recorder, written } = aRecorder({ track: "incoming" });
  recorder.heard(aPacket(0, codes.one), 1000);
  recorder.heard(anEvent(1, 1, 320), 1040);
  recorder.heard(aPacket(5, codes.one), 1100);
  recorder.heard(anEvent(6, 1, 1280), 1180);
  recorder.finish(1300);

  const heard = written().slice(480, 800);
  assert.deepEqual(
    heard,
    heard.map((_, index) => dualToneSample("#", 320 + index)),
  );
});

test("a pause of the far end without losses is silence and no gap, comfort noise included (RFC 3389)", () => {
  const { recorder, written } = aRecorder({ track: "incoming" });
  recorder.heard(aPacket(0, codes.one), 1000);
  recorder.heard(aPacket(1, 0, { kind: "noise", bytes: new Uint8Array(1), end: 1 }), 1020);
  recorder.heard(aPacket(2, codes.two, { timestampTicks: aPacket(50, 0).timestampTicks, isMarked: true }), 2000);

  assert.deepEqual(recorder.finish(2020).gaps, []);
  assert.deepEqual(runs(written()), [
    [valueOf(codes.one), 160],
    [0, 7840],
    [valueOf(codes.two), 160],
  ]);
});

test("a gap of seconds, another source and wild timestamps keep the clock and the memory", () => {
  const { recorder, written } = aRecorder({ track: "incoming" });
  recorder.heard(aPacket(0, codes.one), 1000);
  recorder.heard(aPacket(500, codes.two), 11_000);
  recorder.heard(aPacket(7, codes.three, { ssrc: 2, timestampTicks: 5 }), 12_000);
  recorder.heard(aPacket(8, codes.one, { ssrc: 2, timestampTicks: 0x7000_0000 }), 13_000);
  const { samples, gaps } = recorder.finish(14_000);

  assert.equal(samples, 104_000);
  assert.deepEqual(gaps, [{ atSample: 160, samples: 79_840 }]);
  assert.deepEqual(
    runs(written()).filter(([value]) => value !== 0),
    [codes.one, codes.two, codes.three, codes.one].map((code) => [valueOf(code), 160]),
  );
  assert.deepEqual(
    [...written()].flatMap((value, at) => (value !== 0 && at % 8000 === 0 ? [at] : [])),
    [0, 80_000, 88_000, 96_000],
  );
});

test("a far end whose clock is slow is brought back to ours at a talkspurt", () => {
  const { recorder, written } = aRecorder({ track: "incoming" });
  recorder.heard(aPacket(0, codes.one), 1000);
  recorder.heard(aPacket(1, codes.two, { isMarked: true }), 1300);
  recorder.finish(1320);

  assert.deepEqual(runs(written()), [
    [valueOf(codes.one), 160],
    [0, 2240],
    [valueOf(codes.two), 160],
  ]);
});

test("hands out pieces as time goes, so that a long recording takes no memory", () => {
  const { recorder, pieces } = aRecorder({ track: "both" });
  for (let ms = 0; ms < 10_000; ms += 20) recorder.tick(1000 + ms);

  assert.equal(pieces.length, 9);
  assert.ok(pieces.every((piece) => piece.length === 8000 * 4));
});

test("stereo has the far end on the left and what it hears on the right", () => {
  const { recorder, written } = aRecorder({ track: "both" });
  recorder.heard(aPacket(0, codes.one), 1000);
  recorder.sent(aPacket(0, codes.two), 1010);
  recorder.finish(1040);
  const [left, right] = [0, 1].map((channel) => written().filter((_, index) => index % 2 === channel));

  assert.deepEqual(runs(left ?? new Int16Array()), [
    [valueOf(codes.one), 160],
    [0, 160],
  ]);
  assert.deepEqual(runs(right ?? new Int16Array()), [
    [0, 80],
    [valueOf(codes.two), 160],
    [0, 80],
  ]);
});

for (const track of ["incoming", "outgoing"] as const) {
  test(`the ${track} track has only what is ${track}`, () => {
    const { recorder, written } = aRecorder({ track });
    recorder.heard(aPacket(0, codes.one), 1000);
    recorder.sent(aPacket(0, codes.two), 1000);
    recorder.finish(1020);

    assert.deepEqual(runs(written()), [[valueOf(track === "incoming" ? codes.one : codes.two), 160]]);
  });
}

test("a pause is silence between two tones of 200 ms, inside it; the length stays the same", () => {
  const { recorder, written } = aRecorder({ track: "incoming" });
  for (let index = 0; index < 100; index++) {
    if (index === 10) recorder.pause(1200);
    if (index === 60) recorder.resume(2200);
    recorder.heard(aPacket(index, codes.one), 1000 + index * 20);
  }

  assert.equal(recorder.finish(3000).samples, 16_000);
  const samples = written();
  const part = (fromMs: number, toMs: number) => samples.subarray(fromMs * 8, toMs * 8);
  const loud = valueOf(codes.one);
  assert.ok(part(0, 200).every((sample) => sample === loud));
  assert.ok(part(400, 1000).every((sample) => sample === 0));
  assert.ok(part(1200, 2000).every((sample) => sample === loud));
  for (const tone of [part(200, 400), part(1000, 1200)]) {
    const rises = tone.filter((sample, index) => sample >= 0 && (tone[index - 1] ?? 0) < 0).length;
    assert.ok(Math.abs(rises - 280) <= 1, `${rises} periods in 200 ms`);
    assert.ok(Math.max(...tone) > 8000 && Math.max(...tone) < 8300);
  }
});

test("a key is heard as its tones, once, in place of sound sent along with it (RFC 4733 §2.3.5)", () => {
  const { recorder, written } = aRecorder({ track: "incoming" });
  recorder.heard(aPacket(0, codes.one), 1000);
  recorder.heard(anEvent(1, 1, 160), 1020);
  recorder.heard(anEvent(3, 1, 480), 1060);
  recorder.heard(aPacket(4, codes.two, { timestampTicks: aPacket(2, 0).timestampTicks }), 1061);
  recorder.heard(anEvent(5, 1, 800, true), 1100);
  recorder.heard(anEvent(6, 1, 800, true), 1120);
  recorder.heard(aPacket(7, codes.three, { timestampTicks: aPacket(6, 0).timestampTicks }), 1121);
  const { gaps } = recorder.finish(1140);
  const samples = written();

  assert.deepEqual(gaps, []);
  assert.ok(samples.subarray(0, 160).every((sample) => sample === valueOf(codes.one)));
  assert.ok(samples.subarray(960, 1120).every((sample) => sample === valueOf(codes.three)));
  const tone = samples.subarray(160, 960);
  assert.ok(tone.every((sample) => sample !== valueOf(codes.two)));
  const energy = (hz: number) => {
    const parts = [Math.sin, Math.cos].map((wave) =>
      tone.reduce((sum, sample, index) => sum + sample * wave((2 * Math.PI * hz * index) / 8000), 0),
    );
    return Math.hypot(...parts) / tone.length;
  };
  assert.ok(energy(941) > 4000 && energy(1477) > 4000 && energy(1209) < 500 && energy(697) < 500);
});

test("a key by the clock of Opus is heard as long as it was pressed, and not over what is said behind it (RFC 4733 §2.1)", () => {
  const { recorder, written } = aRecorder({ track: "incoming" });
  recorder.heard(aPacket(0, codes.one), 1000);
  for (let index = 1; index <= 5; index++) {
    recorder.heard({ ...anEvent(index, 1, index * 960, index === 5), eventClockTicks: 6 }, 1000 + index * 20);
  }
  for (let index = 6; index < 30; index++) recorder.heard(aPacket(index, codes.three), 1000 + index * 20);
  recorder.finish(1600);

  assert.ok(
    written()
      .subarray(160, 960)
      .some((sample) => sample !== 0),
  );
  assert.deepEqual(runs(written().subarray(960)), [[valueOf(codes.three), 3840]]);
});

test("ends at its duration, to the sample, however late the tick is", () => {
  const { recorder, ends, written } = aRecorder({ track: "incoming", until: { maxMs: 1500 } });
  for (let index = 0; index < 74; index++) recorder.heard(aPacket(index, codes.one), 1000 + index * 20);
  recorder.tick(2499);
  assert.deepEqual(ends, []);
  recorder.heard(aPacket(75, codes.one), 9000);
  recorder.tick(9000);

  assert.deepEqual(ends, ["duration"]);
  assert.equal(recorder.finish(9000).samples, 12_000);
  assert.equal(written().length, 12_000);
});

test("ends after silence without a break; the threshold is the mean absolute value of a packet", () => {
  const until = { maxMs: 60_000, silenceMs: 1000, silenceThreshold: Math.abs(valueOf(codes.quiet)) };
  for (const [silenceThreshold, endMs] of [
    [until.silenceThreshold, 4000],
    [until.silenceThreshold + 1, 3000],
  ] as const) {
    const { recorder, ends } = aRecorder({ track: "incoming", until: { ...until, silenceThreshold } });
    let endedMs = 0;
    for (let index = 0; index < 300 && ends.length === 0; index++) {
      const nowMs = 1000 + index * 20;
      if (index < 50) recorder.heard(aPacket(index, codes.one), nowMs);
      else if (index < 100) recorder.heard(aPacket(index, codes.quiet), nowMs);
      recorder.tick(nowMs);
      endedMs = nowMs;
    }
    assert.deepEqual(ends, ["silence"]);
    assert.equal(endedMs, endMs);
  }
});

test("without a silence duration, silence never ends it; with one, silence from the start does", () => {
  const endless = aRecorder({ track: "incoming", until: { maxMs: 60_000 } });
  const impatient = aRecorder({ track: "incoming", until: { maxMs: 60_000, silenceMs: 2000 } });
  for (let ms = 0; ms <= 50_000; ms += 20) {
    endless.recorder.tick(1000 + ms);
    impatient.recorder.tick(1000 + ms);
  }

  assert.deepEqual([endless.ends, impatient.ends], [[], ["silence"]]);
});

test("ends at a terminator, without its tone; other keys do not end it", () => {
  const { recorder, ends, written } = aRecorder({ track: "incoming", until: { maxMs: 60_000, terminators: ["#"] } });
  for (let index = 0; index < 20; index++) recorder.heard(aPacket(index, codes.one), 1000 + index * 20);
  recorder.keyEnded("1");
  recorder.heard(anEvent(20, 20, 160), 1400);
  recorder.heard(anEvent(21, 20, 800, true), 1480);
  assert.deepEqual(ends, []);
  recorder.keyEnded("#");
  recorder.keyEnded("#");

  assert.deepEqual(ends, [["terminator", "#"]]);
  assert.equal(recorder.finish(1490).samples, 3200);
  assert.deepEqual(runs(written()), [[valueOf(codes.one), 3200]]);
});

for (const { title, keyBefore } of [
  { title: "no key came in the stream", keyBefore: false },
  { title: "one did long before", keyBefore: true },
]) {
  test(`ends at a terminator that came beside the stream where it came, also when ${title}`, () => {
    const { recorder, ends } = aRecorder({ track: "incoming", until: { maxMs: 60_000, terminators: ["#"] } });
    for (let index = 0; index < 100; index++) {
      if (keyBefore && index === 10) recorder.heard(anEvent(index, index, 160, true), 1000 + index * 20);
      else recorder.heard(aPacket(index, codes.one), 1000 + index * 20);
    }
    recorder.keySignalled("1", 100, 2990);
    recorder.keySignalled("#", 100, 3000);

    assert.deepEqual(ends, [["terminator", "#"]]);
    assert.equal(recorder.finish(3010).samples, 16_000);
  });
}

test("random packets harm nothing, and the length stays that of the time", () => {
  const { recorder, written } = aRecorder({ track: "both" });
  const random = (below: number) => Math.floor(Math.random() * below);
  let nowMs = 1000;
  for (let round = 0; round < 5000; round++) {
    const kind = ([pcmu, pcma, "event", "noise"] as const)[random(4)] ?? "noise";
    const length = random(400);
    const bytes = Uint8Array.from({ length: length + 12 }, () => random(256));
    const packet = { ...createHeardPacket(), bytes, start: 12, end: length + 12, kind, isMarked: random(2) === 0 };
    const numbers = {
      ssrc: random(3),
      sequence: random(100),
      timestampTicks: random(round % 2 === 0 ? 9000 : 2 ** 32),
    };
    recorder[random(2) === 0 ? "heard" : "sent"]({ ...packet, ...numbers }, nowMs);
    recorder.tick(nowMs);
    nowMs += random(40);
  }

  const { samples } = recorder.finish(nowMs);
  assert.equal(samples, (nowMs - 1000) * 8);
  assert.equal(written().length, samples * 2);
});

test("a terminator that is a pair of tones in the audio ends it where that began (Contract: sip-and-media-keys-in-audio)", () => {
  const { recorder, ends, written } = aRecorder({ track: "incoming", until: { maxMs: 60_000, terminators: ["#"] } });
  for (let index = 0; index < 50; index++) {
    recorder.heard(aPacket(index, index < 30 ? codes.one : codes.two), 1000 + index * 20);
  }

  recorder.keyInBand("5", aPacket(20, 0).timestampTicks);
  recorder.keyInBand("#", aPacket(30, 0).timestampTicks);

  assert.deepEqual(ends, [["terminator", "#"]]);
  assert.equal(recorder.finish(2000).samples, 30 * 160);
  assert.deepEqual(runs(written()), [[valueOf(codes.one), 30 * 160]]);
});

test("noise is taken out of what the far end says from where that was switched on, and of nothing that is sent", () => {
  const noisy = (index: number) =>
    aPacket(index, 0, {
      bytes: Uint8Array.from(
        { length: 160 },
        (_, at) => 0xb0 + ((at * 7919 * (index + 1)) % 16) + ((at * 31 + index * 17) % 2) * -128,
      ),
    });
  const { recorder, written } = aRecorder({ track: "both" });
  for (let index = 0; index < 200; index++) {
    if (index === 100) recorder.suppressNoise(true, 3000);
    recorder.heard(noisy(index), 1000 + index * 20);
    recorder.sent(noisy(index), 1000 + index * 20);
  }

  recorder.finish(5000);
  const [heard, sent] = [0, 1].map((channel) => written().filter((_, index) => index % 2 === channel));

  assert.deepEqual(heard?.slice(0, 16_000), sent?.slice(0, 16_000));
  const power = (samples: Int16Array | undefined) =>
    (samples ?? new Int16Array(0)).slice(24_000).reduce((sum, sample) => sum + sample ** 2, 0);
  assert.ok(power(heard) < power(sent) / 10);
});

test("writes once a second, at a time of that second which its phase tells", () => {
  const { recorder, pieces } = aRecorder({ track: "incoming", phase: 0.25 });
  const counts = Array.from({ length: 5 }, (_, second) => {
    for (let ms = 0; ms < 1000; ms += 20) recorder.tick(1000 + second * 1000 + ms);
    return pieces.map((piece) => piece.length / 2);
  });

  assert.deepEqual(counts.at(-1), [2000, 8000, 8000, 8000, 8000]);
  assert.equal(recorder.finish(6000).samples, 40_000);
});
