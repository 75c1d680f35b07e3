import assert from "node:assert/strict";
import { test } from "node:test";
import { codecs } from "../codec/codecs.ts";
import { RTP_HEADER_BYTES } from "../stream/packet.ts";
import { createRtpSession } from "./session.ts";
import type { Link } from "../link/link.ts";
import type { AudioCodec } from "../../sdp/index.ts";

const RATE_HZ = 16_000;

/** A session that agreed on a codec, and what its far end hears at 16,000 Hz. */
function aSession(name: AudioCodec["name"]) {
  const codec = codecs[name];
  const decoder = codec.createDecoder(RATE_HZ);
  const heard: number[] = [];
  const frame = new Int16Array(5760);
  const link: Link = {
    ...{ port: 5000, signalled: undefined, destination: { address: "192.0.2.1", port: 4000 } },
    ...{ configure: () => undefined, hears: () => true, hearsReport: () => true },
    ...{ sendReport: () => undefined, close: async () => undefined },
    send: (packet) => {
      const count = decoder.decode(packet, RTP_HEADER_BYTES, packet.length, frame, 0);
      for (const sample of frame.subarray(0, count)) heard.push(sample);
    },
  };
  const ignored = () => undefined;
  const events = {
    ...{ onPlaybackStarted: ignored, onPlaybackFinished: ignored, onDigit: ignored, onDigitsSent: ignored },
    ...{ onRtpTimeout: ignored, onAudioProblem: ignored },
  };
  const setting = { rtpTimeoutMs: 0, holdTimeoutMs: 0, wallStartMs: 0, cname: "a", randomUint32: () => 1 };
  const session = createRtpSession(link, events, setting);
  session.configure(
    {
      ...{ remoteAddress: "192.0.2.1", remotePort: 4000, remoteRtcpAddress: "192.0.2.1", remoteRtcpPort: 4001 },
      ...{ codec: { name, payloadType: 96 }, telephoneEventPayloadType: undefined, ptimeMs: 20, direction: "sendrecv" },
    },
    undefined,
    0,
  );
  return {
    session,
    /** What is heard of so many packets. */
    hear(packets: number) {
      heard.length = 0;
      for (let packet = 0; packet < packets; packet++) session.tick(0, 0, 0);
      return Int16Array.from(heard);
    },
  };
}

/** Sums of tones, each with a peak of 6,000, as telephones hear them and at 16,000 Hz. */
function sound(seconds: number, ...tonesHz: number[]) {
  const at = (rateHz: number) =>
    Int16Array.from({ length: seconds * rateHz }, (_, index) =>
      tonesHz
        .filter((hz) => 2 * hz < rateHz)
        .reduce((sum, hz) => sum + Math.round(6000 * Math.sin((2 * Math.PI * hz * index) / rateHz)), 0),
    );
  return { samples: at(8000), wide: at(RATE_HZ) };
}

/** Level of a tone in samples of 16,000 Hz, decibels below a peak of 6,000. */
function levelDb(samples: Int16Array, hz: number): number {
  let [real, imaginary] = [0, 0];
  samples.forEach((sample, index) => {
    real += sample * Math.cos((2 * Math.PI * hz * index) / RATE_HZ);
    imaginary += sample * Math.sin((2 * Math.PI * hz * index) / RATE_HZ);
  });
  return 20 * Math.log10(((2 / samples.length) * Math.hypot(real, imaginary) + 1e-9) / 6000);
}

for (const name of ["G722", "opus"] as const) {
  test(`a far end with ${name} hears above 4,000 Hz of what is played to it, as loud as the rest`, () => {
    const { session, hear } = aSession(name);
    session.play("a", { ...sound(1, 1000, 6000), repeat: 1 });
    hear(10);
    const heard = hear(30);

    assert.ok(Math.abs(levelDb(heard, 1000)) < 2, `${levelDb(heard, 1000)} dB at 1,000 Hz`);
    assert.ok(Math.abs(levelDb(heard, 6000)) < 3, `${levelDb(heard, 6000)} dB at 6,000 Hz`);
  });

  test(`a far end with ${name} hears what there is only for telephones, and nothing above it`, () => {
    const { session, hear } = aSession(name);
    session.play("a", { samples: sound(1, 1000, 2000).samples, repeat: 1 });
    hear(10);
    const heard = hear(30);

    assert.ok(Math.abs(levelDb(heard, 1000)) < 2 && Math.abs(levelDb(heard, 2000)) < 3);
    assert.ok(levelDb(heard, 6000) < -30, `${levelDb(heard, 6000)} dB at 6,000 Hz, the mirror of 2,000`);
  });
}

test("a far end with G.722 hears above 4,000 Hz of what follows something for telephones, from the next quiet on", () => {
  const { session, hear } = aSession("G722");
  session.play("telephone", { samples: sound(0.1, 1000).samples, repeat: 1 });
  session.play("a", { ...sound(0.2, 1000, 6000), repeat: 1 });
  session.play("quiet", { samples: new Int16Array(80), wide: new Int16Array(160), repeat: 1 });
  session.play("b", { ...sound(1, 1000, 6000), repeat: 1 });
  hear(20);
  const heard = hear(30);

  assert.ok(Math.abs(levelDb(heard, 6000)) < 3, `${levelDb(heard, 6000)} dB at 6,000 Hz`);
});

test("a far end with G.711 hears what telephones hear, to the bit", () => {
  const [one, other] = [aSession("PCMU"), aSession("PCMU")];
  const { samples, wide } = sound(0.3, 1000, 6000);
  one.session.play("a", { samples, wide, repeat: 2 });
  other.session.play("a", { samples, repeat: 2 });

  assert.deepEqual(one.hear(35), other.hear(35));
});

/** The largest second difference of samples: what clicks stand out by. */
function roughness(samples: Int16Array): number {
  let most = 0;
  for (let index = 2; index < samples.length; index++) {
    const bend = (samples[index] ?? 0) - 2 * (samples[index - 1] ?? 0) + (samples[index - 2] ?? 0);
    most = Math.max(most, Math.abs(bend));
  }
  return most;
}

for (const [what, kinds] of [
  ["wide and wide", [true, true, true]],
  ["wide and for telephones", [true, false, true]],
  ["for telephones and wide", [false, true, false]],
] as const) {
  for (const length of [800, 730]) {
    test(`nothing is heard of the joints of pieces that are ${what}, of ${length} samples`, () => {
      const { session, hear } = aSession("G722");
      const whole = sound(1, 400);
      for (const [index, isWide] of kinds.entries()) {
        const from = index * length;
        const samples = whole.samples.slice(from, from + length);
        const wide = isWide ? whole.wide.slice(2 * from, 2 * (from + length)) : undefined;
        session.play(`${index}`, { samples, wide, repeat: 1 });
      }
      hear(2);
      const heard = hear(11);
      const { session: plain, hear: hearPlain } = aSession("G722");
      plain.play("a", { ...whole, repeat: 1 });
      hearPlain(2);

      assert.ok(roughness(heard) < 1.5 * roughness(hearPlain(11)), `${roughness(heard)}`);
    });
  }
}

test("what is stopped fades within 4 ms where it is wide, too", () => {
  const { session, hear } = aSession("G722");
  session.play("a", { ...sound(1, 400), repeat: 1 });
  hear(5);
  session.stopPlayback("a");
  const heard = hear(3);

  // G.722 has a delay of 1.4 ms itself, and the stream one of 1.25 ms.
  assert.ok(heard.subarray(16 * 10).every((sample) => Math.abs(sample) < 60));
  assert.ok(roughness(heard) < 3000, `${roughness(heard)}`);
});
