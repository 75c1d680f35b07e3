import { createHeardPacket, samplesOf, ticksOf, type HeardPacket } from "../../stream/heard-packet.ts";
import { BLOCK_SAMPLES } from "../suppressor/suppressor.ts";
import type { Codec, Encoder } from "../../codec/codec.ts";
import type { LiveSuppressor } from "../suppressor/live-suppressor.ts";

/** Takes noise out of packets that are passed on as they come: each leaves with its numbers and its codec, and another payload. */
export interface PacketCleaner {
  /** Takes a packet of audio. @returns the packet to pass on, reused; undefined for one that came before; "decode" for one whose length is no multiple
   * of 10 ms, and from then on for all of a stream in which packets overtook each other: they have to be put in order first */
  clean(heard: HeardPacket): HeardPacket | "decode" | undefined;
}

/** Packets further behind the newest one are left out: bits of what was seen. */
const MOST_LATE = 32;

/** Makes one that uses this suppressor. */
export function createPacketCleaner(suppressor: LiveSuppressor): PacketCleaner {
  const cleaned = createHeardPacket();
  let samples = new Int16Array(0);
  let codec: Codec | undefined;
  let encoder: Encoder | undefined;
  let ssrc: number | undefined;
  let newest = 0;
  /** Bit n: the packet n behind the newest came. */
  let seen = 0;
  let isInOrder = true;

  return {
    clean(heard) {
      const { kind } = heard;
      const count = ticksOf(heard);
      if (typeof kind === "string") return heard;
      if (count % BLOCK_SAMPLES !== 0) return "decode";
      const ahead = heard.ssrc === ssrc ? ((heard.sequence - newest) << 16) >> 16 : undefined;
      if (ahead === undefined) isInOrder = true;
      if (!isInOrder) return "decode";
      if (ahead !== undefined && ahead <= 0) {
        if (ahead <= -MOST_LATE || (seen & (1 << -ahead)) !== 0) return undefined;
        isInOrder = false;
        return "decode";
      }
      seen = ahead === undefined || ahead >= MOST_LATE ? 1 : (seen << ahead) | 1;
      ssrc = heard.ssrc;
      newest = heard.sequence;
      if (kind !== codec) {
        codec = kind;
        encoder = kind.createEncoder();
      }
      if (samples.length < count) samples = new Int16Array(count);
      if (cleaned.bytes.length < count) cleaned.bytes = new Uint8Array(count);
      // Others have the decoded samples too.
      samples.set(samplesOf(heard).subarray(0, count));
      suppressor.frame(samples, 0, count);
      const length = encoder?.encode(samples, 0, count, cleaned.bytes, 0) ?? 0;
      cleaned.start = 0;
      cleaned.end = length;
      cleaned.kind = kind;
      cleaned.isMarked = heard.isMarked;
      cleaned.ssrc = heard.ssrc;
      cleaned.sequence = heard.sequence;
      cleaned.timestampTicks = heard.timestampTicks;
      cleaned.decoding.isDone = false;
      return cleaned;
    },
  };
}
