import { signal, type Signal } from "@preact/signals";
import { ask, problemOf, type Problem } from "../api/ask.ts";
import { listen } from "../api/stream.ts";
import type { CallAudio, CallDetail, Ladder, OutputLine, Timeline } from "../api/types.ts";
import { soon } from "../state/asked.ts";
import { has } from "../state/server.ts";
import { readEntries, type Entry } from "./entries.ts";

/** What the page of a call shows. */
export interface CallView {
  readonly detail: CallDetail;
  readonly timeline?: Timeline | undefined;
  readonly ladder?: Ladder | undefined;
  readonly audio?: CallAudio | undefined;
  readonly entries: readonly Entry[];
  /** Begin of the time axis, epoch milliseconds. */
  readonly beginAt: number;
  /** Its end; of a live call, that of what is known. */
  readonly endAt: number;
}

export interface CallState {
  readonly view?: CallView;
  readonly problem?: Problem;
}

/** A call is asked for anew so soon after something has happened in it. */
const refreshMs = 250;
/** Waveforms of a live call grow so often. */
const growthMs = 1_000;
/** A call that is over is asked for anew so often, since its last recordings and messages come after its end. */
const afterEnd = [700, 3_000];

/** Follows one call.
 * @returns what ends that */
export function followCall(id: string, state: Signal<CallState>): () => void {
  let isOver = false;
  let isAsking = false;
  let isAskedFor = false;
  const timers: ReturnType<typeof setTimeout>[] = [];
  const refresh = async () => {
    if (isAsking) return void (isAskedFor = true);
    isAsking = true;
    try {
      const view = await askForCall(id, state.value.view);
      const wasLive = state.value.view?.detail.state === "live";
      if (!isOver) state.value = { view };
      if (wasLive && view.detail.state !== "live")
        for (const ms of afterEnd) timers.push(setTimeout(() => void refresh(), ms));
    } catch (error) {
      const { view } = state.value;
      if (!isOver) state.value = { ...(view === undefined ? {} : { view }), problem: problemOf(error) };
    } finally {
      isAsking = false;
    }
    if (!isAskedFor) return;
    isAskedFor = false;
    ask();
  };
  const ask = soon(() => void refresh(), refreshMs);
  const stop = listen((told) => told.callId === id && ask(), ask);
  void refresh();
  // What is heard and said grows without anything that is told, and an event may be lost.
  const growth = setInterval(() => {
    if (state.value.view?.detail.state === "live") ask();
  }, growthMs);
  return () => {
    isOver = true;
    clearInterval(growth);
    stop();
    for (const timer of timers) clearTimeout(timer);
  };
}

async function askForCall(id: string, before: CallView | undefined): Promise<CallView> {
  const path = `/calls/${encodeURIComponent(id)}`;
  const part = <Answer>(rest: string, kept: Answer | undefined) =>
    ask<Answer>("GET", `${path}${rest}`).catch(() => kept);
  const [found, ladder, timeline, audio, output] = await Promise.all([
    ask<CallDetail>("GET", path).catch(problemOf),
    part<Ladder>("/ladder", before?.ladder),
    part<Timeline>("/timeline", before?.timeline),
    has("audio") ? part<CallAudio>("/audio", before?.audio) : undefined,
    has("functionOutput") ? askForOutput(id) : undefined,
  ]);
  const detail = found instanceof Error ? refusedCall(id, ladder) : found;
  if (detail === undefined) throw problemOf(found);
  const entries = readEntries({ detail, timeline, ladder, output });
  const beginAt = Math.min(Date.parse(detail.startedAt), entries[0]?.at ?? Infinity);
  const ends = entries.flatMap(({ at, endAt }) => [at, endAt ?? at]);
  const end = detail.endedAt === undefined ? [] : [Date.parse(detail.endedAt)];
  const endAt = Math.max(beginAt + 100, ...end, ...ends.slice(-400));
  return { detail, timeline, ladder, audio, entries, beginAt, endAt };
}

/** A call that was refused before it began has a ladder and nothing else. */
function refusedCall(id: string, ladder: Ladder | undefined): CallDetail | undefined {
  const [first] = ladder?.rows ?? [];
  if (ladder?.isRefused !== true || first === undefined) return undefined;
  const why = ladder.rows.findLast(({ type }) => type === "decision")?.text;
  return {
    ...{ id, state: "refused", startedAt: new Date(first.at).toISOString(), isRedacted: ladder.isRedacted },
    ...(why === undefined ? {} : { cause: why }),
    ...{ legs: [], invocations: [], audio: [], events: [], notes: [] },
  };
}

async function askForOutput(call: string): Promise<readonly OutputLine[] | undefined> {
  const found = await ask<{ lines: readonly OutputLine[] }>("GET", "/output", { query: { call } }).catch(
    () => undefined,
  );
  return found?.lines;
}

/** The state of the page of one call. */
export function newCallState(): Signal<CallState> {
  return signal<CallState>({});
}
