import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualClock } from "../../testing/manual-clock.ts";
import { createRandom } from "../../testing/internal/random.ts";
import { pcmu } from "../codec/g711.ts";
import { RTP_HEADER_BYTES, readUint16, readUint32, stampHeader, writeHeader } from "../stream/packet.ts";
import { createRtpHost } from "./rtp-host.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";
import { createMemoryIo } from "../../../test/media/memory-io.ts";
import type { RtpCommand, SharedSamples } from "./messages.ts";

const eventType = 101;

interface Sent {
  readonly atMs: number;
  readonly isMarked: boolean;
  readonly isEvent: boolean;
  readonly sequence: number;
  readonly ticks: number;
  readonly payload: Uint8Array;
}

function agreedWith(session: number, change: Partial<NegotiatedAudio> = {}): NegotiatedAudio {
  return {
    ...{ remoteAddress: "192.0.2.1", remotePort: 4000 + session },
    ...{ remoteRtcpAddress: "192.0.2.1", remoteRtcpPort: 4100 + session },
    ...{ codec: { name: "PCMU", payloadType: 0 }, telephoneEventPayloadType: eventType },
    ...{ ptimeMs: 20, direction: "sendrecv" },
    ...change,
  };
}

/** Sessions 1 and 2 in one host, on a clock that stands still, and what is sent to the far end of session 1. */
async function aHost(ptimeMs = 20) {
  const clock = createManualClock();
  const sent: Sent[] = [];
  const note = (packet: Uint8Array) =>
    sent.push({
      atMs: clock.monotonicMs(),
      isMarked: (packet[1] ?? 0) >= 0x80,
      isEvent: ((packet[1] ?? 0) & 0x7f) === eventType,
      sequence: readUint16(packet, 2),
      ticks: readUint32(packet, 4),
      payload: packet.slice(RTP_HEADER_BYTES),
    });
  const { io, open } = createMemoryIo((packet, to) => to.port === 4001 && note(packet));
  const host = createRtpHost(io, clock, { rtpTimeoutMs: 0, holdTimeoutMs: 0 }, () => undefined);
  const tell = (command: RtpCommand) => host.handle(command);
  for (const session of [1, 2]) {
    tell({ type: "open", request: session, session, address: "192.0.2.9", port: 5000 + 2 * session });
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    tell({ type: "start", session, audio: agreedWith(session, { ptimeMs }) });
  }
  const run = (ms: number) => {
    for (let step = 0; step < ms; step++) clock.advance(1);
  };
  const play = (playbackId: string, samples: Int16Array, repeat = 1) => {
    const shared: SharedSamples = new Int16Array(new SharedArrayBuffer(samples.length * 2));
    shared.set(samples);
    tell({ type: "play", session: 1, playbackId, samples: shared, repeat });
  };
  const fromOther = (packet: Uint8Array) => open.get(5004)?.(packet, { address: "192.0.2.1", port: 4002 });
  return { tell, run, play, sent, fromOther };
}

/** What a far end hears: the samples of all audio packets in order. */
function samplesIn(sent: readonly Sent[]): Int16Array {
  const codes = Buffer.concat(sent.filter(({ isEvent }) => !isEvent).map(({ payload }) => payload));
  return Int16Array.from(codes, (code) => pcmu.decodeTable[code] ?? 0);
}

/** Whole numbers below a limit, the same ones for a seed. */
function numbers(seed: number): (limit: number) => number {
  const random = createRandom(seed);
  return (limit) => Math.floor(random() * limit);
}

/** Samples that u-law keeps as they are, so that what is heard can be compared one by one. */
function exactSamples(below: (limit: number) => number, length: number): Int16Array {
  return Int16Array.from({ length }, () => pcmu.decodeTable[1 + below(126)] ?? 0);
}

for (const ptimeMs of [10, 20, 30, 60]) {
  // Contract: sip-and-media-silence-between-prompts
  test(`prompts of any length leave sample by sample in packets of ${ptimeMs} ms: no gap, no gain, nothing twice`, async () => {
    const below = numbers(ptimeMs);
    const { run, play, sent } = await aHost(ptimeMs);
    run(100);
    const pieces = Array.from({ length: 30 }, () => exactSamples(below, 1 + below(700)));
    const repeats = pieces.map(() => 1 + below(3));
    pieces.forEach((piece, index) => play(`p${index}`, piece, repeats[index]));
    run(7000);

    const wanted = pieces.flatMap((piece, index) =>
      Array.from({ length: repeats[index] ?? 1 }, () => [...piece]).flat(),
    );
    const heard = [...samplesIn(sent)];
    const start = heard.findIndex((sample) => sample !== 0);
    assert.deepEqual(heard.slice(start, start + wanted.length), wanted);
    assert.ok(heard.slice(start + wanted.length).every((sample) => sample === 0));
  });
}

