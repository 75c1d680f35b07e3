import { pcmFromSamples, SAMPLES_PER_MS } from "../pcm.ts";
import { samplesOf, ticksOf, type HeardPacket } from "../stream/heard-packet.ts";
import type { Pcm } from "../types.ts";
import type { MediaNode } from "./node.ts";

/** Keeps the audio of the far end on its own timeline: each packet is placed by its timestamp, and lost packets are silence. */
export interface Tap extends MediaNode {
  /** Takes a packet of audio; others are ignored. */
  heard(packet: HeardPacket, nowMs: number): void;
  /** All audio that was kept. */
  finish(): Pcm;
}

/** Memory is allocated in pieces of one second. */
const CHUNK_SAMPLES = 8000;
/** A timestamp that runs ahead of the time of day by more than this, or back by more than a second, begins a new timeline at the time of arrival;
 * so that a far end with invented timestamps cannot make us allocate memory. */
const MAX_AHEAD_SAMPLES = 10_000 * SAMPLES_PER_MS;
const MAX_LATE_SAMPLES = 1000 * SAMPLES_PER_MS;

/** Starts to listen. The first packet lies at the beginning. */
export function createTap(): Tap {
  const chunks: (Int16Array | undefined)[] = [];
  let length = 0;
  let ssrc: number | undefined;
  let timelineTicks = 0; // timestamp of the packet that `timelineAt` was computed for
  let timelineAt = 0;
  let firstMs = 0;
  let lastMs = 0;

  /** The position of a packet; undefined when it is older than the first. */
  const place = (packetSsrc: number, timestampTicks: number, nowMs: number): number | undefined => {
    if (ssrc === undefined) return 0;
    const at = timelineAt + ((timestampTicks - timelineTicks) | 0);
    const fits =
      packetSsrc === ssrc &&
      at <= (nowMs - firstMs) * SAMPLES_PER_MS + MAX_AHEAD_SAMPLES &&
      at >= length - MAX_LATE_SAMPLES;
    if (fits) return at >= 0 ? at : undefined;
    return Math.max(length, timelineAt + Math.round((nowMs - lastMs) * SAMPLES_PER_MS));
  };

  const write = (at: number, samples: Int16Array, count: number) => {
    let chunk: Int16Array | undefined;
    for (let index = 0; index < count; index++) {
      const position = at + index;
      const inChunk = position % CHUNK_SAMPLES;
      if (chunk === undefined || inChunk === 0) {
        chunk = chunks[Math.floor(position / CHUNK_SAMPLES)] ??= new Int16Array(CHUNK_SAMPLES);
      }
      chunk[inChunk] = samples[index] ?? 0;
    }
  };

  return {
    heard(packet, nowMs) {
      if (typeof packet.kind === "string") return;
      const at = place(packet.ssrc, packet.timestampTicks, nowMs);
      if (at === undefined) return;
      const count = ticksOf(packet);
      write(at, samplesOf(packet), count);
      length = Math.max(length, at + count);
      if (ssrc === undefined) firstMs = nowMs;
      ssrc = packet.ssrc;
      timelineTicks = packet.timestampTicks;
      timelineAt = at;
      lastMs = nowMs;
    },
    finish() {
      const { samples } = pcmFromSamples({ length });
      chunks.forEach((chunk, index) => {
        const at = index * CHUNK_SAMPLES;
        if (chunk !== undefined && at < length) samples.set(chunk.subarray(0, length - at), at);
      });
      return { samples };
    },
  };
}
