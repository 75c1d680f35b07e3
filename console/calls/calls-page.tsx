import { useEffect, useMemo, useState } from "preact/hooks";
import { listen } from "../api/stream.ts";
import type { CallSummary } from "../api/types.ts";
import { Icon } from "../parts/icon.tsx";
import { Badge, Empty, Notes, Trouble, Waiting } from "../parts/notice.tsx";
import { showDuration, showMoment, showParty, showWholeMoment, shortId } from "../parts/show.ts";
import { Table, type Column } from "../parts/table.tsx";
import { useMedia } from "../parts/use-media.ts";
import { soon } from "../state/asked.ts";
import { linkTo, route, setQuery } from "../state/route.ts";
import { applications, nameOfApplication } from "../state/server.ts";
import { words } from "../words.ts";
import { createCallList, type CallFilter } from "./call-list.ts";
import { Elapsed } from "./elapsed.tsx";

/** The list is asked for anew so soon after something has happened in a call that begins or ends. */
const refreshMs = 400;
const changing = new Set(["call-started", "call-ended", "leg-changed"]);
const states = ["all", "live", "ended", "refused"] as const;

/** Live and past calls with search. */
export function CallsPage() {
  const filter = readFilter(route.value.query);
  const key = JSON.stringify(filter);
  const list = useMemo(() => createCallList(filter), [key]);
  useEffect(() => {
    document.title = words.titleOf(words.nav.calls);
    void list.refresh();
    const refresh = soon(() => void list.refresh(), refreshMs);
    const stop = listen(({ type }) => changing.has(type) && refresh(), refresh);
    return () => {
      stop();
      list.end();
    };
  }, [list]);
  const { calls, notes, isAsking, problem } = list.state.value;
  const isNarrow = useMedia("(max-width: 760px)");
  const live = calls.filter(({ state }) => state === "live").length;
  return (
    <div class="calls-page">
      <header class="page-head">
        <h1>{words.calls.title}</h1>
        {live > 0 ? <Badge tone="live">{words.calls.live(live)}</Badge> : undefined}
      </header>
      <Filters filter={filter} />
      <Notes notes={notes} />
      {problem !== undefined && calls.length === 0 ? (
        <Trouble problem={problem} again={() => void list.refresh()} />
      ) : calls.length === 0 ? (
        isAsking ? (
          <Waiting lines={9} />
        ) : (
          <NoCalls filter={filter} />
        )
      ) : (
        <Table
          className="calls-table"
          label={words.calls.title}
          columns={columns}
          rows={calls}
          keyOf={idOf}
          rowHeightPx={isNarrow ? 72 : 42}
          onEnd={() => void list.more()}
          foot={<Foot list={list} />}
        />
      )}
    </div>
  );
}

/** Below the last call: whether there is more, or why it did not come. */
function Foot({ list }: { readonly list: ReturnType<typeof createCallList> }) {
  const { calls, isMore, problem } = list.state.value;
  if (problem === undefined)
    return <p class="table-foot">{isMore ? words.calls.loadingMore : words.calls.count(calls.length)}</p>;
  return (
    <p class="table-foot">
      {problem.message}{" "}
      <button type="button" class="link" onClick={() => void list.more()}>
        {words.again}
      </button>
    </p>
  );
}

const idOf = ({ id }: CallSummary) => id;

function readFilter(query: URLSearchParams): CallFilter {
  const state = states.find((one) => one === query.get("state")) ?? "all";
  const of = (name: string) => query.get(name) ?? "";
  return {
    state,
    typed: of("q"),
    application: of("application"),
    cause: of("cause"),
    since: of("since"),
    until: of("until"),
  };
}

const columns: readonly Column<CallSummary>[] = [
  {
    name: "state",
    head: <span class="unseen">{words.calls.state}</span>,
    cell: ({ state, endType, direction }) => (
      <span
        class={`direction direction-${toneOf(state, endType)}`}
        title={words.calls.directions[direction ?? "Inbound"]}
      >
        <Icon name={state === "refused" ? "ban" : direction === "Outbound" ? "out" : "in"} size={15} />
        <span class="unseen">{words.calls.directions[direction ?? "Inbound"]}</span>
      </span>
    ),
  },
  {
    name: "from",
    head: words.calls.from,
    cell: ({ id, from }) => (
      <a class="call-link" href={linkTo(`/calls/${encodeURIComponent(id)}`)} title={from}>
        {showParty(from)}
      </a>
    ),
  },
  { name: "to", head: words.calls.to, cell: ({ to }) => <span title={to}>{showParty(to)}</span> },
  {
    name: "application",
    head: words.calls.application,
    cell: ({ applicationId }) => nameOfApplication(applicationId),
  },
  {
    name: "started",
    head: words.calls.started,
    cell: ({ startedAt }) => (
      <time dateTime={startedAt} title={showWholeMoment(startedAt)}>
        {showMoment(startedAt)}
      </time>
    ),
  },
  {
    name: "duration",
    head: words.calls.duration,
    cell: ({ state, startedAt, durationMs }) =>
      state === "live" ? <Elapsed since={startedAt} /> : showDuration(durationMs),
  },
  {
    name: "end",
    head: words.calls.end,
    cell: ({ state, endType, cause }) => (
      <span class="end" title={cause}>
        <Badge tone={toneOf(state, endType)}>{state === "live" ? words.calls.isLive : wordOf(endType)}</Badge>
        <span class="end-cause">{cause}</span>
      </span>
    ),
  },
  { name: "id", head: words.calls.id, cell: ({ id }) => <code>{shortId(id)}</code> },
];

