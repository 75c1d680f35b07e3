import assert from "node:assert/strict";
import { test } from "node:test";
import { audioTo, createMediaScene } from "../../testing/internal/media-scene.ts";
import { dominantFrequencyHz, slicePcm, tone, toneLevelDbfs } from "../../testing/tones.ts";
import type { AudioCodec, NegotiatedAudio } from "../../sdp/index.ts";
import type { Pcm } from "../types.ts";

type Name = AudioCodec["name"];
const payloadTypes: Readonly<Record<Name, number>> = { PCMU: 0, PCMA: 8, G722: 9, opus: 111 };
const of = (name: Name, change: Partial<NegotiatedAudio> = {}): Partial<NegotiatedAudio> => ({
  codec: { name, payloadType: payloadTypes[name] },
  ...change,
});

/** Two phones, each with a leg of ours, and a bridge between the legs. */
async function aCall(left: Partial<NegotiatedAudio>, right: Partial<NegotiatedAudio>) {
  const scene = await createMediaScene();
  const [phoneA, legA] = [await scene.open(), await scene.open()];
  const phoneB = await scene.open();
  const legB = await scene.settled(scene.media.openSession({}, { near: legA.session }));
  const agree = (side: "left" | "right", change: Partial<NegotiatedAudio>) => {
    const [phone, leg] = side === "left" ? [phoneA.session, legA.session] : [phoneB.session, legB];
    phone.start(audioTo(leg.localPort, change));
    leg.start(audioTo(phone.localPort, change));
  };
  agree("left", left);
  agree("right", right);
  scene.media.bridge(legA.session, legB);
  scene.pass(200);
  return { ...scene, phoneA, phoneB, legA: legA.session, legB, agree };
}

type Call = Awaited<ReturnType<typeof aCall>>;

/** Both phones say a tone for a time; gives what each hears from 300 ms on: behind a bridge that waits, and when what decodes only for the capture
 * has found its way into G.722. */
async function talk(call: Call, ms = 1000): Promise<readonly [atB: Pcm, atA: Pcm]> {
  const [a, b] = [call.phoneA.session, call.phoneB.session];
  a.play("a", tone(440, ms, -10), 1);
  b.play("b", tone(1000, ms, -16), 1);
  a.startCapture();
  b.startCapture();
  call.pass(ms);
  const [atB, atA] = await call.settled(Promise.all([b.stopCapture(), a.stopCapture()]));
  return [slicePcm(atB, 300), slicePcm(atA, 300)];
}

function assertTone(pcm: Pcm, frequencyHz: number, levelDbfs: number): void {
  const endMs = pcm.samples.length / 8;
  assert.equal(dominantFrequencyHz(pcm), frequencyHz);
  for (let fromMs = 0; fromMs + 100 < endMs; fromMs += 100) {
    const level = toneLevelDbfs(pcm, frequencyHz, fromMs, fromMs + 100);
    assert.ok(Math.abs(level - levelDbfs) < 0.7, `${level} dBFS at ${fromMs} ms`);
  }
}

for (const [left, right] of [
  ["G722", "PCMU"],
  ["G722", "PCMA"],
  ["G722", "G722"],
  ["PCMU", "PCMA"],
  ["opus", "PCMU"],
  ["opus", "opus"],
] as const) {
  test(`a bridge between ${left} and ${right} carries tones both ways at their level`, async () => {
    const call = await aCall(of(left), of(right));

    const [atB, atA] = await talk(call);

    assertTone(atB, 440, -10);
    assertTone(atA, 1000, -16);
    await call.settled(call.media.close());
  });
}

test("a bridge between G.722 of 60 ms and PCMU of 10 ms carries tones both ways, in packets of those lengths", async () => {
  const call = await aCall(of("G722", { ptimeMs: 60 }), of("PCMU", { ptimeMs: 10 }));
  const [before, beforeB] = await call.settled(Promise.all([call.legA.stats(), call.legB.stats()]));

  const [atB, atA] = await talk(call, 1200);

  assertTone(atB, 440, -10);
  assertTone(atA, 1000, -16);
  const [after, afterB] = await call.settled(Promise.all([call.legA.stats(), call.legB.stats()]));
  assert.ok(Math.abs(after.packetsSent - before.packetsSent - 20) <= 1);
  assert.ok(Math.abs(afterB.packetsSent - beforeB.packetsSent - 120) <= 1);
  await call.settled(call.media.close());
});

test("a leg of a bridge changes its codec while both talk: tones go on both ways (RFC 3264 §8.3.2)", async () => {
  const call = await aCall(of("PCMU"), of("PCMU"));
  for (const [side, name] of [
    ["left", "G722"],
    ["right", "G722"],
    ["left", "PCMA"],
    ["right", "PCMU"],
  ] as const) {
    call.agree(side, of(name));

    const [atB, atA] = await talk(call);

    assertTone(atB, 440, -10);
    assertTone(atA, 1000, -16);
  }
  await call.settled(call.media.close());
});

for (const [what, left, right] of [
  ["a G.722 phone leave no silence and no click at a PCMU phone", of("G722"), of("PCMU")],
  ["packets of 10 ms leave none in packets of 20 ms", of("PCMU", { ptimeMs: 10 }), of("PCMU")],
  ["packets of 20 ms leave none in packets of 30 ms", of("PCMU"), of("PCMA", { ptimeMs: 30 })],
  ["packets of 30 ms leave none in packets of 20 ms", of("PCMA", { ptimeMs: 30 }), of("PCMA")],
] as const) {
  test(`loss, jitter and reordering on the way of ${what}`, async () => {
    const call = await aCall(left, right);
    call.packets.treat(call.phoneA.port, { lossRatio: 0.05, jitterMs: 40, reorders: true });
    call.pass(1000);

    const [atB] = await talk(call, 3000);

    assert.equal(dominantFrequencyHz(atB), 440);
    let quiet = 0;
    let longest = 0;
    let jump = 0;
    for (const [index, sample] of atB.samples.entries()) {
      quiet = Math.abs(sample) < 300 ? quiet + 1 : 0;
      longest = Math.max(longest, quiet);
      if (index > 0) jump = Math.max(jump, Math.abs(sample - (atB.samples[index - 1] ?? 0)));
    }
    assert.ok(longest / 8 < 30, `${longest / 8} ms of silence`);
    const largest = 10_362 * ((2 * Math.PI * 440) / 8000);
    assert.ok(jump < largest * 1.4, `${jump} where the tone has ${largest}`);
    await call.settled(call.media.close());
  });
}

test("a prompt to one side of a bridge of two codecs is heard alone, and the talk goes on behind it", async () => {
  const call = await aCall(of("G722"), of("PCMU"));
  await talk(call, 400);
  call.phoneA.session.play("a", tone(440, 3000, -10), 1);
  call.legB.play("prompt", tone(2000, 500, -10), 1);
  call.phoneB.session.startCapture();
  call.pass(1500);

  const heard = await call.settled(call.phoneB.session.stopCapture());

  assert.ok(toneLevelDbfs(heard, 2000, 100, 450) > -11);
  assert.ok(toneLevelDbfs(heard, 440, 100, 450) < -50);
  assert.ok(toneLevelDbfs(heard, 440, 700, 1400) > -11);
  assert.ok(toneLevelDbfs(heard, 2000, 700, 1400) < -50);
  await call.settled(call.media.close());
});
