import { ask, may } from "../api/ask.ts";
import type { Capacity, Ledger, ServerNode, Spool } from "../api/types.ts";
import { confirm } from "../parts/dialog.tsx";
import { Badge, Banner } from "../parts/notice.tsx";
import { showCount, showMoment, shortId } from "../parts/show.ts";
import { linkTo } from "../state/route.ts";
import { words } from "../words.ts";
import { Card, Figures } from "./card.tsx";

export function NodesCard() {
  return (
    <Card<{ nodes: readonly ServerNode[] }> title={words.operator.nodes} path="/nodes" isWide>
      {({ nodes }, again) => (
        <Figures
          heads={[
            words.operator.node,
            words.operator.state,
            words.operator.calls,
            words.operator.listens,
            words.operator.since,
            "",
          ]}
          rows={nodes.map((node) => [
            <>
              <strong>{node.id}</strong> {node.isThis ? <small>{words.operator.thisNode}</small> : undefined}
            </>,
            <>
              <Badge tone={node.state === "up" ? "good" : "warn"}>{node.state}</Badge> <small>{node.whyNoCalls}</small>
            </>,
            words.operator.of(node.calls, node.maxCalls),
            <code>{node.sip.join(" ")}</code>,
            showMoment(node.startedAt),
            node.isThis ? <DrainButton node={node} again={again} /> : undefined,
          ])}
        />
      )}
    </Card>
  );
}

function DrainButton({ node, again }: { readonly node: ServerNode; readonly again: () => void }) {
  const isDraining = node.state === "draining";
  if (!may(isDraining ? "Resume" : "Drain")) return undefined;
  const act = () =>
    confirm({
      title: isDraining ? words.operator.resume : words.operator.drain,
      text: isDraining ? words.operator.resumeText : words.operator.drainText,
      act: isDraining ? words.operator.resume : words.operator.drain,
      isDangerous: !isDraining,
      done: isDraining ? words.operator.resumed : words.operator.drained,
      run: () => ask(isDraining ? "DELETE" : "POST", "/drain").finally(again),
    });
  return (
    <button type="button" class="button button-small" onClick={act}>
      {isDraining ? words.operator.resume : words.operator.drain}
    </button>
  );
}

export function CapacityCard() {
  return (
    <Card<Capacity> title={words.operator.capacity} path="/capacity">
      {({ limits, whyNoCalls }) => (
        <div class="meters">
          {whyNoCalls === undefined ? undefined : <Banner tone="warn">{whyNoCalls}</Banner>}
          {limits.map(({ name, words: text, now, most, unit, isFull }) => (
            <div key={name} class={isFull ? "meter meter-full" : "meter"}>
              <div class="meter-line">
                <span>{text}</span>
                <span>
                  {most === undefined ? showCount(now) : words.operator.of(now, most)} {unit}
                </span>
              </div>
              {most === undefined ? undefined : (
                <div class="meter-bar" aria-hidden="true">
                  <i style={{ width: `${Math.min(100, (now / Math.max(1, most)) * 100)}%` }} />
                </div>
              )}
            </div>
          ))}
        </div>
      )}
    </Card>
  );
}

export function SpoolCard() {
  return (
    <Card<Spool> title={words.operator.spool} path="/spool">
      {({ recordings }) =>
        recordings.length === 0 ? (
          <p class="quiet-line">{words.operator.noSpool}</p>
        ) : (
          <Figures
            heads={[words.operator.key, words.calls.title, words.operator.tries, words.operator.why]}
            rows={recordings.map(({ bucket, key, callId, tries, why }) => [
              <code>{`${bucket}/${key}`}</code>,
              <a href={linkTo(`/calls/${callId}`)}>{shortId(callId)}</a>,
              tries,
              why,
            ])}
          />
        )
      }
    </Card>
  );
}

export function LedgerCard() {
  return (
    <Card<Ledger> title={words.operator.ledger} path="/ledger" isWide>
      {({ open, rtpPackets }) => (
        <div class="stack">
          <h3>{words.operator.open}</h3>
          <Counts counts={Object.entries(open)} />
          <h3>{words.operator.rtp}</h3>
          <Counts
            counts={[
              [words.operator.sent, rtpPackets.sent],
              [words.operator.received, rtpPackets.received],
              ...Object.entries(rtpPackets.dropped).map(
                ([cause, count]) => [words.operator.dropped(cause), count] as const,
              ),
            ]}
          />
        </div>
      )}
    </Card>
  );
}

function Counts({ counts }: { readonly counts: readonly (readonly [string, number])[] }) {
  return (
    <dl class="counts">
      {counts.map(([name, count]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{showCount(count)}</dd>
        </div>
      ))}
    </dl>
  );
}
