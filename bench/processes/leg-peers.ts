import { serveCommands } from "../peer.ts";
import { openEchoSocket } from "../rtp-sink.ts";

/** What the far ends saw since they were last asked. */
export interface Heard {
  readonly packets: number;
  /** Gaps in sequence numbers. */
  readonly lost: number;
  /** Lateness of packets against the schedule of their stream, milliseconds: p50, p99 and the worst. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
}

interface Stream {
  sequence: number;
  /** Time of sequence number 0 by the earliest packet so far. */
  originMs: number;
}

const bucketMs = 0.25;
const packetMs = 20;
const streams = new Map<number, Stream>();
const seen = { packets: 0, lost: 0, worstMs: 0, buckets: new Uint32Array(4_000) };

/** Lateness is measured where it hurts, at the far end; this process's own delays count into it. */
function hear(fromPort: number, atMs: number, packet: Buffer): void {
  const low = packet.readUInt16BE(2);
  const stream = streams.get(fromPort);
  if (stream === undefined) {
    streams.set(fromPort, { sequence: low, originMs: atMs - low * packetMs });
    return;
  }
  const ahead = (low - stream.sequence) & 0xffff;
  const sequence = stream.sequence + ahead;
  seen.packets++;
  if (ahead > 1 && ahead < 0x8000) seen.lost += ahead - 1;
  stream.sequence = sequence;
  const originMs = atMs - sequence * packetMs;
  if (originMs < stream.originMs) stream.originMs = originMs;
  const lateMs = originMs - stream.originMs;
  if (lateMs > seen.worstMs) seen.worstMs = lateMs;
  const bucket = Math.min(seen.buckets.length - 1, Math.floor(lateMs / bucketMs));
  seen.buckets[bucket] = (seen.buckets[bucket] ?? 0) + 1;
}

function share(wanted: number): number {
  let sum = 0;
  const bucket = seen.buckets.findIndex((count) => (sum += count) >= wanted * seen.packets);
  return (bucket + 1) * bucketMs;
}

serveCommands({
  async open(count: number): Promise<number[]> {
    const sockets = await Promise.all(Array.from({ length: count }, () => openEchoSocket(hear)));
    return sockets.map((socket) => socket.address().port);
  },
  take(): Heard {
    const { packets, lost, worstMs } = seen;
    const heard = { packets, lost, worstMs, p50Ms: share(0.5), p99Ms: share(0.99) };
    Object.assign(seen, { packets: 0, lost: 0, worstMs: 0, buckets: new Uint32Array(4_000) });
    return heard;
  },
});
