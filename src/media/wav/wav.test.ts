import assert from "node:assert/strict";
import { test } from "node:test";
import { dominantFrequencyHz, toneLevelDbfs, tone } from "../../testing/tones.ts";
import { pcma, pcmu } from "../codec/g711.ts";
import { decodeWavBytes, openWav } from "./decode-wav.ts";
import { encodeWav } from "./encode-wav.ts";

interface Form {
  readonly tag: number;
  readonly bits: number;
  readonly rateHz: number;
  readonly channels: number;
  readonly subFormat?: number;
}

const chunk = (id: string, body: Uint8Array, size = body.length) => {
  const head = Buffer.alloc(8);
  head.write(id, "latin1");
  head.writeUInt32LE(size, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
};

function formatOf(form: Form): Buffer {
  const body = Buffer.alloc(form.subFormat === undefined ? 16 : 40);
  const frameBytes = (form.channels * form.bits) / 8;
  body.writeUInt16LE(form.tag, 0);
  body.writeUInt16LE(form.channels, 2);
  body.writeUInt32LE(form.rateHz, 4);
  body.writeUInt32LE(form.rateHz * frameBytes, 8);
  body.writeUInt16LE(frameBytes, 12);
  body.writeUInt16LE(form.bits, 14);
  if (form.subFormat !== undefined) {
    body.writeUInt16LE(22, 16);
    body.writeUInt16LE(form.bits, 18);
    Buffer.from("0000001000800000aa00389b71", "hex").copy(body, 27);
    body.writeUInt16LE(form.subFormat, 24);
  }
  return body;
}

const riff = (...chunks: Buffer[]) => {
  const body = Buffer.concat([Buffer.from("WAVE"), ...chunks]);
  return chunk("RIFF", body);
};

/** The bytes of one sample in the form; `value` is 1 at full scale. */
function sampleBytes(form: Form, value: number): Buffer {
  const bytes = Buffer.alloc(form.bits / 8);
  const kind = form.subFormat ?? form.tag;
  if (kind === 6 || kind === 7) {
    bytes[0] = (kind === 6 ? pcma : pcmu).encodeTable[(Math.round(value * 32_767) >> 2) & 0x3fff] ?? 0;
  } else if (kind === 3 && form.bits === 32) bytes.writeFloatLE(value);
  else if (kind === 3) bytes.writeDoubleLE(value);
  else if (form.bits === 8) bytes.writeUInt8(128 + Math.round(value * 127));
  else bytes.writeIntLE(Math.round(value * (2 ** (form.bits - 1) - 1)), 0, form.bits / 8);
  return bytes;
}

/** Half a second of a sine, peak 0.5, in the first channel (and in the others with `inAll`). */
function sineData(form: Form, hz: number, inAll = true, seconds = 0.5): Buffer {
  const frames: Buffer[] = [];
  for (let frame = 0; frame < form.rateHz * seconds; frame++) {
    const value = 0.5 * Math.sin((2 * Math.PI * hz * frame) / form.rateHz);
    for (let channel = 0; channel < form.channels; channel++) {
      frames.push(sampleBytes(form, channel === 0 || inAll ? value : 0));
    }
  }
  return Buffer.concat(frames);
}

const pcm16: Form = { tag: 1, bits: 16, rateHz: 8000, channels: 1 };

function decoded(bytes: Uint8Array) {
  const outcome = decodeWavBytes(bytes);
  assert.equal(outcome.type, "decoded", JSON.stringify(outcome));
  return outcome.type === "decoded" ? outcome.sound : assert.fail();
}

function found(bytes: Uint8Array): string {
  const outcome = decodeWavBytes(bytes);
  return outcome.type === "unsupported" ? outcome.found : `decoded ${outcome.sound.samples.length}`;
}

const near = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

for (const [what, form] of [
  ["8 bit unsigned at 44.1 kHz", { tag: 1, bits: 8, rateHz: 44_100, channels: 1 }],
  ["8 bit unsigned stereo at 44.1 kHz", { tag: 1, bits: 8, rateHz: 44_100, channels: 2 }],
  ["16 bit", pcm16],
  [
    "16 bit stereo at 96 kHz in the extensible form",
    { tag: 0xfffe, subFormat: 1, bits: 16, rateHz: 96_000, channels: 2 },
  ],
  ["24 bit at 48 kHz", { tag: 1, bits: 24, rateHz: 48_000, channels: 1 }],
  ["32 bit at 16 kHz", { tag: 1, bits: 32, rateHz: 16_000, channels: 1 }],
  ["float at 22.05 kHz", { tag: 3, bits: 32, rateHz: 22_050, channels: 1 }],
  ["double float in the extensible form", { tag: 0xfffe, subFormat: 3, bits: 64, rateHz: 32_000, channels: 1 }],
  ["A-law", { tag: 6, bits: 8, rateHz: 8000, channels: 1 }],
  ["mu-law, eight channels", { tag: 7, bits: 8, rateHz: 8000, channels: 8 }],
] as const satisfies readonly (readonly [string, Form])[]) {
  // Contract: leniency-audio-forms, leniency-audio-more-forms
  test(`decodes ${what} to the same tone, level and length`, () => {
    const pcm = decoded(riff(chunk("fmt ", formatOf(form)), chunk("data", sineData(form, 1000))));

    assert.equal(pcm.samples.length, 4000);
    near(toneLevelDbfs(pcm, 1000, 50, 450), -6.02, 0.3);
  });
}

for (const rateHz of [
  4000, 6000, 7999, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000,
]) {
  test(`keeps 1 kHz within 0.5 dB and everything else below -50 dB from ${rateHz} Hz`, () => {
    const form: Form = { tag: 3, bits: 32, rateHz, channels: 1 };
    const pcm = decoded(riff(chunk("fmt ", formatOf(form)), chunk("data", sineData(form, 1000))));

    near(pcm.samples.length, 4000, 1);
    near(toneLevelDbfs(pcm, 1000, 50, 450), -6.02, 0.5);
    for (let hz = 100; hz < 4000; hz += 100) {
      if (Math.abs(hz - 1000) > 100)
        assert.ok(toneLevelDbfs(pcm, hz, 50, 450) < -56, `${hz} Hz: ${toneLevelDbfs(pcm, hz, 50, 450)}`);
    }
  });
}

for (const [rateHz, hz, alias] of [
  [44_100, 6000, 2000],
  [48_000, 4600, 3400],
  [96_000, 20_000, 4000],
  [16_000, 7000, 1000],
] as const) {
  test(`a tone of ${hz} Hz at ${rateHz} Hz does not come back as ${alias} Hz`, () => {
    const form: Form = { tag: 3, bits: 32, rateHz, channels: 1 };
    const pcm = decoded(riff(chunk("fmt ", formatOf(form)), chunk("data", sineData(form, hz))));

    assert.ok(toneLevelDbfs(pcm, alias, 50, 450) < -56 - 6, String(toneLevelDbfs(pcm, alias, 50, 450)));
  });
}

test("keeps the band of telephone speech level from 300 to 3,400 Hz", () => {
  for (const hz of [300, 800, 2000, 3000, 3400]) {
    const form: Form = { tag: 3, bits: 32, rateHz: 44_100, channels: 1 };
    const pcm = decoded(riff(chunk("fmt ", formatOf(form)), chunk("data", sineData(form, hz, true, 0.3))));

    near(toneLevelDbfs(pcm, hz, 50, 250), -6.02, 0.5);
  }
});

test("averages channels", () => {
  const form: Form = { ...pcm16, channels: 2 };
  const pcm = decoded(riff(chunk("fmt ", formatOf(form)), chunk("data", sineData(form, 1000, false))));

  near(toneLevelDbfs(pcm, 1000), -12.04, 0.2);
});

// Contract: leniency-audio-chunks
test("passes over chunks before and after the sound, with odd lengths too", () => {
  const data = sineData(pcm16, 1000);
  const bytes = riff(
    chunk("JUNK", Buffer.alloc(7)),
    chunk("fmt ", formatOf(pcm16)),
    chunk("fact", Buffer.alloc(4)),
    chunk("LIST", Buffer.from("INFOISFT")),
    chunk("data", data),
    chunk("id3 ", Buffer.alloc(99, 0x55)),
  );

  assert.equal(decoded(bytes).samples.length, 4000);
});

for (const [what, size] of [
  ["0", 0],
  ["all ones", 0xffff_ffff],
  ["more than there is", 1_000_000],
] as const) {
  // Contract: leniency-audio-length
  test(`a data size of ${what} means to the end of the file`, () => {
    const bytes = riff(chunk("fmt ", formatOf(pcm16)), chunk("data", sineData(pcm16, 1000), size));

    assert.equal(decoded(bytes).samples.length, 4000);
    assert.equal(decoded(bytes.subarray(0, bytes.length - 1001)).samples.length, 3499);
  });
}

test("a file without sound is empty, also when other chunks follow", () => {
  assert.equal(decoded(riff(chunk("fmt ", formatOf(pcm16)), chunk("data", Buffer.alloc(0)))).samples.length, 0);
  const tagged = riff(
    chunk("fmt ", formatOf(pcm16)),
    chunk("data", Buffer.alloc(0)),
    chunk("LIST", Buffer.from("INFO")),
  );
  assert.equal(decoded(tagged).samples.length, 0);
});

test("float values that are no number are silence, and loud ones are clipped", () => {
  const form: Form = { tag: 3, bits: 32, rateHz: 8000, channels: 1 };
  const data = Buffer.concat([NaN, Infinity, 9, -9, 0.5].map((value) => sampleBytes(form, value)));

  const { samples } = decoded(riff(chunk("fmt ", formatOf(form)), chunk("data", data)));

  assert.deepEqual([...samples], [0, 0, 32_767, -32_768, 16_384]);
});

for (const [what, bytes] of [
  ["an empty file", Buffer.alloc(0)],
  ["an MP3 file", Buffer.from("ID3\u0004\u0000 tag")],
  ["an MP3 file", Buffer.from([0xff, 0xfb, 0x90, 0x44, 0, 0])],
  ["an Ogg file", Buffer.from("OggS\u0000\u0002")],
  ["a FLAC file", Buffer.from("fLaC\u0000")],
  ["an MP4 file", Buffer.from("\u0000\u0000\u0000 ftypM4A ")],
  ["an RF64 file (the form of WAV for more than 4 GB)", Buffer.from("RF64\u00ff\u00ff\u00ff\u00ffWAVE")],
  ["a RIFX file (WAV with the other byte order)", Buffer.from("RIFX\u0000\u0000\u0000\u0000WAVE")],
  ["a RIFF file that is not WAVE", Buffer.from("RIFF\u0000\u0000\u0000\u0000AVI LIST")],
  ['text ("<?xml version=\\"1")', Buffer.from('<?xml version="1.0"?><Error/>')],
  ["something that is not a WAV file", Buffer.from([1, 2, 3, 4, 5])],
  ["a WAV file without a data chunk", riff(chunk("fmt ", formatOf(pcm16)))],
  ["a WAV file without a fmt chunk", riff(chunk("LIST", Buffer.alloc(8)))],
  ["a WAV file whose fmt chunk does not come before its data", riff(chunk("data", Buffer.alloc(8)))],
  ["a WAV file with a fmt chunk that is too short", riff(chunk("fmt ", Buffer.alloc(8)))],
  ["a WAV file that holds IMA ADPCM", riff(chunk("fmt ", formatOf({ ...pcm16, tag: 0x11, bits: 8 })))],
  ["a WAV file that holds MP3", riff(chunk("fmt ", formatOf({ ...pcm16, tag: 0x55, bits: 8 })))],
  ["a WAV file with 9 channels", riff(chunk("fmt ", formatOf({ ...pcm16, channels: 9 })))],
  ["a WAV file at 384000 Hz", riff(chunk("fmt ", formatOf({ ...pcm16, rateHz: 384_000 })))],
  ["a WAV file with 64 bits per pcm sample", riff(chunk("fmt ", formatOf({ ...pcm16, bits: 64 })))],
] as const) {
  test(`says it found ${what}`, () => assert.equal(found(bytes), what));
}

test("reads back what it wrote, sample by sample", () => {
  const pcm = tone(440, 100, -3);
  const file = encodeWav(pcm);

  assert.equal(file.length, 44 + 1600);
  assert.deepEqual(decoded(file).samples, pcm.samples);
  assert.equal(dominantFrequencyHz(decoded(file)), 440);
});

for (const rateHz of [8000, 11_025, 16_000, 44_100, 6000]) {
  test(`decodes a file at ${rateHz} Hz piece by piece to the very samples of the whole`, () => {
    const form = { ...pcm16, rateHz };
    const bytes = riff(chunk("fmt ", formatOf(form)), chunk("data", sineData(form, 440, true, 0.7)));
    const opened = openWav(bytes);
    assert.ok(opened.type === "open");
    const { sound, decode } = opened;
    const { samples } = sound;
    for (let first = 0, length = 1; first < samples.length; first += length, length = (length * 7) % 977) {
      decode(first, Math.min(samples.length, first + length));
    }

    assert.deepEqual(sound, decoded(bytes));
  });
}

for (const [rateHz, hz] of [
  [11_025, 4800],
  [16_000, 7000],
  [22_050, 6000],
  [44_100, 7000],
  [48_000, 6000],
] as const) {
  test(`keeps ${hz} Hz of a file at ${rateHz} Hz for who can hear it, and nothing above 8,000 Hz`, () => {
    const form: Form = { tag: 3, bits: 32, rateHz, channels: 1 };
    const { samples, wide } = decoded(riff(chunk("fmt ", formatOf(form)), chunk("data", sineData(form, hz))));

    assert.equal(wide?.length, 2 * samples.length);
    // Of 16,000 Hz, which the measure takes for 8,000.
    near(toneLevelDbfs({ samples: wide }, hz / 2, 100, 900), -6.02, 0.5);
    if (rateHz < 20_000) return;
    const above = decoded(riff(chunk("fmt ", formatOf(form)), chunk("data", sineData(form, 9000))));
    assert.ok(toneLevelDbfs({ samples: above.wide ?? samples }, 3500, 100, 900) < -62);
  });
}

test("has nothing for who hears more than telephones of a file at 8,000 Hz", () => {
  const file = riff(chunk("fmt ", formatOf(pcm16)), chunk("data", sineData(pcm16, 1000)));

  assert.equal(decoded(file).wide, undefined);
});

test("refuses a file of chunks without end", () => {
  const junk = Array.from({ length: 20_000 }, () => chunk("junk", Buffer.alloc(0)));
  const outcome = decodeWavBytes(riff(chunk("fmt ", formatOf(pcm16)), ...junk, chunk("data", Buffer.alloc(100))));

  assert.deepEqual(outcome, { type: "unsupported", found: "a WAV file with more than 10000 chunks before its data" });
});
