import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pcmu } from "../../codec/g711.ts";
import { createHeardPacket, type HeardPacket } from "../../stream/heard-packet.ts";
import { renderDualTones } from "./dual-tone.ts";
import { createKeyDetector, type KeyDetector } from "./key-detector.ts";

const PACKET = 160;
const FIRST_TICKS = 0xffff_f000;

interface Listening {
  readonly detector: KeyDetector;
  /** "begins", "in band" and so on, with the key and what is told of it. */
  readonly told: string[];
  /** Packets of audio, 20 ms each, the first at 0 ms. */
  readonly hear: (packets: readonly (HeardPacket | undefined)[]) => void;
}

function aDetector(hasEvents: boolean): Listening {
  const told: string[] = [];
  const detector = createKeyDetector({
    keyBegan: (digit) => told.push(`began ${digit}`),
    keyGrew: () => undefined,
    keyEnded: (digit) => told.push(`ended ${digit}`),
    keySignalled: (digit) => told.push(`signalled ${digit}`),
    keyInBand: (digit, startTicks, durationMs) => {
      const startMs = ((startTicks - FIRST_TICKS) | 0) / 8;
      told.push(`${digit} at ${Math.round(startMs / 20) * 20} for ${Math.round(durationMs / 20) * 20}`);
    },
  });
  detector.configure(hasEvents);
  const hear = (packets: readonly (HeardPacket | undefined)[]) => {
    packets.forEach((packet, index) => {
      if (packet !== undefined) detector.heard(packet, index * 20);
      detector.tick(index * 20);
    });
  };
  return { detector, told, hear };
}

/** Packets of this audio, 100 ms of silence before and behind it. */
function packetsOf(audio: Int16Array, change: Partial<HeardPacket> = {}): HeardPacket[] {
  const samples = new Int16Array(Math.ceil((1600 + audio.length) / PACKET) * PACKET);
  samples.set(audio, 800);
  return Array.from({ length: samples.length / PACKET }, (_, index) => {
    const bytes = new Uint8Array(PACKET);
    pcmu.createEncoder().encode(samples, index * PACKET, PACKET, bytes, 0);
    return {
      ...createHeardPacket(),
      ...{ bytes, start: 0, end: PACKET, kind: pcmu, ssrc: 1, sequence: index },
      timestampTicks: (FIRST_TICKS + index * PACKET) >>> 0,
      ...change,
    };
  });
}

// Contract: sip-and-media-keys-in-audio
describe("keys in the audio", () => {
  it("are told once they are over, each once, with their place and length", () => {
    const { told, hear } = aDetector(false);

    hear(packetsOf(renderDualTones("15#", 100, 100)));

    assert.deepEqual(told, ["1 at 100 for 100", "5 at 300 for 100", "# at 500 for 100"]);
  });

  it("are not looked for where telephone-events are agreed, also later", () => {
    const { detector, told, hear } = aDetector(true);
    hear(packetsOf(renderDualTones("1", 100, 100)));
    detector.configure(false);
    detector.configure(true);

    hear(packetsOf(renderDualTones("1", 100, 100)));

    assert.deepEqual(told, []);
  });

  it("stay one key where a packet of it is lost, and two where there is a pause", () => {
    for (const lost of [6, 7, 8]) {
      const { told, hear } = aDetector(false);

      hear(packetsOf(renderDualTones("5", 120, 100)).map((packet, index) => (index === lost ? undefined : packet)));

      assert.equal(told.length, 1, `packet ${lost}: ${told.join(", ")}`);
    }
    const { told, hear } = aDetector(false);

    hear(packetsOf(renderDualTones("55", 60, 60)));

    assert.equal(told.length, 2);
  });

  it("are told wherever timestamps jump to or stand, as long as packets count on", () => {
    for (const [what, ticksOf] of [
      ["jump back by 0.9 s", (index: number) => index * PACKET - (index < 12 ? 0 : 7200)],
      ["jump back by an hour", (index: number) => index * PACKET - (index < 12 ? 0 : 28_800_000)],
      ["count half of the time", (index: number) => (index * PACKET) / 2],
      ["stand still", () => 0],
    ] as const) {
      const { told, hear } = aDetector(false);

      hear(
        packetsOf(renderDualTones("1569", 100, 100)).map((packet, index) => ({
          ...packet,
          timestampTicks: (FIRST_TICKS + ticksOf(index)) | 0,
        })),
      );

      assert.equal(told.map((each) => each[0]).join(""), "1569", what);
    }
  });

  it("end where the far end stops sending, or begins another stream", () => {
    for (const ssrc of [undefined, 2]) {
      const { detector, told, hear } = aDetector(false);
      const packets = packetsOf(renderDualTones("9", 400, 0)).slice(0, 12);
      hear(packets);

      if (ssrc === undefined) for (let ms = 240; ms < 500; ms += 20) detector.tick(ms);
      else
        packetsOf(new Int16Array(800), { ssrc }).forEach((packet, index) => detector.heard(packet, 260 + index * 20));

      assert.equal(told.length, 1);
      assert.match(told[0] ?? "", /^9 at 100/);
    }
  });

  it("are left to SIP INFO once a key came by it, and no key is told twice or lost", () => {
    const { detector, told, hear } = aDetector(false);
    const first = packetsOf(renderDualTones("1", 200, 100));

    hear(first.slice(0, 10));
    detector.signal("1", 160, 200);
    first.slice(10).forEach((packet, index) => detector.heard(packet, 220 + index * 20));
    hear(packetsOf(renderDualTones("2", 200, 100), { ssrc: 5 }));
    detector.signal("2", 160, 900);

    assert.deepEqual(told, ["1 at 100 for 200", "signalled 2"]);
  });

  it("are not told when the INFO was there first", () => {
    const { detector, told, hear } = aDetector(false);

    detector.signal("7", 160, 0);
    hear(packetsOf(renderDualTones("7", 200, 100)));

    assert.deepEqual(told, ["signalled 7"]);
  });

  it("are looked for again when another far end takes the place of one with SIP INFO", () => {
    const { detector, told, hear } = aDetector(false);
    detector.signal("7", 160, 0);

    detector.forget();
    detector.configure(false);
    hear(packetsOf(renderDualTones("3", 100, 100)));

    assert.deepEqual(told, ["signalled 7", "3 at 100 for 100"]);
  });
});
