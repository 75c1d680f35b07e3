import { estimateMos, g711Impairment } from "./e-model.ts";

/** One direction of a stretch of a call. */
export interface Stretch {
  readonly packets: number;
  readonly lost: number;
  readonly jitterMs: number;
  readonly roundTripMs: number | undefined;
}

/** Of usual packets. */
const packetMs = 20;

/** Estimates how people would judge it, as of a whole call (`MediaStats.mos`), its losses taken for those of chance; undefined: there was nothing. */
export function estimateStretch({ packets, lost, jitterMs, roundTripMs = 0 }: Stretch): number | undefined {
  if (packets + lost === 0) return undefined;
  return estimateMos({
    ...{ codec: g711Impairment, burstRatio: 1, lossRatio: lost / (packets + lost) },
    delayMs: packetMs + 2 * jitterMs + roundTripMs / 2,
  });
}
