import { SAMPLES_PER_MS } from "../../pcm.ts";
import { samplesOf, ticksOf, type HeardPacket } from "../../stream/heard-packet.ts";
import type { TimedRecordingOptions } from "./types.ts";

/** Finds out when a timed recording ends by silence or by a terminator. */
export interface EndRule {
  /** Listens to a packet of the far end. */
  packet(heard: HeardPacket, nowAt: number): void;
  /** Whether it has been silent for long enough. */
  isSilentAt(nowAt: number): boolean;
  isTerminator(digit: string): boolean;
}

/** The documented scale names 200 as about 60 dB and 1000 as about 75 dB: 14 dB for a factor of 5, as amplitudes have. With the mean
 * absolute value of 16 bit samples in the place of the number, both hold. */
const DEFAULT_THRESHOLD = 200;

/** Makes the rule. Lost packets count as silence; keys do not. */
export function createEndRule(options: TimedRecordingOptions): EndRule {
  const silenceSamples = options.silenceMs === undefined ? Infinity : Math.round(options.silenceMs * SAMPLES_PER_MS);
  const threshold = options.silenceThreshold ?? DEFAULT_THRESHOLD;
  const terminators = options.terminators ?? [];
  let soundEndAt = 0;

  const isSound = (heard: HeardPacket): boolean => {
    if (typeof heard.kind === "string") return heard.kind === "event";
    const samples = samplesOf(heard);
    const count = ticksOf(heard);
    let sum = 0;
    for (let index = 0; index < count; index++) sum += Math.abs(samples[index] ?? 0);
    return count > 0 && sum >= threshold * count;
  };

  return {
    packet(heard, nowAt) {
      if (silenceSamples === Infinity || !isSound(heard)) return;
      soundEndAt = nowAt + ticksOf(heard);
    },
    isSilentAt: (nowAt) => nowAt - soundEndAt >= silenceSamples,
    isTerminator: (digit) => terminators.includes(digit),
  };
}