/** The colour of how a call ended. */
export function toneOf(
  state: CallSummary["state"],
  endType: string | undefined,
): "live" | "good" | "plain" | "warn" | "bad" {
  if (state === "live") return "live";
  if (state === "refused") return "bad";
  if (endType === undefined) return "warn";
  if (/fail|error|lost|broke/.test(endType)) return "bad";
  return /reject|busy|no-answer|timeout|unreachable|cancel/.test(endType) ? "warn" : "plain";
}

function wordOf(endType: string | undefined): string {
  return endType === undefined ? words.calls.cut : endType.replaceAll("-", " ");
}

function Filters({ filter }: { readonly filter: CallFilter }) {
  const { cause, since, until } = filter;
  const [isOpen, setOpen] = useState([cause, since, until].some((text) => text !== ""));
  return (
    <search class="filters">
      <fieldset class="choice">
        <legend class="unseen">{words.calls.which}</legend>
        {states.map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="state"
              checked={filter.state === name}
              onChange={() => setQuery({ state: name === "all" ? undefined : name })}
            />
            <span>{words.calls.states[name]}</span>
          </label>
        ))}
      </fieldset>
      <label class="search-field">
        <span class="unseen">{words.calls.search}</span>
        <Icon name="search" />
        <input
          type="search"
          placeholder={words.calls.searchHint}
          value={filter.typed}
          spellcheck={false}
          onInput={(event) => searchSoon(event.currentTarget.value)}
        />
      </label>
      <label class="select">
        <span class="unseen">{words.calls.application}</span>
        <select value={filter.application} onChange={(event) => setQuery({ application: event.currentTarget.value })}>
          <option value="">{words.calls.anyApplication}</option>
          {applications.value.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="button"
        aria-expanded={isOpen}
        aria-controls="more-filters"
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="settings" size={15} /> {words.calls.moreFilters}
      </button>
      <div id="more-filters" class="more-filters" hidden={!isOpen}>
        <label class="search-field filter-cause">
          <span class="unseen">{words.calls.cause}</span>
          <input
            placeholder={words.calls.causeHint}
            value={filter.cause}
            spellcheck={false}
            onChange={(event) => setQuery({ cause: event.currentTarget.value.trim() })}
          />
        </label>
        <label class="search-field filter-time">
          <span>{words.calls.since}</span>
          <input
            type="datetime-local"
            value={filter.since}
            onChange={(event) => setQuery({ since: event.currentTarget.value })}
          />
        </label>
        <label class="search-field filter-time">
          <span>{words.calls.until}</span>
          <input
            type="datetime-local"
            value={filter.until}
            onChange={(event) => setQuery({ until: event.currentTarget.value })}
          />
        </label>
      </div>
    </search>
  );
}

/** The server is asked once one has stopped typing for so long. */
const typingMs = 200;
const typing: { timer?: ReturnType<typeof setTimeout> } = {};

function searchSoon(text: string): void {
  clearTimeout(typing.timer);
  typing.timer = setTimeout(() => setQuery({ q: text }), typingMs);
}

function NoCalls({ filter }: { readonly filter: CallFilter }) {
  const { state, typed, application, cause, since, until } = filter;
  const isSearch = [typed, application, cause, since, until].some((text) => text !== "");
  if (isSearch)
    return (
      <Empty
        icon="search"
        title={words.calls.nothingFits}
        act={
          <a class="button" href={linkTo("/", { state: state === "all" ? undefined : state })}>
            {words.calls.showAll}
          </a>
        }
      />
    );
  return (
    <Empty icon="phone" title={words.calls.none[state]}>
      <p>{words.calls.noneHint}</p>
    </Empty>
  );
}
