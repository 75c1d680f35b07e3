import type { HistogramCounts } from "../kernel/index.ts";

/** One value of a metric. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Where it differs from that of the metric. */
  readonly metricName?: string;
}

/** A metric with its values, in the form that the registry of prom-client prints. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly values: readonly Sample[];
}

type Labels = Readonly<Record<string, string>>;

/** A counter or gauge of one value. */
export function single(
  type: "counter" | "gauge",
  name: string,
  help: string,
  value: number,
  labels: Labels = {},
): Metric {
  return { name, help, type, values: [{ labels, value }] };
}

/** A counter or gauge by one label. */
export function byLabel(
  type: "counter" | "gauge",
  name: string,
  help: string,
  label: string,
  values: Readonly<Record<string, number | undefined>>,
): Metric {
  const samples = Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [{ labels: { [label]: key }, value }],
  );
  return { name, help, type, values: samples };
}

/** A counter by several labels. */
export function counter(
  name: string,
  help: string,
  names: readonly string[],
  entries: readonly { readonly labels: readonly string[]; readonly value: { readonly total: number } }[],
): Metric {
  const values = entries.map(({ labels, value }) => ({ labels: named(names, labels), value: value.total }));
  return { name, help, type: "counter", values };
}

/** A histogram by labels. */
export function histogram(
  name: string,
  help: string,
  names: readonly string[],
  entries: readonly { readonly labels: readonly string[]; readonly value: HistogramCounts }[],
): Metric {
  const values = entries.flatMap(({ labels, value }) => samplesOf(name, named(names, labels), value));
  return { name, help, type: "histogram", values };
}

function samplesOf(name: string, labels: Labels, { bounds, counts, sum }: HistogramCounts): readonly Sample[] {
  let total = 0;
  const buckets = counts.map((count, at) => {
    total += count;
    return {
      metricName: `${name}_bucket`,
      labels: { ...labels, le: at < bounds.length ? String(bounds[at]) : "+Inf" },
      value: total,
    };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: total },
  ];
}

function named(names: readonly string[], labels: readonly string[]): Labels {
  return Object.fromEntries(names.map((name, at) => [name, labels[at] ?? ""]));
}
