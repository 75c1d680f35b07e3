import assert from "node:assert/strict";
import { test } from "node:test";
import { createCodedPrompts } from "./coded-prompts.ts";
import { pcmFromSamples } from "./pcm.ts";
import { AudioPacket, toCodedAudio } from "./stream/audio-packet.ts";
import type { NegotiatedAudio } from "../sdp/index.ts";

const audioOf = (name: "PCMU" | "PCMA", payloadType: number): NegotiatedAudio => ({
  ...{ remoteAddress: "192.0.2.1", remotePort: 4000, remoteRtcpAddress: "192.0.2.1", remoteRtcpPort: 4001 },
  ...{ codec: { name, payloadType }, telephoneEventPayloadType: undefined, ptimeMs: 20, direction: "sendrecv" },
});
const pcm = pcmFromSamples(Array.from({ length: 1_001 }, (_, index) => Math.round(9_000 * Math.sin(index / 3))));

for (const [name, payloadType] of [
  ["PCMU", 0],
  ["PCMA", 8],
] as const) {
  test(`a frame of a prompt that was encoded before has the bytes of one that is encoded now, wherever it begins: ${name}`, () => {
    const coded = createCodedPrompts().of(pcm, name);
    assert.ok(coded !== undefined);
    const audio = toCodedAudio(coded.codec, coded.codes);
    for (const from of [0, 160, 164, 333, 841]) {
      const [copied, encoded] = [0, 1].map(() => new AudioPacket(audioOf(name, payloadType), 7));
      assert.equal(copied?.copy(audio, from), true);
      encoded?.encode(pcm.samples, from);

      assert.deepEqual(copied?.bytes, encoded?.bytes, `from ${from}`);
    }
  });
}

test("a frame of another codec is not filled", () => {
  const coded = createCodedPrompts().of(pcm, "PCMU");
  assert.ok(coded !== undefined);

  assert.equal(new AudioPacket(audioOf("PCMA", 8), 7).copy(toCodedAudio(coded.codec, coded.codes), 0), false);
});

test("a prompt is encoded once for each law; what grows, is long or has a codec with memory is not", () => {
  const prompts = createCodedPrompts();
  const state = new Int32Array(new SharedArrayBuffer(8));
  const growing = { ...pcm, growth: { state, whole: Promise.resolve(pcm) } };

  assert.equal(prompts.of(pcm, "PCMU"), prompts.of({ samples: pcm.samples }, "PCMU"));
  assert.notEqual(prompts.of(pcm, "PCMU"), prompts.of(pcm, "PCMA"));
  const long = pcmFromSamples(new Int16Array(240_001));
  const others = [
    prompts.of(growing, "PCMU"),
    prompts.of(long, "PCMU"),
    prompts.of(pcm, "G722"),
    prompts.of(pcm, undefined),
  ];
  assert.deepEqual(others, [undefined, undefined, undefined, undefined]);
});
