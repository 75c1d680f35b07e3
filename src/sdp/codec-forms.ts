import type { AudioCodec } from "./types.ts";

/** How descriptions write a codec. */
export interface CodecForm {
  /** The number at which we offer it: a static one, or for codecs without one that which most equipment expects. */
  readonly payloadType: number;
  readonly clockRateHz: number;
  /** As `a=rtpmap` has it, whatever is sent. */
  readonly channels: number;
  /** What we say of it in `a=fmtp`: what we can receive. */
  readonly parameters: string | undefined;
}

const telephone = { clockRateHz: 8000, channels: 1, parameters: undefined };

/** The form of each codec. G.722 has a clock of 8,000 Hz too, though its samples are 16,000 a second (RFC 3551 §4.5.2, §6). */
export const codecForms: Readonly<Record<AudioCodec["name"], CodecForm>> = {
  PCMU: { payloadType: 0, ...telephone },
  PCMA: { payloadType: 8, ...telephone },
  G722: { payloadType: 9, ...telephone },
  opus: { payloadType: 111, clockRateHz: 48_000, channels: 2, parameters: opusParameters(16_000) },
};

/** What we say of Opus: what is above half of a rate is not heard, so that nobody encodes it for us; and packets may repeat the one before
 * them. RFC 7587 §6.1, §7 */
export function opusParameters(playbackRateHz: number): string {
  return `maxplaybackrate=${playbackRateHz}; useinbandfec=1`;
}
