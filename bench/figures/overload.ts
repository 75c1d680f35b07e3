import { pause } from "../pause.ts";
import { startPeer } from "../peer.ts";
import type { BatchOutcome, CallBatch } from "../processes/callers.ts";
import type { Heard } from "../processes/leg-peers.ts";
import { benchNumbers, type ServerFacts } from "../processes/server-words.ts";
import { median, percentile, type Row } from "../report.ts";

const playing = 100;
const perSecond = Number(process.env["BENCH_OFFERED"] ?? 320);
const seconds = 20;
const sinkSockets = 32;
const settleMs = 3_000;
const patienceMs = 10_000;

/** More calls than the server can take, beside legs that play: what it takes, how soon it says yes or no, and how late the legs are. */
export async function measureOverload(processor: number | undefined): Promise<readonly Row[]> {
  const server = startPeer("processes/server", { processor });
  const callers = startPeer("processes/callers", { processor: processor === undefined ? undefined : processor + 1 });
  const listeners = startPeer("processes/callers");
  const peers = startPeer("processes/leg-peers");
  try {
    const { sip: target } = await server.ask<ServerFacts>("start");
    const mediaPorts = await peers.ask<number[]>("open", sinkSockets);
    const ask = { target, waitMs: patienceMs };
    const short: CallBatch = { ...ask, number: benchNumbers.second, count: 100, perSecond: 40 };
    await callers.ask<BatchOutcome>("run", short); // warms code and caches
    const long: CallBatch = { ...ask, number: benchNumbers.long, count: playing, perSecond: 40, mediaPorts };
    const legs = listeners.ask<BatchOutcome>("run", { ...long, waitMs: (seconds + 10) * 1_000 });
    await pause((playing / 40) * 1_000 + settleMs);
    await peers.ask<Heard>("take");
    const outcome = await callers.ask<BatchOutcome>("run", { ...short, count: perSecond * seconds, perSecond });
    const heard = await peers.ask<Heard>("take");
    const { answered } = await legs;
    return rows(outcome, heard, answered);
  } finally {
    for (const peer of [callers, listeners, peers, server]) await peer.end();
  }
}

function rows(outcome: BatchOutcome, heard: Heard, legs: number): Row[] {
  const { placed, answered, good, answerMs, refusalMs, failures } = outcome;
  const words = Object.entries(failures).map(([what, count]) => `${what}: ${count}`);
  const offered = `${perSecond} calls/s offered for ${seconds} s beside ${legs} playing legs`;
  return [
    {
      ...{ name: "overload-good", what: `calls per second that went well, of ${offered}`, unit: "calls/s" },
      ...{ value: good / seconds, relativeTo: "udp-round-trips" },
      note: `${placed} placed, ${answered} answered; ${words.join(", ")}`,
    },
    row("overload-answer-p50", "INVITE to 200 then, p50", median(answerMs), undefined),
    row("overload-answer-p99", "INVITE to 200 then, p99", percentile(answerMs, 0.99), 500),
    row("overload-refusal-p99", "INVITE to 503 then, p99", percentile(refusalMs, 0.99), 500),
    {
      ...row("overload-late-p99", "lateness of the playing legs then, p99", heard.p99Ms, 5),
      note: `${heard.lost} lost`,
    },
  ];
}

function row(name: string, what: string, value: number, atMost: number | undefined): Row {
  return { name, what, value, unit: "ms", ...(atMost === undefined ? {} : { target: { atMost } }) };
}
