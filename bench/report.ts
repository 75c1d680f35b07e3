/** One measured figure. */
export interface Row {
  /** Stable name, for comparing runs. */
  readonly name: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What it shall be; undefined where nothing is asked of it. */
  readonly target?: { readonly atMost: number } | { readonly atLeast: number };
  /** What it is divided by to compare machines: the name of a baseline row. */
  readonly relativeTo?: string;
  readonly note?: string;
}

/** The value below which `share` (0 to 1) of `values` lie; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The ratio of a row to its baseline in the same run; undefined when either is missing. */
export function ratioOf(row: Row, rows: readonly Row[]): number | undefined {
  const baseline = rows.find((other) => other.name === row.relativeTo);
  return baseline === undefined ? undefined : row.value / baseline.value;
}

/** Whether a row reaches its target; undefined without one. */
export function reaches({ target, value }: Row): boolean | undefined {
  if (target === undefined) return undefined;
  return "atMost" in target ? value <= target.atMost : value >= target.atLeast;
}

/** The rows as a table for a terminal. */
export function printTable(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { target } = row;
    const ratio = ratioOf(row, rows);
    return [
      row.what,
      `${printNumber(row.value)} ${row.unit}`.trim(),
      target === undefined ? "" : "atMost" in target ? `<= ${target.atMost}` : `>= ${printNumber(target.atLeast)}`,
      reaches(row) === undefined ? "" : reaches(row) === true ? "yes" : "no",
      ratio === undefined ? "" : `${ratio.toPrecision(3)} x ${row.relativeTo}`,
      row.note ?? "",
    ];
  });
  const table = [["figure", "value", "target", "met", "ratio in this run", "note"], ...lines];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  return table
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function printNumber(value: number): string {
  if (Number.isNaN(value)) return "-";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}
