import type { ClientMetrics } from "../frames/messages.ts";

/** What a client measures of its audio, once a second: names for the log, and numbers of `SdkMetric.Type`. "mic" is the way to us, "spk" from us. */
const measures = {
  micJitterMs: 9,
  micPacketsPerSecond: 10,
  micLossPercent: 11,
  roundTripMs: 13,
  spkPacketsPerSecond: 14,
  spkLossPercent: 15,
  spkJitterMs: 16,
  spkDelayMs: 19,
} as const;

type Measure = keyof typeof measures;

interface Figure {
  count: number;
  sum: number;
  least: number;
  most: number;
}

/** What a client measured in its whole session. */
export type ClientQuality = Readonly<
  Partial<Record<Measure, { readonly mean: number; readonly least: number; readonly most: number }>>
>;

/** Collects what a client tells of its audio. */
export interface ClientQualityRecord {
  add(metrics: ClientMetrics): void;
  /** Of all reports so far; undefined: there were none. */
  figures(): (ClientQuality & { readonly reports: number }) | undefined;
}

/** Makes the record of one client. Nothing that it tells takes more memory than a few figures. */
export function createClientQuality(): ClientQualityRecord {
  const figures = new Map<Measure, Figure>();
  const nameOf = new Map(Object.entries(measures).map(([name, number]) => [number, name as Measure]));
  let reports = 0;
  return {
    add({ globalMetrics = [], streamMetricFrames = [] }) {
      reports++;
      for (const { type = 0, value } of [
        ...globalMetrics,
        ...streamMetricFrames.flatMap(({ metrics = [] }) => metrics),
      ]) {
        const name = nameOf.get(type as (typeof measures)[Measure]);
        if (name === undefined || value === undefined || !Number.isFinite(value)) continue;
        const figure = figures.get(name) ?? { count: 0, sum: 0, least: value, most: value };
        figures.set(name, figure);
        figure.count++;
        figure.sum += value;
        figure.least = Math.min(figure.least, value);
        figure.most = Math.max(figure.most, value);
      }
    },
    figures() {
      if (reports === 0) return undefined;
      const entries = [...figures].map(([name, { count, sum, least, most }]) => {
        return [name, { mean: round(sum / count), least: round(least), most: round(most) }] as const;
      });
      return { reports, ...(Object.fromEntries(entries) as ClientQuality) };
    },
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
