import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { showDuration, showOffset, showParty } from "../parts/show.ts";
import { words } from "../words.ts";
import type { CallView } from "./call-state.ts";
import type { Entry } from "./entries.ts";
import { player, toggleTrack } from "./player.ts";
import { legLanes, pan, ticksOf, zoom, type LegLane, type Span } from "./score-lanes.ts";
import { Waveform } from "./waveform.tsx";

interface Props {
  readonly view: CallView;
  readonly chosen: string | undefined;
  readonly onChoose: (key: string) => void;
}

/** How often the axis of a live call grows. */
const frameMs = 250;
/** Room behind the last thing. */
const marginShare = 0.015;
/** Width that a word of the axis needs. */
const tickPx = 90;
/** Narrowest name of a bar that says something. */
const leastNamePx = 40;

/** All of a call on one time axis. The list below has the same for the keyboard and for those who do not see it. */
export function Score({ view, chosen, onChoose }: Props) {
  const { detail, beginAt, entries } = view;
  const now = useNow(detail.state === "live");
  const endAt = detail.state === "live" ? Math.max(view.endAt, now) : view.endAt;
  const whole: Span = { from: beginAt, to: endAt + (endAt - beginAt) * marginShare };
  const [zoomed, setZoomed] = useState<Span | undefined>(undefined);
  const span = zoomed ?? whole;
  const lanes = useMemo(() => legLanes(view, endAt), [view, endAt]);
  const area = useRef<HTMLDivElement>(null);
  const widthPx = useWidth(area);
  const set = (next: Span) => setZoomed(next.to - next.from >= whole.to - whole.from ? undefined : next);
  useWheel(area, span, whole, set);
  const middle = (span.from + span.to) / 2;
  const asked = entries.filter(({ kind }) => kind === "function");
  const findings = entries.filter(({ kind }) => kind === "finding");
  const messages = entries.filter(({ kind }) => kind === "sip");
  const place = { span, chosen, onChoose, beginAt };
  return (
    <section class="score" aria-label={words.score.label}>
      <header class="score-head">
        <h2>{words.score.label}</h2>
        <p class="score-hint">{words.score.hint}</p>
        <div class="acts" role="group" aria-label={words.score.zoom}>
          <Act icon="minus" label={words.score.out} act={() => set(zoom(span, whole, 1.6, middle))} />
          <Act icon="plus" label={words.score.in} act={() => set(zoom(span, whole, 1 / 1.6, middle))} />
          <Act icon="fit" label={words.score.whole} act={() => setZoomed(undefined)} />
        </div>
      </header>
      <div class="score-rows">
        <span class="lane-name" />
        <Ruler span={span} beginAt={beginAt} widthPx={widthPx} />
        <LaneName name={words.score.function} text={words.score.functionText(asked.length)} />
        <div class="lane lane-function" ref={area}>
          <Grid span={span} beginAt={beginAt} widthPx={widthPx} />
          {asked.map((entry, index) => {
            const roomMs = (asked[index + 1]?.at ?? span.to) - (entry.endAt ?? endAt);
            const roomPx = (roomMs / (span.to - span.from)) * widthPx;
            return <Bar key={entry.key} entry={entry} endAt={endAt} roomPx={roomPx} {...place} />;
          })}
          {findings.map((entry) => (
            <Mark key={entry.key} entry={entry} {...place} />
          ))}
        </div>
        {lanes.map((lane) => (
          <Leg key={lane.tag} lane={lane} callId={detail.id} endAt={endAt} widthPx={widthPx} {...place} />
        ))}
        <LaneName name={words.score.sip} text={words.score.sipText(messages.length)} />
        <div class="lane lane-sip">
          <Grid span={span} beginAt={beginAt} widthPx={widthPx} />
          {messages.map((entry) => (
            <Mark key={entry.key} entry={entry} {...place} />
          ))}
        </div>
        <Playhead span={span} />
      </div>
    </section>
  );
}

interface Place {
  readonly span: Span;
  readonly beginAt: number;
  readonly chosen: string | undefined;
  readonly onChoose: (key: string) => void;
}

