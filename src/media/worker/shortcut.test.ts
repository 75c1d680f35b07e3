import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryIo } from "../../../test/media/memory-io.ts";
import { isRtcp } from "../link/demux.ts";
import { createRandom } from "../../testing/internal/random.ts";
import { createManualClock } from "../../testing/manual-clock.ts";
import { pcmFromSamples } from "../pcm.ts";
import { readUint16, readUint32, stampHeader, writeHeader } from "../stream/packet.ts";
import { writeEvent } from "../stream/telephone-event.ts";
import { decodeReport } from "../stream/rtcp/rtcp.ts";
import { createRtpHost } from "./rtp-host.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";
import type { MediaStats } from "../stream/quality/media-stats.ts";
import type { RtpCommand, RtpEvent } from "./messages.ts";

const SESSIONS = [1, 2] as const;
type Session = (typeof SESSIONS)[number];
const EVENTS = 101;
const CAPTURE = 7;
/** How often a packet is not like the one before, for each cause. */
const RARE = 0.0015;
const SSRC = 0xbeef_0000;

/** What left for the far end of a session: its numbers against those of the first packet there, since streams begin anywhere. */
interface Left {
  readonly session: number;
  readonly atMs: number;
  readonly second: number;
  readonly sequence: number;
  readonly ticks: number;
  readonly payload: string;
}

/** Two sessions that hear each other, on a clock that stands still. @param hasShortcuts what comes may take them */
async function aPair(hasShortcuts: boolean) {
  const clock = createManualClock();
  const left: Left[] = [];
  const reports = new Map<number, Uint8Array>();
  const firsts = new Map<number, { readonly sequence: number; readonly ticks: number }>();
  const { io, open, taken } = createMemoryIo((packet, to, from) => {
    const session = from >> 1;
    // Reports, whose times are by chance, go where the far end's came from, be it the port of RTP.
    if (from % 2 === 1 || isRtcp(packet)) return void reports.set(session, packet.slice());
    const numbers = { sequence: readUint16(packet, 2), ticks: readUint32(packet, 4) };
    const first = firsts.get(session) ?? numbers;
    firsts.set(session, first);
    left.push({
      ...{ session, atMs: clock.monotonicMs(), second: packet[1] ?? 0 },
      sequence: (numbers.sequence - first.sequence) & 0xffff,
      ticks: (numbers.ticks - first.ticks) >>> 0,
      payload: `${to.address}:${to.port} ${Buffer.from(packet.subarray(12)).toString("base64")}`,
    });
  }, hasShortcuts);
  const events: RtpEvent[] = [];
  const host = createRtpHost(io, clock, { rtpTimeoutMs: 400, holdTimeoutMs: 0 }, (event) => events.push(event));
  const tell = (command: RtpCommand) => host.handle(command);
  const start = (session: number, change: Partial<NegotiatedAudio> = {}) =>
    tell({
      type: "start",
      session,
      audio: {
        ...{ remoteAddress: "192.0.2.1", remotePort: 4000 + session },
        ...{ remoteRtcpAddress: "192.0.2.1", remoteRtcpPort: 4100 + session },
        ...{ codec: { name: "PCMU", payloadType: 0 }, telephoneEventPayloadType: EVENTS },
        ...{ ptimeMs: 20, direction: "sendrecv" },
        ...change,
      },
    });
  for (const session of SESSIONS) {
    tell({ type: "open", request: session, session, address: "192.0.2.9", port: 2 * session });
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    start(session);
    tell({ type: "answered", session });
  }
  tell({ type: "join", session: 1, other: 2 });
  const sources = new Map([4001, 4002, 4201, 4202].map((port) => [port, { address: "192.0.2.1", port }]));
  const hear = (session: number, packet: Uint8Array, port = 4000 + session) =>
    open.get(2 * session)?.(packet, sources.get(port) ?? { address: "192.0.2.1", port });
  const stats = (session: number) => {
    tell({ type: "stats", request: 100, session });
    const reply = events.flatMap((event) => (event.type === "reply" ? [event.reply] : [])).at(-1);
    assert.ok(reply?.type === "stats");
    return reply.stats;
  };
  return { clock, left, reports, taken, events, tell, start, hear, stats };
}

/** Audio of a far end; `code` tells packets apart. */
function audio(sequence: number, ticks: number, code: number, { ssrc = SSRC, isMarked = false, bytes = 160 } = {}) {
  const packet = new Uint8Array(12 + bytes).map((_, index) => (code * 7 + index * 13) & 0xff);
  writeHeader(packet, 0, ssrc);
  stampHeader(packet, isMarked, 0, sequence & 0xffff, ticks);
  return packet;
}

