import { useEffect, useMemo } from "preact/hooks";
import { ask, may } from "../api/ask.ts";
import type { CallDetail } from "../api/types.ts";
import { Elapsed } from "../calls/elapsed.tsx";
import { toneOf } from "../calls/calls-page.tsx";
import { Copy } from "../parts/copy.tsx";
import { confirm } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Badge, Banner, Empty, Notes, Trouble, Waiting } from "../parts/notice.tsx";
import { showDuration, showParty, showWholeMoment, shortId } from "../parts/show.ts";
import { TabPanel, Tabs } from "../parts/tabs.tsx";
import { linkTo, route, setQuery } from "../state/route.ts";
import { has, nameOfApplication } from "../state/server.ts";
import { words } from "../words.ts";
import { followCall, newCallState, type CallView } from "./call-state.ts";
import { EntryDetail } from "./entry-detail.tsx";
import { EntryList } from "./entry-list.tsx";
import { LadderView } from "./ladder-view.tsx";
import { QualityView } from "./quality-view.tsx";
import { ReplayView } from "./replay-view.tsx";
import { Score } from "./score.tsx";
import { SavedFiles, saveAsTest } from "./save-as-test.tsx";
import { askForUpdate, UpdateForm } from "./update-call.tsx";

const tabs = ["events", "ladder", "quality", "replay"] as const;
type TabName = (typeof tabs)[number];

/** One call on one time axis, and everything in it. */
export function CallPage({ id }: { readonly id: string }) {
  const state = useMemo(newCallState, [id]);
  useEffect(() => {
    document.title = words.titleOf(words.call.title(shortId(id)));
    return followCall(id, state);
  }, [id]);
  const { view, problem } = state.value;
  if (view !== undefined) return <Call view={view} />;
  if (problem === undefined) return <Waiting lines={10} />;
  if (problem.status !== 404) return <Trouble problem={problem} again={() => location.reload()} />;
  return (
    <Empty
      icon="search"
      title={words.call.unknown}
      act={
        <a class="button" href={linkTo("/")}>
          {words.call.toAll}
        </a>
      }
    >
      <p>{problem.message}</p>
    </Empty>
  );
}

function Call({ view }: { readonly view: CallView }) {
  const { detail, entries, timeline } = view;
  const { query } = route.value;
  const tab = tabs.find((one) => one === query.get("tab")) ?? "events";
  const chosenKey = query.get("at") ?? undefined;
  const chosen = entries.find(({ key }) => key === chosenKey);
  const choose = (key: string) => setQuery({ at: key === chosenKey ? undefined : key });
  const notes = [...new Set([...detail.notes, ...(timeline?.notes ?? []), ...(view.audio?.notes ?? [])])];
  return (
    <div class="call-page">
      <UpdateForm />
      <SavedFiles />
      <Head detail={detail} view={view} />
      {timeline?.isWhole === false && detail.state !== "live" ? (
        <Banner tone="warn">{words.call.isCut}</Banner>
      ) : undefined}
      {detail.isRedacted ? <Banner tone="plain">{words.call.isRedacted}</Banner> : undefined}
      <Notes notes={notes} />
      <Score view={view} chosen={chosenKey} onChoose={choose} />
      <Tabs<TabName>
        id="call"
        label={words.call.views}
        chosen={tab}
        onChoose={(name) => setQuery({ tab: name === "events" ? undefined : name })}
        tabs={[
          { name: "events", label: words.call.tabs.events, count: entries.length },
          {
            name: "ladder",
            label: words.call.tabs.ladder,
            count: view.ladder?.rows.filter(({ type }) => type === "message").length,
          },
          { name: "quality", label: words.call.tabs.quality },
          ...(has("replay") && detail.state !== "refused"
            ? [{ name: "replay" as const, label: words.call.tabs.replay }]
            : []),
        ]}
      />
      <TabPanel id="call" chosen={tab}>
        {tab === "events" ? (
          <div class={chosen === undefined ? "split" : "split split-open"}>
            <EntryList entries={entries} beginAt={view.beginAt} chosen={chosenKey} onChoose={choose} />
            <EntryDetail entry={chosen} beginAt={view.beginAt} onClose={() => setQuery({ at: undefined })} />
          </div>
        ) : tab === "ladder" ? (
          <LadderView ladder={view.ladder} beginAt={view.beginAt} />
        ) : tab === "quality" ? (
          <QualityView view={view} />
        ) : (
          <ReplayView id={detail.id} />
        )}
      </TabPanel>
    </div>
  );
}

