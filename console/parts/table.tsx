import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from "@tanstack/virtual-core";
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useLayoutEffect, useMemo, useReducer, useRef } from "preact/hooks";

export interface Column<Row> {
  readonly name: string;
  readonly head: ComponentChildren;
  readonly cell: (row: Row) => ComponentChildren;
}

interface Props<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** The same function each time. */
  readonly keyOf: (row: Row) => string;
  readonly rowHeightPx: number;
  /** Called when the last rows are seen. */
  readonly onEnd?: () => void;
  /** Below the rows. */
  readonly foot?: ComponentChildren;
  readonly className: string;
}

/** Rows around those that are seen. */
const overscan = 12;

/** A table of which only the rows exist that are seen, so that thousands cost what a screen of them does. Its columns are laid out by the
 * class. In it the arrow keys go from the link of a row to that of the next. */
export function Table<Row>(props: Props<Row>) {
  const { columns, rows, keyOf, rowHeightPx, onEnd } = props;
  const scroller = useRef<HTMLDivElement>(null);
  // The virtualizer measures all rows anew when one of these is another function: not for each row that comes into sight.
  const estimateSize = useCallback(() => rowHeightPx, [rowHeightPx]);
  const getItemKey = useCallback((index: number) => keyOf(rows[index] as Row), [rows, keyOf]);
  const getScrollElement = useCallback(() => scroller.current, []);
  const virtualizer = useVirtualizer({ count: rows.length, estimateSize, getScrollElement, getItemKey, overscan });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= rows.length - 1 && rows.length > 0) onEnd?.();
  }, [last, rows.length]);
  useEffect(() => virtualizer.measure(), [rowHeightPx]);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = (event.target as Element).closest<HTMLElement>("[data-index]");
    if (step === undefined || row === null) return;
    const to = Number(row.dataset["index"]) + step;
    if (to < 0 || to >= rows.length) return;
    event.preventDefault();
    virtualizer.scrollToIndex(to);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${to}"] a`)?.focus());
  };
  return (
    <div
      class={`table ${props.className}`}
      role="table"
      aria-label={props.label}
      aria-rowcount={rows.length + 1}
      onKeyDown={move}
    >
      <div role="rowgroup" class="table-head">
        <div role="row" aria-rowindex={1} class="table-row">
          {columns.map(({ name, head }) => (
            <div key={name} role="columnheader" class={`cell cell-${name}`}>
              {head}
            </div>
          ))}
        </div>
      </div>
      <div ref={scroller} class="table-scroll" role="presentation">
        <div role="rowgroup" class="table-body" style={{ height: `${virtualizer.getTotalSize()}px` }}>
          {items.map(({ index, key, start }) => {
            const row = rows[index] as Row;
            return (
              <div
                key={key as string}
                role="row"
                aria-rowindex={index + 2}
                data-index={index}
                class="table-row"
                style={{ transform: `translateY(${start}px)`, height: `${rowHeightPx}px` }}
              >
                {columns.map(({ name, cell }) => (
                  <div key={name} role="cell" class={`cell cell-${name}`}>
                    {cell(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
        {props.foot}
      </div>
    </div>
  );
}

type Options = Pick<
  VirtualizerOptions<HTMLDivElement, HTMLDivElement>,
  "count" | "estimateSize" | "getScrollElement" | "getItemKey" | "overscan"
>;

/** The virtualizer, which knows no framework, in a component. */
function useVirtualizer(options: Options): Virtualizer<HTMLDivElement, HTMLDivElement> {
  const [, render] = useReducer((count: number) => count + 1, 0);
  const whole: VirtualizerOptions<HTMLDivElement, HTMLDivElement> = {
    ...options,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => render(undefined),
  };
  const virtualizer = useMemo(() => new Virtualizer(whole), []);
  virtualizer.setOptions(whole);
  useLayoutEffect(() => virtualizer._didMount(), []);
  useLayoutEffect(() => virtualizer._willUpdate());
  return virtualizer;
}
