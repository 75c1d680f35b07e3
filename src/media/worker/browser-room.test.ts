import assert from "node:assert/strict";
import { test } from "node:test";
import { BrowserPeer } from "../../../test/webrtc/browser-peer.ts";
import { silentLogger } from "../../kernel/index.ts";
import { audioTo } from "../../testing/internal/media-scene.ts";
import { createMemoryPackets } from "../../testing/internal/memory-packets.ts";
import { createRandom } from "../../testing/internal/random.ts";
import { settle } from "../../testing/internal/settle.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { toneLevelDbfs } from "../../testing/tones.ts";
import { opus } from "../codec/opus/opus.ts";
import { createMedia } from "../media.ts";
import { pcmFromSamples } from "../pcm.ts";
import type { Clock } from "../../kernel/index.ts";
import type { PacketIo } from "../io/packet-io.ts";
import type { MixerRate } from "../types.ts";

const [far, near] = ["203.0.113.5", "203.0.113.6"];
/** 20 ms of what browsers encode and decode. */
const RATE_HZ = 48_000;
const FRAME = 960;
const agreed = {
  ...audioTo(0, { remoteAddress: "", telephoneEventPayloadType: undefined }),
  codec: { name: "opus", payloadType: 111 } as const,
};

interface Network {
  readonly loss: number;
  readonly jitterMs: number;
}

/** A network on which packets to and from `far` are lost and late by chance. */
function unreliable(io: PacketIo, clock: Clock, { loss, jitterMs }: Network): PacketIo {
  const random = createRandom(25);
  return {
    open: async (address, port, receive, options) => {
      const socket = await io.open(address, port, receive, options);
      return {
        ...socket,
        send(packet, to) {
          if (address !== far && to.address !== far) return socket.send(packet, to);
          if (random() < loss) return;
          const copy = packet.slice();
          clock.startTimer(jitterMs * random(), () => socket.send(copy, to));
        },
      };
    },
  };
}

/** Two browsers in a room, one of them behind the network that is given. */
async function aRoom(mixerRateHz?: MixerRate, network: Network = { loss: 0, jitterMs: 0 }) {
  const clock = createManualClock();
  const io = unreliable(createMemoryPackets(clock, 1), clock, network);
  const media = await createMedia({
    ...{ address: "192.0.2.9", portRange: { min: 0, max: 0 }, log: silentLogger, local: { clock, io } },
    ...(mixerRateHz === undefined ? {} : { mixerRateHz }),
  });
  const pass = (ms: number) => {
    for (let step = 0; step < ms; step++) clock.advance(1);
  };
  const settled = <Value>(work: Promise<Value>) => settle(work, () => pass(1));
  const mixer = media.openMixer({});
  const join = async (address: string) => {
    const codec = { payloadType: 111, map: "opus/48000/2", ticks: FRAME };
    const browser = new BrowserPeer({ io, clock, address, codec });
    const remote = { iceUfrag: browser.ufrag, fingerprint: browser.certificate.fingerprint, audio: agreed };
    const session = await settled(media.openBrowserSession({}, remote, { near: mixer }));
    mixer.add(session, { isHeard: true, hears: true });
    await browser.connectTo(session.transport);
    const startMs = clock.monotonicMs();
    while (!browser.hasKeys && clock.monotonicMs() - startMs < 10_000) pass(5);
    return { browser, session, joinedInMs: clock.monotonicMs() - startMs };
  };
  const farEnd = await join(far);
  const nearEnd = await join(near);
  return { media, pass, settled, farEnd, nearEnd };
}

type Room = Awaited<ReturnType<typeof aRoom>>;

/** Both say their tones for a time; gives the frames that each hears, without what was before. */
function talk({ pass, farEnd, nearEnd }: Room, hz: { readonly far: number; readonly near: number }, frames: number) {
  const said = [speaker(farEnd.browser, hz.far), speaker(nearEnd.browser, hz.near)];
  for (let count = 0; count < frames; count++) {
    for (const say of said) say();
    if (count % REPORT_FRAMES === 0) farEnd.browser.report(lossReport(farEnd.session.transport.ssrc));
    pass(20);
  }
  return { far: framesOf(farEnd.browser), near: framesOf(nearEnd.browser) };
}

/** A browser reports every second. */
const REPORT_FRAMES = 50;

