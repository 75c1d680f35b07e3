/** One measured figure. */
export interface Row {
  /** Stable name, for comparing runs. */
  readonly name: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What it shall be; undefined where nothing is asked of it. */
  readonly target?: { readonly atMost: number } | { readonly atLeast: number };
  /** The same work done by others in this run. */
  readonly beside?: readonly { readonly name: string; readonly value: number }[];
  /** A measure of the machine that it is divided by to compare machines: the name of its row. */
  readonly relativeTo?: string;
  readonly note?: string;
}

/** Each row's ratio to what is beside it; `others` are all rows of the run. */
export function ratiosOf(
  { value, beside = [], relativeTo }: Row,
  others: readonly Row[],
): readonly { readonly name: string; readonly value: number; readonly ratio: number }[] {
  const measure = others.find(({ name }) => name === relativeTo);
  const measures = measure === undefined ? [] : [{ name: measure.name, value: measure.value }];
  return [...beside, ...measures].map((other) => ({ ...other, ratio: value / other.value }));
}

/** Whether a row reaches its target; undefined without one. */
export function reaches({ target, value }: Row): boolean | undefined {
  if (target === undefined) return undefined;
  return "atMost" in target ? value <= target.atMost : value >= target.atLeast;
}

/** The rows as a table of Markdown, which a terminal shows as well.
 * @param isDisturbed others worked beside: what would be right is shown, not whether it was reached */
export function printTable(rows: readonly Row[], isDisturbed = false): string {
  const lines = rows.map((row) => {
    const { what, value, unit, target, note } = row;
    const wanted =
      target === undefined ? "" : "atMost" in target ? `<= ${target.atMost}` : `>= ${printNumber(target.atLeast)}`;
    const isReached = reaches(row);
    const ratios = ratiosOf(row, rows).map(
      (other) => `${printNumber(other.ratio)} x ${other.name} (${printNumber(other.value)})`,
    );
    return [
      what,
      `${printNumber(value)} ${unit}`.trim(),
      isReached === undefined ? wanted : `${wanted}: ${isDisturbed ? "not judged" : isReached ? "yes" : "no"}`,
      ratios.join(", "),
      note ?? "",
    ];
  });
  const heads = ["figure", "value", "target", "ratio in this run", "note"];
  const widths = heads.map((head, column) => Math.max(head.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const print = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [print(heads), print(widths.map((width) => "-".repeat(width))), ...lines.map(print)].join("\n");
}

/** Three digits, or whole. */
export function printNumber(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}
