import type { ComponentChildren } from "preact";
import { ask } from "../api/ask.ts";
import { Trouble, Waiting } from "../parts/notice.tsx";
import { useAsked } from "../state/asked.ts";

/** How often what a card shows is asked for. */
const everyMs = 3_000;

interface Props<Answer> {
  readonly title: string;
  readonly path: string;
  readonly isWide?: boolean;
  /** How often it is asked for, milliseconds; default: every three seconds. */
  readonly every?: number;
  readonly children: (answer: Answer, again: () => void) => ComponentChildren;
  /** Beside the title. */
  readonly aside?: (answer: Answer) => ComponentChildren;
}

/** A card that shows the answer of one operation, asked for again and again. An operation that this server has not has no card. */
export function Card<Answer>({ title, path, isWide, every = everyMs, children, aside }: Props<Answer>) {
  const { asked, again } = useAsked(path, () => ask<Answer>("GET", path), every);
  const { value, problem, isAsking } = asked.value;
  if (value === undefined && problem !== undefined && (problem.status === 404 || problem.status === 403))
    return undefined;
  return (
    <section class={isWide ? "card wide" : "card"} aria-busy={value === undefined && isAsking}>
      <header class="card-head">
        <h2>{title}</h2>
        {value === undefined ? undefined : aside?.(value)}
      </header>
      {value !== undefined ? (
        children(value, again)
      ) : problem !== undefined ? (
        <Trouble problem={problem} />
      ) : (
        <Waiting lines={3} />
      )}
    </section>
  );
}

/** A plain table of a few rows. */
export function Figures(props: {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly ComponentChildren[])[];
}) {
  return (
    <div class="scroll-x" tabIndex={0} role="group" aria-label={props.heads[0]}>
      <table class="figures">
        <thead>
          <tr>
            {props.heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((cells, index) => (
            <tr key={index}>
              {cells.map((cell, column) => (
                <td key={column} data-head={props.heads[column]}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
