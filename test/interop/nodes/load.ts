import type { PhoneCallReport } from "../../../src/phone/index.ts";
import { ownNumber, sleep, type System } from "./system.ts";

/** A call that came in by way of Kamailio, and what became of it as its caller sees it. */
export interface LoadedCall {
  readonly from: string;
  readonly dialledAtMs: number;
  readonly answeredAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  readonly report: PhoneCallReport | undefined;
}

/** Calls that come in, one after another. */
export interface Load {
  readonly calls: readonly LoadedCall[];
  /** Monotonic. */
  readonly beganAtMs: number;
  /** Dials no more; resolves when all have ended, or `withinMs` has passed. */
  finish(withinMs: number): Promise<void>;
}

/** Begins to call at a pace, up to a number of calls. A call lasts as many seconds as one of `lengths`, by turns: then the function ends it. */
export function startLoad(
  system: System,
  {
    perSecond,
    lengths,
    most,
  }: { readonly perSecond: number; readonly lengths: readonly number[]; readonly most: number },
): Load {
  const calls: { -readonly [Member in keyof LoadedCall]: LoadedCall[Member] }[] = [];
  const pending = new Set<Promise<void>>();
  const beganAtMs = performance.now();
  let isOver = false;
  const dial = () => {
    const length = lengths[calls.length % lengths.length] ?? 1;
    const from = `+1415${String(2_000_000 + calls.length * 10 + length)}`;
    const call: (typeof calls)[number] = {
      ...{ from, dialledAtMs: performance.now(), answeredAtMs: undefined, endedAtMs: undefined, report: undefined },
    };
    calls.push(call);
    const line = system.phone.dial(`sip:${ownNumber}@127.0.0.1:${system.proxyPort}`, { from });
    line.answered.then(() => (call.answeredAtMs = performance.now())).catch(() => undefined);
    const ended: Promise<void> = line.ended.then((report) => {
      call.endedAtMs = performance.now();
      // What was heard is no part of the account, and ten thousand of them would fill the memory.
      call.report = { ...report, heard: { ...report.heard, samples: new Int16Array(new SharedArrayBuffer(0)) } };
      pending.delete(ended);
    });
    pending.add(ended);
  };
  const tick = setInterval(() => {
    const due = Math.floor(((performance.now() - beganAtMs) / 1_000) * perSecond);
    for (let left = due - calls.length; left > 0 && !isOver && calls.length < most; left--) dial();
  }, 10);
  return {
    ...{ calls, beganAtMs },
    async finish(withinMs) {
      isOver = true;
      clearInterval(tick);
      for (const end = performance.now() + withinMs; pending.size > 0 && performance.now() < end;) await sleep(50);
    },
  };
}

/** What became of calls, counted; the lists are of those that something is wrong with. */
export interface Account {
  readonly dialled: number;
  /** That were answered, and whose function ended them. */
  readonly completed: number;
  /** That were refused or never answered, with what came in place of an answer. */
  readonly refused: readonly string[];
  /** That were answered and ended otherwise, or are still up, with the reason. */
  readonly cut: readonly string[];
  /** Answered calls without any HANGUP, and legs of which it was told twice without a word that it may be. */
  readonly untold: readonly string[];
  readonly toldTwice: readonly string[];
  /** That were told with a mark: they may have been told before. */
  readonly marked: number;
}

/** Accounts for each call, by its caller and by what the function was told. */
export function accountFor({ calls }: Pick<Load, "calls">, { told }: Pick<System["function"], "told">): Account {
  const hangups = told.filter(({ type }) => type === "HANGUP");
  const callers = new Set(hangups.map(({ from }) => from));
  const legs = new Map<string, number>();
  for (const { callId = "", mayRepeat } of hangups) if (!mayRepeat) legs.set(callId, (legs.get(callId) ?? 0) + 1);
  const answered = calls.filter(({ answeredAtMs }) => answeredAtMs !== undefined);
  const isCompleted = ({ report }: LoadedCall) => report?.end.type === "bye" && report.problem === undefined;
  const show = ({ from, report }: LoadedCall) =>
    `${from}: ${JSON.stringify(report?.end ?? "up")} ${report?.problem ?? ""}`;
  return {
    dialled: calls.length,
    completed: answered.filter(isCompleted).length,
    refused: calls.filter(({ answeredAtMs }) => answeredAtMs === undefined).map(show),
    cut: answered.filter((call) => !isCompleted(call)).map(show),
    untold: answered.filter(({ from }) => !callers.has(from)).map(({ from }) => from),
    toldTwice: [...legs].filter(([, count]) => count > 1).map(([callId]) => callId),
    marked: hangups.filter(({ mayRepeat }) => mayRepeat).length,
  };
}