function Leg(
  props: Place & { readonly lane: LegLane; readonly callId: string; readonly endAt: number; readonly widthPx: number },
) {
  const { lane, callId, endAt, widthPx, ...place } = props;
  const { tag, party, phases, actions, marks, tracks } = lane;
  const letter = tag.slice(-1).toLowerCase();
  return (
    <>
      <LaneName name={tag} text={showParty(party)} className={`leg-${letter}`} />
      <div class={`lane lane-leg leg-${letter}`}>
        <Grid span={place.span} beginAt={place.beginAt} widthPx={widthPx} />
        {phases.map(({ state, from, to }) => (
          <span
            key={state}
            class={`phase phase-${state}`}
            style={boxOf(from, to, place.span)}
            title={words.score.phases[state]}
          />
        ))}
        {actions.map((entry) => (
          <Bar key={entry.key} entry={entry} endAt={endAt} {...place} />
        ))}
        {marks.map((entry) => (
          <Mark key={entry.key} entry={entry} {...place} />
        ))}
      </div>
      {tracks.map((track) => {
        const isPlaying = player.value?.track.id === track.id;
        return (
          <>
            <span key={`${track.id}-name`} class={`lane-name lane-track leg-${letter}`}>
              <button
                type="button"
                class="button-icon"
                aria-pressed={isPlaying}
                aria-label={words.score.play(tag, track.direction)}
                onClick={() => toggleTrack(callId, track)}
              >
                <Icon name={isPlaying ? "pause" : "play"} size={13} />
              </button>
              {words.score.tracks[track.direction]}
            </span>
            <div key={track.id} class={`lane lane-wave leg-${letter}`}>
              <Waveform callId={callId} track={track} span={place.span} widthPx={widthPx} />
            </div>
          </>
        );
      })}
    </>
  );
}

function LaneName(props: { readonly name: string; readonly text: string; readonly className?: string }) {
  return (
    <span class={`lane-name ${props.className ?? ""}`}>
      <strong>{props.name}</strong>
      <small title={props.text}>{props.text}</small>
    </span>
  );
}

/** @param roomPx of a bar whose name stands beside it: the room for that */
function Bar(props: Place & { readonly entry: Entry; readonly endAt: number; readonly roomPx?: number }) {
  const { entry, endAt, roomPx, span, beginAt, chosen, onChoose } = props;
  const to = entry.endAt ?? endAt;
  if (to < span.from || entry.at > span.to) return undefined;
  const goesOn = entry.endAt === undefined ? " bar-goes-on" : "";
  const tone = entry.tone === undefined ? "" : ` bar-${entry.tone}`;
  return (
    <button
      type="button"
      tabIndex={-1}
      class={`bar bar-${entry.kind}${goesOn}${tone}`}
      style={boxOf(entry.at, to, span)}
      aria-pressed={entry.key === chosen}
      aria-label={[entry.title, entry.text, showOffset(entry.at - beginAt)].filter(Boolean).join(" ")}
      title={[entry.title, entry.text, `${showOffset(entry.at - beginAt)}, ${showDuration(to - entry.at)}`]
        .filter(Boolean)
        .join("\n")}
      onClick={() => onChoose(entry.key)}
    >
      <span
        {...(roomPx === undefined
          ? {}
          : { style: { maxWidth: `${Math.max(0, roomPx)}px` }, hidden: roomPx < leastNamePx })}
      >
        {entry.title}
        {entry.kind === "action" && entry.text !== undefined && entry.text !== "" ? <em> {entry.text}</em> : undefined}
      </span>
    </button>
  );
}

function Mark({ entry, span, beginAt, chosen, onChoose }: Place & { readonly entry: Entry }) {
  if (entry.at < span.from || entry.at > span.to) return undefined;
  const label = [entry.title, entry.text, showOffset(entry.at - beginAt)].filter(Boolean).join("\n");
  return (
    <button
      type="button"
      tabIndex={-1}
      class={`mark mark-${entry.kind}${entry.tone === undefined ? "" : ` mark-${entry.tone}`}`}
      style={{ left: `${shareOf(entry.at, span) * 100}%` }}
      aria-pressed={entry.key === chosen}
      aria-label={label}
      title={label}
      onClick={() => onChoose(entry.key)}
    >
      {entry.kind === "digits" ? entry.title : undefined}
    </button>
  );
}

