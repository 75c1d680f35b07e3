import { createManualClock } from "../../src/testing/manual-clock.ts";
import { readUint16, readUint32, stampHeader, writeHeader } from "../../src/media/stream/packet.ts";
import { createRtpHost } from "../../src/media/worker/rtp-host.ts";
import type { RtpCommand, RtpEvent } from "../../src/media/worker/messages.ts";
import type { NegotiatedAudio } from "../../src/sdp/index.ts";
import { createMemoryIo } from "./memory-io.ts";

/** A code of u-law. */
export const silence = 0xff;

/** Two sessions, 1 and 2, in one host on a clock that stands still; far ends at ports 4001 and 4002. */
export async function aPair(change: { one?: Partial<NegotiatedAudio>; two?: Partial<NegotiatedAudio> } = {}) {
  const clock = createManualClock();
  const sent: { to: number; packet: Uint8Array; atMs: number }[] = [];
  const { io, open } = createMemoryIo((packet, to) =>
    sent.push({ to: to.port, packet: packet.slice(), atMs: clock.monotonicMs() }),
  );
  const events: RtpEvent[] = [];
  const host = createRtpHost(io, clock, { rtpTimeoutMs: 0, holdTimeoutMs: 0 }, (event) => events.push(event));
  for (const [session, audio] of [
    [1, change.one],
    [2, change.two],
  ] as const) {
    host.handle({ type: "open", request: session, session, address: "192.0.2.9", port: 5000 + 2 * session });
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    host.handle({
      type: "start",
      session,
      audio: {
        remoteAddress: "192.0.2.1",
        remotePort: 4000 + session,
        remoteRtcpAddress: "192.0.2.1",
        remoteRtcpPort: 4010 + session,
        codec: { name: "PCMU", payloadType: 0 },
        telephoneEventPayloadType: 101,
        ptimeMs: 20,
        direction: "sendrecv",
        ...audio,
      },
    });
  }
  const tell = (command: RtpCommand) => host.handle(command);
  tell({ type: "join", session: 1, other: 2 });
  const run = (ms: number) => {
    for (let step = 0; step < ms; step++) clock.advance(1);
  };
  run(100);
  const from = (session: number, packet: Uint8Array) =>
    open.get(5000 + 2 * session)?.(packet, { address: "192.0.2.1", port: 4000 + session });
  /** What the far end of a session got since the last look. */
  const got = (session: number) => {
    const packets = sent.filter(({ to }) => to === 4000 + session);
    sent.splice(0, sent.length, ...sent.filter(({ to }) => to !== 4000 + session));
    return packets.map(({ packet, atMs }) => ({
      atMs: Math.round(atMs),
      marker: (packet[1] ?? 0) >= 0x80,
      type: (packet[1] ?? 0) & 0x7f,
      sequence: readUint16(packet, 2),
      ticks: readUint32(packet, 4),
      ssrc: readUint32(packet, 8),
      payload: packet.slice(12),
    }));
  };
  got(1);
  got(2);
  return { tell, run, from, got, events };
}

/** A packet of one code. */
export function aPacket(
  index: number,
  code: number,
  change: { type?: number; marker?: boolean; length?: number } = {},
) {
  const length = change.length ?? 160;
  const packet = new Uint8Array(12 + length).fill(code);
  writeHeader(packet, change.type ?? 0, 0xbeef);
  stampHeader(
    packet,
    change.marker ?? false,
    change.type ?? 0,
    (0xfff0 + index) & 0xffff,
    0xffff_0000 + index * length,
  );
  return packet;
}

/** Numbers of each packet beyond the one before it. */
export const steps = (packets: readonly { sequence: number; ticks: number }[]) =>
  packets.slice(1).map(({ sequence, ticks }, index) => {
    const before = packets[index] ?? { sequence: 0, ticks: 0 };
    return [(sequence - before.sequence) & 0xffff, (ticks - before.ticks) >>> 0];
  });