/** A receiver report: of what `ssrc` sent, 5 % came not. RFC 3550 §6.4.2 */
function lossReport(ssrc: number): Uint8Array {
  const report = Buffer.alloc(32);
  report.writeUInt32BE(0x81c9_0007);
  report.writeUInt32BE(ssrc, 8);
  report[12] = Math.round(0.05 * 256);
  return report;
}

/** Says a tone of -12 dBFS, a packet each time, which repeats the one before it as browsers do. */
function speaker(browser: BrowserPeer, hz: number): () => void {
  const encoder = opus.createEncoder(RATE_HZ);
  encoder.tune?.({ isBusy: false, lossPercent: 5 });
  const [samples, output] = [new Int16Array(FRAME), new Uint8Array(1_280)];
  let at = 0;
  return () => {
    for (let index = 0; index < FRAME; index++, at++)
      samples[index] = 8200 * Math.sin((2 * Math.PI * hz * at) / RATE_HZ);
    browser.say(output.slice(0, encoder.encode(samples, 0, FRAME, output, 0)));
  };
}

/** What a browser plays: packets in order, holes filled in by its decoder. */
function framesOf({ heard }: BrowserPeer): readonly Int16Array[] {
  const bySequence = new Map(heard.map((packet) => [Buffer.from(packet).readUInt16BE(2), packet.subarray(12)]));
  const numbers = [...bySequence.keys()].sort((one, other) => ((one - other) << 16) >> 16);
  const [first = 0, last = 0] = [numbers[0], numbers.at(-1)];
  const decoder = opus.createDecoder(RATE_HZ);
  return Array.from({ length: ((last - first) & 0xffff) + 1 }, (_, index) => {
    const [frame, payload] = [new Int16Array(FRAME), bySequence.get((first + index) & 0xffff)];
    const following = bySequence.get((first + index + 1) & 0xffff);
    if (payload !== undefined) decoder.decode(payload, 0, payload.length, frame, 0);
    else if (following === undefined) decoder.conceal?.(frame, 0, FRAME);
    else decoder.recover?.(following, 0, following.length, frame, 0, FRAME);
    return frame;
  });
}

/** The measure takes all for 8,000 Hz. */
const levelOf = (samples: Int16Array, hz: number) => toneLevelDbfs(pcmFromSamples(samples), (hz * 8000) / RATE_HZ);
/** Frames in which a tone is heard: 20 dB above what is beside it, and no more than 20 dB quieter than it was said. */
function shareOf(frames: readonly Int16Array[], hz: number): number {
  const isHeard = (frame: Int16Array) => {
    const level = levelOf(frame, hz);
    return level > -12 - 20 && level > levelOf(frame, 1.6 * hz) + 20;
  };
  return frames.filter(isHeard).length / frames.length;
}

for (const [rateHz, hears] of [
  [16_000, false],
  [48_000, true],
] as const) {
  test(`in a room of ${rateHz} Hz a tone of 10 kHz is ${hears ? "" : "not "}heard, and one of 1 kHz is`, async () => {
    const room = await aRoom(rateHz);
    assert.equal(room.farEnd.session.transport.playbackRateHz, rateHz);

    const heard = talk(room, { far: 10_000, near: 1_000 }, 60);

    const later = heard.near.slice(-30);
    const high = levelOf(Int16Array.from(later.flatMap((frame) => [...frame])), 10_000);
    assert.ok(hears ? Math.abs(high + 12) < 3 : high < -60, `${high} dBFS`);
    assert.equal(shareOf(heard.far.slice(-30), 1_000), 1);
    await room.settled(room.media.close());
  });
}

// Acceptance: 25
test("with 5 % loss and 30 ms of jitter a browser has joined within 5 s, hears and is heard in 90 % of the time", async (t) => {
  const room = await aRoom(undefined, { loss: 0.05, jitterMs: 30 });
  assert.ok(room.farEnd.joinedInMs <= 5_000, `${room.farEnd.joinedInMs} ms`);

  const heard = talk(room, { far: 440, near: 1_000 }, 250);

  const [isHeard, hears] = [shareOf(heard.near.slice(25), 440), shareOf(heard.far.slice(25), 1_000)];
  t.diagnostic(`joined in ${room.farEnd.joinedInMs} ms, is heard in ${isHeard}, hears in ${hears} of all frames`);
  assert.ok(isHeard >= 0.9 && hears >= 0.9, `is heard in ${isHeard}, hears in ${hears}`);
  await room.settled(room.media.close());
});