function Ruler({
  span,
  beginAt,
  widthPx,
}: {
  readonly span: Span;
  readonly beginAt: number;
  readonly widthPx: number;
}) {
  return (
    <div class="ruler" aria-hidden="true">
      {ticksOf(span, beginAt, widthPx / tickPx).map((at) => (
        <span key={at} style={{ left: `${shareOf(at, span) * 100}%` }}>
          {showTick(at - beginAt, span.to - span.from)}
        </span>
      ))}
    </div>
  );
}

function Grid({ span, beginAt, widthPx }: { readonly span: Span; readonly beginAt: number; readonly widthPx: number }) {
  return (
    <>
      {ticksOf(span, beginAt, widthPx / tickPx).map((at) => (
        <i key={at} class="grid-line" style={{ left: `${shareOf(at, span) * 100}%` }} />
      ))}
    </>
  );
}

function Playhead({ span }: { readonly span: Span }) {
  const at = player.value?.at;
  if (at === undefined || at < span.from || at > span.to) return undefined;
  return (
    <div class="playhead" aria-hidden="true">
      <i style={{ left: `${shareOf(at, span) * 100}%` }} />
    </div>
  );
}

function Act({
  icon,
  label,
  act,
}: {
  readonly icon: "plus" | "minus" | "fit";
  readonly label: string;
  readonly act: () => void;
}) {
  return (
    <button type="button" class="button-icon" aria-label={label} title={label} onClick={act}>
      <Icon name={icon} size={15} />
    </button>
  );
}

function showTick(ms: number, widthMs: number): string {
  if (widthMs > 120_000) return `${Math.floor(ms / 60_000)}:${String(Math.round(ms / 1_000) % 60).padStart(2, "0")}`;
  const digits = widthMs < 1_000 ? 3 : widthMs < 10_000 ? 1 : 0;
  return `${(ms / 1_000).toFixed(digits)} s`;
}

function shareOf(at: number, { from, to }: Span): number {
  return (at - from) / (to - from);
}

/** Where something lies that lasts, cut where the span ends. */
function boxOf(from: number, to: number, span: Span) {
  const left = Math.max(0, shareOf(from, span));
  const right = Math.min(1, shareOf(to, span));
  return { left: `${left * 100}%`, width: `${Math.max(0, right - left) * 100}%` };
}

function useNow(isLive: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!isLive) return;
    const timer = setInterval(() => setNow(Date.now()), frameMs);
    return () => clearInterval(timer);
  }, [isLive]);
  return now;
}

function useWidth(place: { readonly current: HTMLElement | null }): number {
  const [widthPx, setWidth] = useState(800);
  useEffect(() => {
    const found = place.current;
    if (found === null) return;
    const observer = new ResizeObserver(() => setWidth(Math.max(50, found.clientWidth)));
    observer.observe(found);
    return () => observer.disconnect();
  }, []);
  return widthPx;
}

/** The wheel with a control key zooms, sideways it moves along. */
function useWheel(
  place: { readonly current: HTMLElement | null },
  span: Span,
  whole: Span,
  set: (span: Span) => void,
): void {
  const now = useRef({ span, whole, set });
  now.current = { span, whole, set };
  useEffect(() => {
    const rows = place.current?.parentElement;
    const lane = place.current;
    if (rows === null || rows === undefined || lane === null) return;
    const turn = (event: WheelEvent) => {
      const { left, width } = lane.getBoundingClientRect();
      const { span: shown, whole: all, set: put } = now.current;
      const perPx = (shown.to - shown.from) / width;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const around = shown.from + (event.clientX - left) * perPx;
        put(zoom(shown, all, Math.exp(event.deltaY / 300), around));
      } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        put(pan(shown, all, event.deltaX * perPx));
      }
    };
    rows.addEventListener("wheel", turn, { passive: false });
    return () => rows.removeEventListener("wheel", turn);
  }, []);
}
