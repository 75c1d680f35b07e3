import assert from "node:assert/strict";
import { test } from "node:test";
import { createRtpHost } from "./rtp-host.ts";
import { pcmFromSamples } from "../pcm.ts";
import { bytesPerPacket } from "../../../test/media/bytes-per-packet.ts";
import { HandClock } from "../../../test/media/hand-clock.ts";
import { stampHeader, writeHeader } from "../stream/packet.ts";
import { createMemoryIo } from "../../../test/media/memory-io.ts";
import type { NegotiatedAudio } from "../../sdp/index.ts";

const PACKET_BYTES = 172;
const FIRST_PORT = 20_000;
const LEGS = 300;
const TICK_MS = 20;
/** Beyond 31 bits, as half of them are: V8 keeps such a number as an object. */
const FIRST_TIMESTAMP = 0xa000_0000;
const SSRC = 0xb123_4567;
/** A number that is kept as an object has 16 bytes, and half of the packets go in, half out. Reports (RTCP), of which each leg makes one in five seconds,
 * with a sample of how good audio was, have three to six bytes for each packet between. */
const MOST_BYTES = 8;

/** Legs of a host whose network is memory that is used again: what they send is counted, and `hear` gives each a packet. */
async function someLegs(): Promise<{
  readonly clock: HandClock;
  readonly host: ReturnType<typeof createRtpHost>;
  readonly sent: () => number;
  readonly hear: () => void;
}> {
  const clock = new HandClock();
  let sent = 0;
  let opened = 0;
  const { io, open } = createMemoryIo(() => void sent++);
  const host = createRtpHost(io, clock, { rtpTimeoutMs: 60_000, holdTimeoutMs: 0 }, ({ type }) => {
    if (type === "reply") opened++;
  });
  for (let session = 0; session < LEGS; session++) {
    host.handle({ type: "open", request: session, session, address: "127.0.0.1", port: FIRST_PORT + 2 * session });
  }
  while (opened < LEGS) await Promise.resolve();
  for (let session = 0; session < LEGS; session++) {
    host.handle({ type: "start", session, audio: agreedFor(session), signalledFrom: "192.0.2.1" });
    host.handle({ type: "answered", session });
  }
  const packet = Buffer.alloc(PACKET_BYTES, 0x31);
  const receivers = Array.from({ length: LEGS }, (_, session) => open.get(FIRST_PORT + 2 * session));
  const sources = receivers.map((_, index) => ({ address: "192.0.2.1", port: FIRST_PORT + 2 * index }));
  let sequence = 0;
  return {
    ...{ clock, host, sent: () => sent },
    hear() {
      sequence = (sequence + 1) & 0xffff;
      for (let index = 0; index < receivers.length; index++) {
        // Who takes a packet may write into it.
        writeHeader(packet, 0, SSRC | 0);
        stampHeader(packet, false, 0, sequence, (FIRST_TIMESTAMP + sequence * 160) | 0);
        const source = sources[index];
        if (source !== undefined) receivers[index]?.(packet, source);
      }
    },
  };
}

function agreedFor(session: number): NegotiatedAudio {
  const port = FIRST_PORT + 2 * session;
  return {
    ...{ remoteAddress: "192.0.2.1", remotePort: port, remoteRtcpAddress: "192.0.2.1", remoteRtcpPort: port + 1 },
    codec: { name: "PCMU", payloadType: 0 },
    telephoneEventPayloadType: 101,
    ptimeMs: TICK_MS,
    direction: "sendrecv",
  };
}

const prompt = pcmFromSamples(Int16Array.from({ length: 80_000 }, (_, index) => 8_000 * Math.sin(index / 3)));

for (const [what, prepare] of [
  [
    "plays and hears",
    (host, session) =>
      host.handle({ type: "play", session, playbackId: "prompt", samples: prompt.samples, repeat: 1_000_000 }),
  ],
  [
    "is in a bridge",
    (host, session) => session % 2 === 1 && host.handle({ type: "join", session, other: session - 1 }),
  ],
  ["is silent and hears", () => undefined],
] as const satisfies readonly (readonly [
  string,
  (host: ReturnType<typeof createRtpHost>, session: number) => unknown,
])[]) {
  test(`a leg that ${what} makes no object for a packet`, async (t) => {
    const { clock, host, sent, hear } = await someLegs();
    for (let session = 0; session < LEGS; session++) prepare(host, session);
    const bytes = bytesPerPacket(() => {
      const before = sent();
      hear();
      for (let turn = 0; turn < TICK_MS; turn++) clock.pass(1.000_1);
      return sent() - before + LEGS;
    }, MOST_BYTES);
    t.diagnostic(`${bytes.toFixed(1)} bytes a packet`);
    assert.ok(bytes < MOST_BYTES, `${bytes.toFixed(1)} bytes a packet`);
  });
}
