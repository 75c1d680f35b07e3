import type { MediaStats } from "../../src/media/index.ts";
import { cpuBetween, type CpuUse } from "../cpu.ts";
import { pause } from "../pause.ts";
import { startPeer, type Peer } from "../peer.ts";
import type { Heard } from "../processes/leg-peers.ts";
import type { MoreLegs } from "../processes/legs.ts";
import type { Row } from "../report.ts";

const steps = [100, 250, 500, 750, 1_000, 1_250, 1_500, 1_750, 2_000];
const sinkSockets = 32;
const settleMs = 1_500;
const measuredMs = 3_000;
/** A step counts while packets are at most this late (p99) and at most this share is lost. */
const mostLateMs = 5;
const mostLost = 0.000_1;

interface Step {
  readonly legs: number;
  readonly cpu: CpuUse;
  readonly heard: Heard;
  readonly skipped: number;
  /** Packets in and out of the worker. */
  readonly packets: number;
}

/** Legs that play and are spoken to, on one media worker: how many, how late, at what cost. */
export async function measurePlayingLegs(processor: number | undefined): Promise<readonly Row[]> {
  const legs = startPeer("processes/legs", { processor });
  const peers = startPeer("processes/leg-peers", { processor: processor === undefined ? undefined : processor + 1 });
  try {
    const ports = await peers.ask<number[]>("open", sinkSockets);
    let best: Step | undefined;
    let why = "no step failed";
    let up = 0;
    for (const count of steps) {
      const remotePorts = Array.from({ length: count - up }, (_, index) => ports[(up + index) % ports.length] ?? 0);
      up = await legs.ask<number>("add", { remotePorts } satisfies MoreLegs);
      if (up < count) {
        why = `more than ${up} are refused: the worker is late`;
        break;
      }
      let step = await measureStep(legs, peers, count);
      // Whatever else the machine does may spoil one try.
      if (whyFailed(step) !== undefined) step = await measureStep(legs, peers, count);
      if (process.env["BENCH_VERBOSE"] !== undefined) console.error(JSON.stringify(step));
      const failure = whyFailed(step);
      if (failure !== undefined) {
        why = `${count}: ${failure}`;
        break;
      }
      best = step;
    }
    return rows(best, why);
  } finally {
    await legs.end();
    await peers.end();
  }
}

async function measureStep(legs: Peer, peers: Peer, count: number): Promise<Step> {
  await pause(settleMs);
  const total = async () => (await legs.ask<MediaStats[]>("stats")).reduce(add, { packets: 0, skipped: 0 });
  const first = await total();
  await peers.ask<Heard>("take");
  const before = await legs.ask<CpuUse>("cpu");
  await pause(measuredMs);
  const cpu = cpuBetween(before, await legs.ask<CpuUse>("cpu"));
  const heard = await peers.ask<Heard>("take");
  const last = await total();
  return { legs: count, cpu, heard, skipped: last.skipped - first.skipped, packets: last.packets - first.packets };
}

function add(sum: { packets: number; skipped: number }, stats: MediaStats): { packets: number; skipped: number } {
  return {
    packets: sum.packets + stats.packetsSent + stats.packetsReceived,
    skipped: sum.skipped + stats.ticksSkipped,
  };
}

function whyFailed({ heard, skipped, legs }: Step): string | undefined {
  if (heard.p99Ms > mostLateMs) return `p99 ${heard.p99Ms} ms late`;
  if (heard.lost > mostLost * heard.packets) return `${heard.lost} packets lost`;
  // One tick in ten thousand.
  const ticks = (legs * measuredMs) / 20;
  return skipped > mostLost * ticks ? `${skipped} ticks skipped` : undefined;
}

function rows(best: Step | undefined, why: string): Row[] {
  const legs: Row = {
    name: "playing-legs",
    what: "legs playing on one worker, p99 late under 5 ms, no loss",
    value: best?.legs ?? 0,
    unit: "legs",
    target: { atLeast: 1_500 },
    relativeTo: "udp-round-trips",
    note: why,
  };
  if (best === undefined) return [legs];
  const { cpu, heard, packets } = best;
  return [
    legs,
    {
      name: "packet-cpu",
      what: "CPU per packet in or out at that count",
      value: (1_000 * cpu.processMs) / packets,
      unit: "us",
      note: `${Math.round((100 * cpu.processMs) / cpu.atMs)} % of a core`,
    },
    {
      name: "packet-late-p99",
      what: "lateness of a packet at the far end, p99",
      value: heard.p99Ms,
      unit: "ms",
      target: { atMost: mostLateMs },
      note: `p50 ${heard.p50Ms} ms, worst ${heard.worstMs.toFixed(1)} ms`,
    },
  ];
}
