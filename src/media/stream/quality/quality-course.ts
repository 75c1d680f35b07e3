import { SAMPLES_PER_MS } from "../../pcm.ts";
import { estimateMos, g711Impairment } from "./e-model.ts";
import type { Jitter } from "../jitter.ts";
import type { Reception } from "../reception.ts";
import type { QualitySample } from "./quality-sample.ts";
import type { RemoteReports } from "../rtcp/reporter.ts";

/** How the audio of a session was, a piece of time after the other. However long it is, it costs the same. */
export interface QualityCourse {
  /** Ends a piece of time. Called whenever a report is sent, about every five seconds, and at the end. */
  mark(nowMs: number, remote: RemoteReports | undefined): void;
  samples(): readonly QualitySample[];
}

type Changeable<Of> = { -readonly [Name in keyof Of]: Of[Name] };

/** Pieces that are kept: half an hour has one a minute, a minute one every five seconds. */
export const mostSamples = 60;

/** Starts one.
 * @param setting with the epoch time at monotonic 0, and the packet time as it is now */
export function createQualityCourse(
  reception: Pick<Reception, "totals"> & { readonly jitter: Pick<Jitter, "ticks"> },
  setting: { readonly wallStartMs: number; readonly ptimeMs: () => number },
): QualityCourse {
  let samples: QualitySample[] = [];
  let leastMs = 0;
  /** When the last piece began. */
  let begunMs = -Infinity;
  let [received, lost, remoteLost] = [0, 0, 0];
  return {
    mark(nowMs, remote) {
      const totals = reception.totals();
      const jitterMs = reception.jitter.ticks / SAMPLES_PER_MS;
      const [packetsReceived, packetsLost] = [totals.packetsReceived - received, totals.packetsLost - lost];
      const { packetsLost: allRemoteLost, jitterTicks, roundTripMs } = remote ?? {};
      const sample: Changeable<QualitySample> = {
        at: Math.round(setting.wallStartMs + nowMs),
        // A packet that was missing may come in the next piece of time.
        ...{ packetsReceived, packetsLost: Math.max(0, packetsLost), jitterMs: round(jitterMs) },
      };
      if (packetsReceived > 0)
        sample.mos = round(mosOf(Math.max(0, packetsLost), packetsReceived, setting.ptimeMs() + 2 * jitterMs));
      if (allRemoteLost !== undefined) sample.remotePacketsLost = Math.max(0, allRemoteLost - remoteLost);
      if (jitterTicks !== undefined) sample.remoteJitterMs = round(jitterTicks / SAMPLES_PER_MS);
      if (roundTripMs !== undefined) sample.roundTripMs = round(roundTripMs);
      const last = samples.at(-1);
      if (last !== undefined && nowMs - begunMs < leastMs) samples = [...samples.slice(0, -1), joined(last, sample)];
      else {
        samples.push(sample);
        begunMs = nowMs;
      }
      [received, lost] = [totals.packetsReceived, totals.packetsLost];
      remoteLost = allRemoteLost ?? remoteLost;
      if (samples.length < mostSamples) return;
      leastMs = (2 * ((samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0))) / mostSamples;
      samples = samples.flatMap((sample, index) => {
        const before = samples[index - 1];
        return index % 2 === 0 || before === undefined ? [] : [joined(before, sample)];
      });
    },
    samples: () => samples,
  };
}

function mosOf(lost: number, received: number, delayMs: number): number {
  const lossRatio = lost / (received + lost);
  return estimateMos({ codec: g711Impairment, burstRatio: 1, lossRatio, delayMs });
}

/** Two pieces as one: what was lost in both, and the worse of what is measured, so that a bad moment is not lost in a good hour. */
function joined(one: QualitySample, other: QualitySample): QualitySample {
  const worst = (name: "mos" | "remoteJitterMs" | "roundTripMs", pick: (...of: number[]) => number) => {
    const known = [one[name], other[name]].filter((value) => value !== undefined);
    return known.length === 0 ? {} : { [name]: pick(...known) };
  };
  const { at } = other;
  const remoteLost = one.remotePacketsLost ?? other.remotePacketsLost;
  return {
    at,
    packetsReceived: one.packetsReceived + other.packetsReceived,
    packetsLost: one.packetsLost + other.packetsLost,
    jitterMs: Math.max(one.jitterMs, other.jitterMs),
    ...worst("mos", Math.min),
    ...(remoteLost === undefined
      ? {}
      : { remotePacketsLost: (one.remotePacketsLost ?? 0) + (other.remotePacketsLost ?? 0) }),
    ...worst("remoteJitterMs", Math.max),
    ...worst("roundTripMs", Math.max),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
