import type { Json, JsonObject } from "../api/types.ts";
import { objectOf, wordOf } from "../api/read-json.ts";
import { JsonView } from "../parts/json-view.tsx";
import { Badge, Empty } from "../parts/notice.tsx";
import { showCount, showOffset } from "../parts/show.ts";
import { words } from "../words.ts";
import type { CallView } from "./call-state.ts";
import { QualityCourse, samplesOf } from "./quality-course.tsx";
import type { Span } from "./score-lanes.ts";

/** How the audio of each leg was, as it was measured here and as the far end reports it. */
export function QualityView({ view }: { readonly view: CallView }) {
  const { detail, timeline, entries, beginAt } = view;
  const told = (timeline?.entries ?? []).filter(({ type }) => type === "audio-ended");
  const measured: readonly JsonObject[] = told.length > 0 ? told : detail.audio;
  const problems = entries.filter(({ kind, tone }) => kind === "audio" && tone !== undefined);
  if (measured.length === 0)
    return (
      <Empty icon="activity" title={words.quality.none}>
        <p>{detail.state === "live" ? words.quality.afterLeg : words.quality.noneHint}</p>
      </Empty>
    );
  return (
    <div class="quality">
      {measured.map((one, index) => (
        <Leg
          key={index}
          tag={wordOf(one["participantTag"])}
          audio={objectOf(one["audio"])}
          whole={one}
          axis={{ from: view.beginAt, to: view.endAt }}
        />
      ))}
      <section class="card">
        <h3>{words.quality.problems}</h3>
        {problems.length === 0 ? (
          <p class="quiet-line">{words.quality.noProblems}</p>
        ) : (
          <ul class="plain-list">
            {problems.map(({ key, at, title, text, leg }) => (
              <li key={key}>
                <time>{showOffset(at - beginAt)}</time> <strong>{leg}</strong> {title} {text}
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

interface LegProps {
  readonly tag: string;
  readonly audio: JsonObject;
  readonly whole: JsonObject;
  readonly axis: Span;
}

function Leg({ tag, audio, whole, axis }: LegProps) {
  const mos = numberOf(audio["mos"]);
  const remote = numberOf(audio["remoteMos"]);
  const ms = (value: Json | undefined) => (typeof value === "number" ? `${value.toFixed(1)} ms` : words.none);
  const count = (value: Json | undefined) => (typeof value === "number" ? showCount(value) : words.none);
  const rows: readonly (readonly [string, string, string])[] = [
    [words.quality.packets, count(audio["packetsReceived"]), count(audio["packetsSent"])],
    [words.quality.lost, count(audio["packetsLost"]), count(audio["remotePacketsLost"])],
    [words.quality.late, count(audio["packetsLate"]), words.none],
    [words.quality.jitter, ms(audio["jitterMs"]), ms(audio["remoteJitterMs"])],
    [words.quality.worstJitter, ms(audio["worstJitterMs"]), ms(audio["worstSendLatenessMs"])],
    [words.quality.roundTrip, ms(audio["roundTripMs"]), ""],
    [words.quality.codecs, Array.isArray(audio["codecs"]) ? audio["codecs"].join(", ") : words.none, ""],
  ];
  return (
    <section class="card">
      <header class="card-head">
        <h3>{tag}</h3>
        <Score value={mos} label={words.quality.heardHere} />
        <Score value={remote} label={words.quality.heardThere} />
      </header>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">{words.quality.figure}</span>
            </th>
            <th scope="col">{words.quality.received}</th>
            <th scope="col">{words.quality.sent}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, here, there]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{here}</td>
              <td>{there}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <QualityCourse tag={tag} samples={samplesOf(audio["course"])} axis={axis} />
      <details class="more">
        <summary>{words.quality.all}</summary>
        <JsonView label={tag} value={whole} />
      </details>
    </section>
  );
}

function Score({ value, label }: { readonly value: number | undefined; readonly label: string }) {
  if (value === undefined) return undefined;
  const tone = value >= 4 ? "good" : value >= 3.4 ? "warn" : "bad";
  return (
    <Badge tone={tone}>
      MOS {value.toFixed(1)} {label}
    </Badge>
  );
}

function numberOf(value: Json | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}
