import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "../parts/icon.tsx";
import { showOffset } from "../parts/show.ts";
import { keep, recall } from "../state/theme.ts";
import { words } from "../words.ts";
import { kinds, type Entry, type EntryKind } from "./entries.ts";

export const kindIcons: Readonly<Record<EntryKind, IconName>> = {
  function: "code",
  action: "play",
  digits: "digits",
  leg: "phone",
  audio: "sound",
  sip: "list",
  output: "output",
  finding: "finding",
  caller: "test",
};

interface Props {
  readonly entries: readonly Entry[];
  readonly beginAt: number;
  readonly chosen: string | undefined;
  readonly onChoose: (key: string) => void;
}

const place = "offhook.hidden-kinds";
/** Rows that a list has at one time; a call with more is searched, or its kinds are chosen. */
const mostRows = 1_500;

/** Everything in a call as a list, by kind and by words. */
export function EntryList({ entries, beginAt, chosen, onChoose }: Props) {
  const [hidden, setHidden] = useState<readonly string[]>(() => (recall(place) ?? "").split(",").filter(Boolean));
  const [typed, setTyped] = useState("");
  const list = useRef<HTMLUListElement>(null);
  const shown = useMemo(() => filterEntries(entries, hidden, typed), [entries, hidden, typed]);
  useEffect(() => {
    if (chosen !== undefined)
      list.current?.querySelector(`[data-key="${CSS.escape(chosen)}"]`)?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const toggle = (kind: string) => {
    const next = hidden.includes(kind) ? hidden.filter((one) => one !== kind) : [...hidden, kind];
    setHidden(next);
    keep(place, next.join(","));
  };
  const there = kinds.filter((kind) => entries.some((entry) => entry.kind === kind));
  return (
    <section class="entries" aria-label={words.call.tabs.events}>
      <div class="entries-head">
        <div class="kinds" role="group" aria-label={words.call.kindsShown}>
          {there.map((kind) => (
            <button
              key={kind}
              type="button"
              class={`kind kind-${kind}`}
              aria-pressed={!hidden.includes(kind)}
              onClick={() => toggle(kind)}
            >
              <span class="kind-dot" />
              {words.call.kinds[kind]}
            </button>
          ))}
        </div>
        <label class="search-field search-small">
          <span class="unseen">{words.call.find}</span>
          <Icon name="search" size={14} />
          <input
            type="search"
            placeholder={words.call.find}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
      </div>
      {shown.length === 0 ? <p class="quiet-line">{words.call.nothingFound}</p> : undefined}
      <ul ref={list} class="entry-list" onKeyDown={move}>
        {shown.slice(0, mostRows).map((entry) => (
          <Row key={entry.key} entry={entry} beginAt={beginAt} isChosen={entry.key === chosen} onChoose={onChoose} />
        ))}
      </ul>
      {shown.length > mostRows ? <p class="quiet-line">{words.call.tooMany(shown.length - mostRows)}</p> : undefined}
    </section>
  );
}

function Row(props: {
  readonly entry: Entry;
  readonly beginAt: number;
  readonly isChosen: boolean;
  readonly onChoose: (key: string) => void;
}) {
  const { entry, beginAt, isChosen, onChoose } = props;
  const { key, kind, at, title, text, leg, tone, findings } = entry;
  return (
    <li>
      <button
        type="button"
        data-key={key}
        class={`entry entry-${kind}${tone === undefined ? "" : ` entry-is-${tone}`}`}
        aria-current={isChosen ? "true" : undefined}
        onClick={() => onChoose(key)}
      >
        <time>{showOffset(at - beginAt)}</time>
        <span class="entry-icon" title={words.call.kinds[kind]}>
          <Icon name={kindIcons[kind]} size={14} />
        </span>
        <span class="entry-words">
          <strong>{title}</strong>
          {text === undefined || text === "" ? undefined : <span>{text}</span>}
        </span>
        {kind === "function" && findings !== undefined ? (
          <span class="entry-flag">{words.call.findings(findings.length)}</span>
        ) : undefined}
        {leg === undefined ? undefined : <span class={`leg-tag leg-tag-${leg.slice(-1).toLowerCase()}`}>{leg}</span>}
      </button>
    </li>
  );
}

/** Entries of the kinds that are shown, in which all words are found: in what is said of them, and in what they are made of. */
export function filterEntries(entries: readonly Entry[], hidden: readonly string[], typed: string): readonly Entry[] {
  const asked = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (entry: Entry) => {
    if (asked.length === 0) return true;
    const { title, text, leg, parts, findings } = entry;
    const all = JSON.stringify([title, text, leg, parts, findings]).toLowerCase();
    return asked.every((word) => all.includes(word));
  };
  return entries.filter((entry) => !hidden.includes(entry.kind) && fits(entry));
}

/** Arrow keys go from one row to the next. */
function move(event: KeyboardEvent): void {
  const item = (event.target as Element).closest("li");
  const next = { ArrowDown: item?.nextElementSibling, ArrowUp: item?.previousElementSibling }[event.key];
  if (next === undefined || next === null) return;
  event.preventDefault();
  next.querySelector("button")?.focus();
}
