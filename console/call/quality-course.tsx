import type { Json, QualitySample } from "../api/types.ts";
import { showOffset } from "../parts/show.ts";
import { words } from "../words.ts";
import type { Span } from "./score-lanes.ts";

/** A figure of each piece of time, from 0 (best) to 1 (as bad as is shown). */
interface Figure {
  readonly name: string;
  readonly of: (sample: QualitySample) => number | undefined;
  readonly height: (value: number) => number;
  readonly show: (value: number) => string;
  readonly worst: (one: number, other: number) => number;
  /** Beyond this it is heard. */
  readonly isBad: (value: number) => boolean;
}

const figures: readonly Figure[] = [
  {
    name: words.quality.courseLost,
    of: ({ packetsLost, packetsReceived }) => {
      const all = packetsLost + packetsReceived;
      return all === 0 ? undefined : packetsLost / all;
    },
    height: (share) => share / 0.1,
    show: words.quality.percent,
    worst: Math.max,
    isBad: (share) => share >= 0.02,
  },
  {
    name: words.quality.courseJitter,
    of: ({ jitterMs, packetsReceived }) => (packetsReceived === 0 ? undefined : jitterMs),
    height: (ms) => ms / 60,
    show: words.quality.ms,
    worst: Math.max,
    isBad: (ms) => ms >= 30,
  },
  {
    name: words.quality.courseMos,
    of: ({ mos }) => mos,
    height: (mos) => (mos - 1) / 3.5,
    show: words.quality.mos,
    worst: Math.min,
    isBad: (mos) => mos < 3.6,
  },
];

/** What a record has of it; nothing where it is from before it was kept. */
export function samplesOf(value: Json | undefined): readonly QualitySample[] {
  return Array.isArray(value) ? (value as unknown as readonly QualitySample[]) : [];
}

interface Props {
  readonly tag: string;
  readonly samples: readonly QualitySample[];
  /** The time of the whole call. */
  readonly axis: Span;
}

/** Loss, jitter and MOS of what a leg said, on the time axis of the call: a bar for each piece of time that was measured. */
export function QualityCourse({ tag, samples, axis }: Props) {
  if (samples.length === 0) return undefined;
  return (
    <section class="course">
      <h4>{words.quality.course}</h4>
      {figures.map((figure) => (
        <Row key={figure.name} figure={figure} tag={tag} samples={samples} axis={axis} />
      ))}
      <p class="course-axis" aria-hidden="true">
        <span>{showOffset(0)}</span>
        <span>{showOffset(axis.to - axis.from)}</span>
      </p>
    </section>
  );
}

function Row({ figure, tag, samples, axis }: Props & { readonly figure: Figure }) {
  const { name, of, height, show, worst, isBad } = figure;
  const known = samples.map(of).filter((value) => value !== undefined);
  if (known.length === 0) return undefined;
  const atWorst = show(known.reduce((one, other) => worst(one, other)));
  const share = (at: number) => Math.min(1, Math.max(0, (at - axis.from) / (axis.to - axis.from))) * 1_000;
  return (
    <div class="course-row">
      <span class="course-name">
        {name} <small>{words.quality.atWorst(atWorst)}</small>
      </span>
      <svg
        viewBox="0 0 1000 40"
        preserveAspectRatio="none"
        role="img"
        aria-label={words.quality.courseLabel(tag, name, atWorst)}
      >
        {samples.map((sample, index) => {
          const value = of(sample);
          if (value === undefined) return undefined;
          const from = share(samples[index - 1]?.at ?? sample.at - firstMs);
          const tall = Math.min(40, Math.max(1.5, height(value) * 40));
          return (
            <rect
              key={sample.at}
              class={isBad(value) ? "is-bad" : ""}
              x={from}
              y={40 - tall}
              width={Math.max(2, share(sample.at) - from - 1)}
              height={tall}
            >
              <title>{`${showOffset(sample.at - axis.from)}: ${show(value)}`}</title>
            </rect>
          );
        })}
      </svg>
    </div>
  );
}

/** The first report comes about so long after the begin. */
const firstMs = 2_500;
