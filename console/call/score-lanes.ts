import type { Track } from "../api/types.ts";
import type { CallView } from "./call-state.ts";
import type { Entry } from "./entries.ts";

/** A part of the time axis, epoch milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** How a leg was for a while. */
export interface LegPhase extends Span {
  readonly state: "calling" | "answered";
}

/** What the score has of one leg. */
export interface LegLane {
  readonly tag: string;
  readonly party: string;
  readonly phases: readonly LegPhase[];
  readonly actions: readonly Entry[];
  /** Keys, first packets and what went wrong. */
  readonly marks: readonly Entry[];
  readonly tracks: readonly Track[];
}

/** The legs of a call as lanes, the first one first.
 * @param now end of what goes on */
export function legLanes({ detail, entries, audio }: CallView, now: number): readonly LegLane[] {
  const tags = new Set([
    ...detail.legs.map(({ participantTag }, index) => participantTag ?? defaultTag(index)),
    ...entries.flatMap(({ leg }) => (leg?.startsWith("LEG-") === true ? [leg] : [])),
    ...(audio?.tracks ?? []).map(({ participantTag }) => participantTag),
  ]);
  return [...tags].toSorted().map((tag) => {
    const leg = detail.legs.find(({ participantTag }, index) => (participantTag ?? defaultTag(index)) === tag);
    const ofLeg = entries.filter((entry) => entry.leg === tag);
    const isOutbound = leg?.direction === "Outbound";
    return {
      tag,
      party: (isOutbound ? leg?.to : leg?.from) ?? "",
      phases: phasesOf(ofLeg, detail.state === "live" ? now : Date.parse(detail.endedAt ?? ""), leg, entries),
      actions: ofLeg.filter(({ kind }) => kind === "action"),
      marks: ofLeg.filter(({ kind }) => kind === "digits" || kind === "audio"),
      tracks: (audio?.tracks ?? []).filter(({ participantTag }) => participantTag === tag),
    };
  });
}

function defaultTag(index: number): string {
  return index === 0 ? "LEG-A" : "LEG-B";
}

type Leg = CallView["detail"]["legs"][number] | undefined;

function phasesOf(ofLeg: readonly Entry[], endOfCall: number, leg: Leg, all: readonly Entry[]): readonly LegPhase[] {
  const changes = ofLeg.filter(({ kind, key }) => kind === "leg" && key.startsWith("leg-changed"));
  const atOf = (word: string) => changes.find(({ title }) => title.endsWith(word))?.at;
  const time = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));
  const answered = time(leg?.answeredAt) ?? atOf("answered");
  const last = all.at(-1);
  const known = Number.isNaN(endOfCall) ? (last?.endAt ?? last?.at ?? 0) : endOfCall;
  const ended = time(leg?.endedAt) ?? atOf("ended") ?? known;
  const begin = time(leg?.startedAt) ?? ofLeg[0]?.at;
  if (begin === undefined) return [];
  if (answered === undefined) return [{ state: "calling", from: begin, to: ended }];
  return [
    { state: "calling", from: begin, to: answered },
    { state: "answered", from: answered, to: ended },
  ];
}

/** Places for the words of a time axis: round numbers, about `most` of them. */
export function ticksOf({ from, to }: Span, beginAt: number, most: number): readonly number[] {
  const wanted = (to - from) / Math.max(1, most);
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 18e5, 36e5];
  const step = steps.find((one) => one >= wanted) ?? 36e5;
  const first = Math.ceil((from - beginAt) / step) * step;
  const count = Math.max(0, Math.floor((to - beginAt - first) / step) + 1);
  return Array.from({ length: count }, (_, index) => beginAt + first + index * step);
}

/** A span made narrower or wider around a moment, within the whole. */
export function zoom(span: Span, whole: Span, factor: number, around: number): Span {
  const width = Math.min(whole.to - whole.from, Math.max(20, (span.to - span.from) * factor));
  const share = (around - span.from) / (span.to - span.from);
  return within({ from: around - width * share, to: around + width * (1 - share) }, whole);
}

/** A span moved along, within the whole. */
export function pan(span: Span, whole: Span, byMs: number): Span {
  return within({ from: span.from + byMs, to: span.to + byMs }, whole);
}

function within({ from, to }: Span, whole: Span): Span {
  const width = Math.min(to - from, whole.to - whole.from);
  const begin = Math.min(Math.max(from, whole.from), whole.to - width);
  return { from: begin, to: begin + width };
}
