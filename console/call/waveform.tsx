import { useEffect, useRef, useState } from "preact/hooks";
import type UPlot from "uplot";
import { ask } from "../api/ask.ts";
import type { Peaks, Track } from "../api/types.ts";
import { paint } from "../state/theme.ts";
import type { Span } from "./score-lanes.ts";

interface Props {
  readonly callId: string;
  readonly track: Track;
  readonly span: Span;
  readonly widthPx: number;
}

/** What is to be drawn. */
interface Latest {
  readonly span: Span;
  readonly widthPx: number;
  readonly data: UPlot.AlignedData;
}

const nothing: UPlot.AlignedData = [[], [], []];
const heightPx = 44;
/** Most points that the server gives. */
const mostPoints = 2_000;
/** It is asked once the span has stayed for so long. */
const restMs = 120;

/** How loud a track is over time, drawn by uPlot on the time axis of the score. */
export function Waveform({ callId, track, span, widthPx }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | undefined>(undefined);
  const peaks = usePeaks(callId, track, span, widthPx);
  const begin = Date.parse(track.startedAt);
  // The library comes later than some of this changes.
  const latest = useRef<Latest>({ span, widthPx, data: nothing });
  latest.current = { span, widthPx, data: peaks === undefined ? nothing : dataOf(peaks, begin) };
  const colours = paint.value;
  useEffect(() => {
    let isGone = false;
    void import("uplot").then(({ default: Plot }) => {
      if (isGone || place.current === null) return;
      plot.current = new Plot(optionsOf(place.current, latest), latest.current.data, place.current);
    });
    return () => {
      isGone = true;
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [colours]);
  useEffect(() => plot.current?.setSize({ width: widthPx, height: heightPx }), [widthPx]);
  useEffect(() => plot.current?.setData(latest.current.data), [peaks]);
  useEffect(() => plot.current?.setScale("x", { min: span.from, max: span.to }), [span.from, span.to]);
  return <div ref={place} class="wave" aria-hidden="true" />;
}

function usePeaks(callId: string, track: Track, span: Span, widthPx: number): Peaks | undefined {
  const [peaks, setPeaks] = useState<Peaks | undefined>(undefined);
  const begin = Date.parse(track.startedAt);
  const fromMs = Math.max(0, Math.floor(span.from - begin));
  const toMs = Math.min(Math.ceil(track.durationMs), Math.ceil(span.to - begin));
  const points = String(Math.min(mostPoints, Math.max(50, Math.round(widthPx))));
  useEffect(() => {
    if (toMs <= fromMs) return;
    const path = `/calls/${encodeURIComponent(callId)}/audio/${encodeURIComponent(track.id)}/peaks`;
    const query = { points, fromMs: String(fromMs), toMs: String(toMs) };
    let isOver = false;
    const timer = setTimeout(() => {
      ask<Peaks>("GET", path, { query }).then(
        (found) => isOver || setPeaks(found),
        () => undefined,
      );
    }, restMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [callId, track.id, fromMs, toMs, points]);
  return peaks;
}

function dataOf({ fromMs, toMs, peaks }: Peaks, begin: number): UPlot.AlignedData {
  const step = (toMs - fromMs) / Math.max(1, peaks.length);
  const x = peaks.map((_, index) => begin + fromMs + (index + 0.5) * step);
  // Speech is mostly far below full scale: the root shows it as ears have it.
  const y = peaks.map((peak) => Math.sqrt(Math.min(1, Math.max(0, peak))));
  return [x, y, y.map((value) => -value)];
}

function optionsOf(place: HTMLElement, latest: { readonly current: Latest }): UPlot.Options {
  const colour = getComputedStyle(place).color;
  const series = { stroke: colour, fill: colour, width: 0.5, points: { show: false }, fillTo: () => 0 };
  return {
    width: latest.current.widthPx,
    height: heightPx,
    padding: [2, 0, 2, 0],
    legend: { show: false },
    cursor: { show: false },
    axes: [{ show: false }, { show: false }],
    scales: {
      x: { time: false, range: () => [latest.current.span.from, latest.current.span.to] },
      y: { range: () => [-1, 1] },
    },
    series: [{}, series, series],
  };
}
