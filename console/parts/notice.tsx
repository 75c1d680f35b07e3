import type { ComponentChildren, JSX } from "preact";
import { isReachable, type Problem } from "../api/ask.ts";
import { words } from "../words.ts";
import { Icon, type IconName } from "./icon.tsx";

export type Tone = "plain" | "good" | "warn" | "bad" | "live";

/** A word on a coloured ground, which says the same as the colour. */
export function Badge({ tone = "plain", children }: { readonly tone?: Tone; readonly children: ComponentChildren }) {
  return <span class={`badge badge-${tone}`}>{children}</span>;
}

/** Says why something is not there, and what to do. */
export function Empty(props: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly act?: JSX.Element | undefined;
}) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={props.icon} size={22} />
      </span>
      <p class="empty-title">{props.title}</p>
      {props.children === undefined ? undefined : <div class="empty-text">{props.children}</div>}
      {props.act}
    </div>
  );
}

/** Says that the server refused, or did not answer. */
export function Trouble({ problem, again }: { readonly problem: Problem; readonly again?: () => void }) {
  return (
    <Empty
      icon="alert"
      title={problem.status === 0 ? words.problems.noAnswer : words.problems.title}
      act={
        again === undefined ? undefined : (
          <button type="button" class="button" onClick={again}>
            <Icon name="refresh" /> {words.again}
          </button>
        )
      }
    >
      <p>{problem.message}</p>
    </Empty>
  );
}

/** A line across the page. */
export function Banner({
  tone,
  children,
}: {
  readonly tone: "warn" | "bad" | "plain";
  readonly children: ComponentChildren;
}) {
  return (
    <div class={`banner banner-${tone}`} role={tone === "plain" ? undefined : "status"}>
      <Icon name={tone === "plain" ? "alert" : "warn"} />
      <div>{children}</div>
    </div>
  );
}

/** What the reader should know of an answer. */
export function Notes({ notes }: { readonly notes: readonly string[] | undefined }) {
  return (
    <>
      {(notes ?? []).map((note) => (
        <Banner key={note} tone="plain">
          {note}
        </Banner>
      ))}
    </>
  );
}

/** While something is asked for that was never there before. */
export function Waiting({ lines = 6 }: { readonly lines?: number }) {
  if (!isReachable.value) return undefined;
  return (
    <div class="waiting" role="status" aria-label={words.waiting}>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} />
      ))}
    </div>
  );
}