function key(sequence: number, ticks: number, durationTicks: number, isEnd: boolean) {
  const packet = new Uint8Array(16);
  writeHeader(packet, EVENTS, SSRC);
  stampHeader(packet, durationTicks === 160, EVENTS, sequence & 0xffff, ticks);
  writeEvent(packet, 12, 5, isEnd, durationTicks);
  return packet;
}

/** A packet of which up to three bytes of the head are others, and that is cut somewhere. */
function spoilt(
  end: { readonly sequence: number; readonly ticks: number; readonly ssrc: number },
  random: () => number,
) {
  const packet = audio(end.sequence, end.ticks, 5, { ssrc: end.ssrc });
  for (let index = 0; index < 3; index++) packet[Math.floor(random() * 14)] = Math.floor(random() * 256);
  return packet.subarray(0, Math.floor(random() * packet.length));
}

/** What of the figures does not depend on when reports were due, which is by chance. */
function comparable({ reportsSent, reportBytesSent, roundTripMs, course, ...stats }: MediaStats) {
  void [reportsSent, reportBytesSent, roundTripMs, course];
  return stats;
}

/** A course of two far ends that speak to each other, with all that may come between, the same for each seed. */
async function course(seed: number, hasShortcuts: boolean) {
  const pair = await aPair(hasShortcuts);
  const { clock, tell, start, hear, stats, left, events } = pair;
  const random = createRandom(seed);
  const far = SESSIONS.map((session) => ({
    session,
    sequence: 0xfff0 + session * 99,
    ticks: 0x7fff_f000,
    ssrc: SSRC,
    port: 4000 + session,
    jump: 0,
    quiet: 0,
  }));
  const seen: unknown[] = [];
  const prompt = pcmFromSamples(Int16Array.from({ length: 700 }, (_, index) => 5000 * Math.sin(index)));
  /** Back to what two far ends do most of the time. */
  const restore = (session: Session) => {
    tell({ type: "suppress-noise", session, isOn: false });
    tell({ type: "stop-capture", request: CAPTURE, session });
    start(session);
    tell({ type: "join", session: 1, other: 2 });
  };
  const isRare = () => random() < RARE;
  for (let step = 0; step < 8000; step++) {
    for (const end of far) {
      if (random() < 0.01) hear(end.session, spoilt(end, random), random() < 0.7 ? end.port : 9999);
      if (step % 20 !== (end.session * 7 + end.jump) % 20) continue;
      const { session } = end;
      if (end.quiet > 0) {
        end.quiet--;
        continue;
      }
      const [sequence, ticks] = [end.sequence++, end.ticks];
      end.ticks = (end.ticks + 160) >>> 0;
      const send = () => hear(session, audio(sequence, ticks, step, { ssrc: end.ssrc }), end.port);
      // What happens to this packet, or beside it.
      if (isRare()) continue;
      if (isRare()) send();
      if (isRare()) hear(session, audio(sequence + 1, ticks + 160, 1, { ssrc: end.ssrc }));
      if (isRare()) end.jump++;
      // A network that held packets back; a far end that falls silent, and goes on, perhaps from elsewhere.
      for (let burst = isRare() ? 70 : 0; burst > 0; burst--) {
        hear(session, audio(end.sequence++, end.ticks, burst, { ssrc: end.ssrc }), end.port);
        end.ticks = (end.ticks + 160) >>> 0;
      }
      if (random() < 0.008) end.quiet = 1 + Math.floor(random() * 30);
      if (end.quiet > 20) end.port = 4200 + session;
      if (isRare()) end.ssrc++;
      if (isRare()) end.ticks = (end.ticks + 4000) >>> 0;
      if (isRare()) end.sequence += 200;
      if (isRare()) hear(session, audio(sequence, ticks, 2, { ssrc: end.ssrc }), 9999);
      const kind = random() / RARE;
      if (kind < 1) hear(session, audio(sequence, ticks, 3, { ssrc: end.ssrc, isMarked: true }));
      else if (kind < 2) hear(session, audio(sequence, ticks, 4, { ssrc: end.ssrc, bytes: 80 }));
      else if (kind < 3)
        for (let index = 1; index < 6; index++) hear(session, key(end.sequence++, ticks, index * 160, index > 3));
      else send();
    }
    const session: Session = random() < 0.5 ? 1 : 2;
    const happens = Math.floor(random() * 6000);
    if (happens === 0) tell({ type: "play", session, playbackId: "prompt", samples: prompt.samples, repeat: 1 });
    else if (happens === 1) tell({ type: "suppress-noise", session, isOn: random() < 0.5 });
    else if (happens === 2) start(session, { direction: random() < 0.5 ? "sendonly" : "sendrecv" });
    else if (happens === 3) tell({ type: "signal-key", session, digit: "7", durationMs: 100 });
    else if (happens === 4) tell({ type: "send-digits", session, sendId: "d", digits: "12", toneMs: 60, gapMs: 60 });
    else if (happens === 5) tell({ type: "start-capture", session });
    else if (happens === 6) tell({ type: "stop-capture", request: CAPTURE, session });
    else if (happens === 7) tell({ type: "part", session });
    else if (happens < 10) tell({ type: "join", session: 1, other: 2 });
    else if (happens < 14) seen.push(comparable(stats(session)));
    else if (happens < 16) for (const end of far) end.jump += 5;
    else if (happens < 30) restore(session);
    clock.advance(happens === 31 ? 100 : 1);
  }
  for (const session of SESSIONS) seen.push(comparable(stats(session)));
  for (const session of SESSIONS) tell({ type: "stop-capture", request: CAPTURE, session });
  return { left, seen, told: events.filter((event) => event.type !== "reply" || event.request === CAPTURE) };
}

