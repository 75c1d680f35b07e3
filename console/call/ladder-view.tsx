import { useState } from "preact/hooks";
import type { Ladder, LadderRow } from "../api/types.ts";
import { Copy } from "../parts/copy.tsx";
import { Empty } from "../parts/notice.tsx";
import { showOffset } from "../parts/show.ts";
import { words } from "../words.ts";

/** The name of the server among the parties. */
const own = "offhook";

/** The messages of a call between its parties, and between them what the server decided. */
export function LadderView({ ladder, beginAt }: { readonly ladder: Ladder | undefined; readonly beginAt: number }) {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [hasDecisions, setDecisions] = useState(true);
  const rows = ladder?.rows ?? [];
  const parties = partiesOf(rows);
  if (rows.length === 0)
    return (
      <Empty icon="list" title={words.ladder.none}>
        <p>{words.ladder.noneHint}</p>
      </Empty>
    );
  const toggle = (index: number) => {
    const next = new Set(open);
    if (!next.delete(index)) next.add(index);
    setOpen(next);
  };
  return (
    <section class="ladder" aria-label={words.call.tabs.ladder} style={{ "--parties": String(parties.length) }}>
      <div class="ladder-acts">
        <label class="check">
          <input type="checkbox" checked={hasDecisions} onChange={() => setDecisions(!hasDecisions)} />
          {words.ladder.decisions}
        </label>
        <Copy label={words.copyText} text={() => printRows(rows, beginAt)} />
      </div>
      <div class="ladder-scroll" tabIndex={0} role="group" aria-label={words.call.tabs.ladder}>
        <div class="ladder-head" aria-hidden="true">
          <span />
          {parties.map((party) => (
            <span key={party} class={party === own ? "party party-own" : "party"}>
              {party}
            </span>
          ))}
        </div>
        <ol>
          {rows.map((row, index) =>
            row.type === "decision" ? (
              hasDecisions ? (
                <li key={index} class="ladder-row ladder-decision">
                  <time>{showOffset(row.at - beginAt)}</time>
                  <Lines count={parties.length} />
                  <p style={placeOf(parties, own, own)}>{row.text}</p>
                </li>
              ) : undefined
            ) : (
              <Message
                key={index}
                row={row}
                beginAt={beginAt}
                parties={parties}
                isOpen={open.has(index)}
                onToggle={() => toggle(index)}
              />
            ),
          )}
        </ol>
      </div>
    </section>
  );
}

function Message(props: {
  readonly row: LadderRow;
  readonly beginAt: number;
  readonly parties: readonly string[];
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}) {
  const { row, beginAt, parties, isOpen, onToggle } = props;
  const { at, from = "", to = "", startLine = "", again, transport, text } = row;
  const isBack = parties.indexOf(from) > parties.indexOf(to);
  const status = /^(\d)\d\d /.exec(startLine)?.[1];
  const tone = status === undefined ? "request" : status >= "4" ? "bad" : status === "1" ? "wait" : "good";
  const shown = again === true ? `${shortLine(startLine)} ${words.call.again}` : shortLine(startLine);
  return (
    <li class={`ladder-row ladder-${tone}`}>
      <time>{showOffset(at - beginAt)}</time>
      <Lines count={parties.length} />
      <button
        type="button"
        class={isBack ? "arrow-message arrow-back" : "arrow-message"}
        style={placeOf(parties, from, to)}
        aria-expanded={isOpen}
        aria-label={words.ladder.message(shown, from, to)}
        onClick={onToggle}
      >
        <span class="start-line">
          {shortLine(startLine)}
          {again === true ? <em> {words.call.again}</em> : undefined}
        </span>
      </button>
      {isOpen ? (
        <div class="ladder-message">
          <p>
            {from} → {to} · {transport}
          </p>
          <pre>{text ?? words.ladder.noText}</pre>
        </div>
      ) : undefined}
    </li>
  );
}

function Lines({ count }: { readonly count: number }) {
  return (
    <>
      {Array.from({ length: count }, (_, index) => (
        <i key={index} class="lifeline" style={{ gridColumn: String(index + 2) }} />
      ))}
    </>
  );
}

/** The parties as they came, with this server between the first and the others. */
function partiesOf(rows: readonly LadderRow[]): readonly string[] {
  const found = new Set(rows.flatMap(({ from, to }) => [from, to].filter((one) => one !== undefined)));
  const others = [...found].filter((one) => one !== own);
  return [...others.slice(0, 1), own, ...others.slice(1)];
}

/** The columns of a grid that an arrow goes over: from the middle of one party to that of another. */
function placeOf(parties: readonly string[], from: string, to: string) {
  const [a, b] = [parties.indexOf(from), parties.indexOf(to)].toSorted((x, y) => x - y) as [number, number];
  return { gridColumn: `${a + 2} / ${b + 3}`, "--span": String(b - a + 1) };
}

/** "INVITE sip:+1206@127.0.0.1" without what every line has. */
function shortLine(line: string): string {
  return line.replace(/ SIP\/2\.0$/, "");
}

function printRows(rows: readonly LadderRow[], beginAt: number): string {
  return rows
    .map((row) => {
      const at = showOffset(row.at - beginAt);
      if (row.type === "decision") return `${at}  -- ${row.text}`;
      return `${at}  ${row.from} -> ${row.to} ${row.transport}\n${row.text ?? row.startLine}`;
    })
    .join("\n\n");
}