function Head({ detail, view }: { readonly detail: CallDetail; readonly view: CallView }) {
  const { id, state, from, to, startedAt, durationMs, endType, cause, applicationId, direction } = detail;
  return (
    <header class="call-head">
      <a class="back" href={linkTo("/")}>
        <Icon name="left" /> {words.nav.calls}
      </a>
      <div class="call-title">
        <h1>
          <span title={from}>{showParty(from)}</span>
          <span class="arrow" aria-label={words.call.callsTo}>
            →
          </span>
          <span title={to}>{showParty(to)}</span>
        </h1>
        <Badge tone={toneOf(state, endType)}>
          {state === "live" ? words.calls.isLive : (endType ?? words.calls.cut).replaceAll("-", " ")}
        </Badge>
      </div>
      <dl class="call-facts">
        <Fact name={words.calls.duration}>
          {state === "live" ? <Elapsed since={startedAt} /> : showDuration(durationMs)}
        </Fact>
        <Fact name={words.calls.started}>{showWholeMoment(startedAt)}</Fact>
        {applicationId === undefined ? undefined : (
          <Fact name={words.calls.application}>{nameOfApplication(applicationId)}</Fact>
        )}
        {direction === undefined ? undefined : (
          <Fact name={words.call.direction}>{words.calls.directions[direction]}</Fact>
        )}
        {cause === undefined ? undefined : <Fact name={words.calls.end}>{detail.sentence ?? cause}</Fact>}
        <Fact name={words.calls.id}>
          <code>{id}</code>
        </Fact>
      </dl>
      <CallActs detail={detail} view={view} />
    </header>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function CallActs({ detail, view }: { readonly detail: CallDetail; readonly view: CallView }) {
  const { id, state } = detail;
  const path = `/calls/${encodeURIComponent(id)}`;
  const hangUp = (leg: string | undefined) =>
    confirm({
      title: words.call.hangUp,
      text: leg === undefined ? words.call.hangUpAll : words.call.hangUpLeg(leg),
      act: words.call.hangUp,
      isDangerous: true,
      done: words.call.hungUp,
      run: () => ask("DELETE", leg === undefined ? path : `${path}/legs/${leg}`),
    });
  const legs = detail.legs.filter((leg) => leg.state !== "ended" && leg.participantTag !== undefined);
  const { timeline, ladder } = view;
  return (
    <div class="acts">
      <Copy label={words.copyLink} icon="link" text={() => location.href} />
      <Copy label={words.copyJson} text={() => JSON.stringify({ call: detail, timeline, ladder }, null, 2)} />
      {state !== "live" && has("replay") ? (
        <button type="button" class="button button-small" onClick={() => setQuery({ tab: "replay" })}>
          <Icon name="replay" size={14} /> {words.call.replay}
        </button>
      ) : undefined}
      {state !== "live" && has("saveAsTest") ? (
        <button type="button" class="button button-small" onClick={() => saveAsTest(id)}>
          <Icon name="test" size={14} /> {words.call.saveAsTest}
        </button>
      ) : undefined}
      {state === "live" && may("UpdateCall") ? (
        <button type="button" class="button button-small" onClick={() => askForUpdate(id)}>
          <Icon name="send" size={14} /> {words.call.update}
        </button>
      ) : undefined}
      {state === "live" && may("HangUpLeg") && legs.length > 1
        ? legs.map(({ participantTag }) => (
            <button
              key={participantTag}
              type="button"
              class="button button-small"
              onClick={() => hangUp(participantTag)}
            >
              <Icon name="hangup" size={14} /> {participantTag}
            </button>
          ))
        : undefined}
      {state === "live" && may("HangUpCall") ? (
        <button type="button" class="button button-small button-bad" onClick={() => hangUp(undefined)}>
          <Icon name="hangup" size={14} /> {words.call.hangUp}
        </button>
      ) : undefined}
    </div>
  );
}