for (let seed = 1; seed <= 8; seed++) {
  test(`far ends hear the same, and the figures are the same, with shortcuts and without (course ${seed})`, async () => {
    const [without, by] = [await course(seed, false), await course(seed, true)];

    assert.deepEqual(by.told, without.told);
    assert.deepEqual(by.seen, without.seen);
    const differs = by.left.findIndex(
      (packet, index) => JSON.stringify(packet) !== JSON.stringify(without.left[index]),
    );
    assert.deepEqual(by.left[differs], without.left[differs]);
    assert.equal(by.left.length, without.left.length);
  });
}

/** Both far ends speak for so many packets, each 20 ms. */
function speak({ clock, hear }: Awaited<ReturnType<typeof aPair>>, packets: number, from = 0): void {
  for (let index = from; index < from + packets; index++) {
    for (const session of SESSIONS) hear(session, audio(index, index * 160, index));
    for (let ms = 0; ms < 20; ms++) clock.advance(1);
  }
}

test("packets that come one behind the other take the shortcut, but for those behind a look at how it goes", async () => {
  const pair = await aPair(true);

  speak(pair, 500);

  // 10 s, in which each session looks every 0.4 s whether its far end is still there, each second how it sounds, and reports now and then.
  const usual = 2 * 500 - pair.taken();
  assert.ok(usual >= 2 * 10 && usual < 2 * 50, `${usual} went the usual way`);
});

test("reports count what took the shortcut: numbers, octets and loss (RFC 3550 §6.4)", async () => {
  const pair = await aPair(true);
  speak(pair, 300);
  pair.hear(1, audio(301, 301 * 160, 1));
  speak(pair, 600, 302);
  pair.tell({ type: "close", request: 5, session: 1 });
  await Promise.resolve();

  const report = decodeReport(pair.reports.get(1) ?? new Uint8Array(0));
  const sent = pair.left.filter(({ session }) => session === 1);

  const bytes = pair.reports.get(1) ?? new Uint8Array(0);
  assert.deepEqual([readUint32(bytes, 20), readUint32(bytes, 24)], [sent.length, 160 * sent.length]);
  assert.deepEqual([report?.blocks[0]?.highestSequence, report?.blocks[0]?.packetsLost], [901, 1]);
});

for (const [what, tell] of [
  ["played to", { type: "play", session: 1, playbackId: "p", samples: pcmFromSamples([1, 2, 3]).samples, repeat: 1 }],
  ["recorded or listened to", { type: "start-capture", session: 2 }],
  ["taken out of the conversation", { type: "part", session: 1 }],
] as const satisfies readonly (readonly [string, RtpCommand])[]) {
  test(`no packet takes the shortcut once a far end is ${what}`, async () => {
    const pair = await aPair(true);
    speak(pair, 10);
    const before = pair.taken();
    assert.ok(before > 0);

    pair.tell(tell);
    for (const session of SESSIONS) pair.hear(session, audio(10, 1600, 10));

    assert.equal(pair.taken(), before);
  });
}