/** Checks what each receiver relies on: one packet for each packet time, timestamps that follow each other as the audio does and time itself does, and a
 * marker where they do not follow (RFC 3550 §5.1, RFC 3551 §4.1, RFC 4733 §2.5.1).
 * @param options `canRestart`: another stream may take over without a gap; `mostOffMs`: how far a packet may be off its time */
function assertSteady(sent: readonly Sent[], { canRestart = false, mostOffMs = 45 } = {}): void {
  let isAfterKey = false;
  let before: Sent | undefined;
  let endTicks: number | undefined;
  let first: Sent | undefined;
  for (const packet of sent) {
    const where = `packet ${packet.sequence} at ${packet.atMs} ms`;
    if (before !== undefined) assert.equal(packet.sequence, (before.sequence + 1) & 0xffff, `sequence of ${where}`);
    before = packet;
    isAfterKey ||= packet.isEvent;
    if (packet.isEvent) continue;
    first ??= packet;
    const offMs = ((packet.ticks - first.ticks) | 0) / 8 - (packet.atMs - first.atMs);
    assert.ok(Math.abs(offMs) <= mostOffMs, `${where} is ${offMs} ms off its timestamp`);
    const ahead = endTicks === undefined ? undefined : (packet.ticks - endTicks) | 0;
    assert.ok(ahead === undefined || ahead >= 0, `${where} overlaps the one before by ${-(ahead ?? 0)} ticks`);
    // Audio that a key took the place of leaves no gap that needs a marker.
    if (ahead === 0 && !canRestart) assert.equal(packet.isMarked, false, `marker of ${where}`);
    if (ahead !== 0 && !isAfterKey) assert.equal(packet.isMarked, true, `marker of ${where}`);
    isAfterKey = false;
    endTicks = (packet.ticks + packet.payload.length) >>> 0;
  }
}

for (let seed = 1; seed <= 12; seed++) {
  test(`whatever a call does one after another, packets stay steady (seed ${seed})`, async () => {
    const below = numbers(seed);
    const { tell, run, play, sent } = await aHost();
    const actions = [
      () => play(`p${below(4)}`, exactSamples(below, below(6000)), 1 + below(2)),
      () => tell({ type: "stop-playback", session: 1, playbackId: `p${below(4)}` }),
      () => tell({ type: "send-digits", session: 1, sendId: "d", digits: "12,3", toneMs: 100, gapMs: 80 }),
      () => tell({ type: "start", session: 1, audio: agreedWith(1) }),
      () => tell({ type: "start", session: 1, audio: agreedWith(1, { direction: "recvonly" }) }),
      () => tell({ type: "start", session: 1, audio: agreedWith(1, { codec: { name: "PCMA", payloadType: 8 } }) }),
      () => tell({ type: "join", session: 1, other: 2 }),
      () => tell({ type: "part", session: 1 }),
    ];
    for (let step = 0; step < 60; step++) {
      actions[below(actions.length)]?.();
      run(below(400));
    }

    assertSteady(sent);
    assert.ok(sent.length > 200);
  });
}

test("a bridge whose far end sends unevenly, with prompts in between, talks over nothing, and keeps time", async () => {
  const below = numbers(5);
  const { tell, run, play, sent, fromOther } = await aHost();
  run(105);
  tell({ type: "join", session: 1, other: 2 });
  const packet = new Uint8Array(RTP_HEADER_BYTES + 160).fill(0x90, RTP_HEADER_BYTES);
  writeHeader(packet, 0, 77);
  let nowMs = 0;
  for (let index = 0; index < 1000; index++) {
    // In bunches, as over a radio link.
    const dueMs = Math.max(nowMs, index * 20 + below(60));
    run(dueMs - nowMs);
    nowMs = dueMs;
    stampHeader(packet, index === 0, 0, index, index * 160);
    fromOther(packet);
    if (index % 50 === 25) play(`p${index}`, exactSamples(below, 3000));
  }

  assertSteady(sent, { canRestart: true, mostOffMs: 85 });
  const seconds = ((sent.at(-1)?.atMs ?? 0) - (sent[0]?.atMs ?? 0)) / 1000;
  assert.ok(Math.abs(sent.length - seconds * 50) <= 10, `${sent.length} packets in ${seconds} s`);
});
