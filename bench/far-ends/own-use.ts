import { cpuBetween, readCpu } from "../cpu.ts";
import { readDrops } from "../drops.ts";
import { percentile } from "../percentile.ts";
import type { Speaker } from "./speaker.ts";

/** How a generator of load kept up. */
export interface OwnUse {
  /** Of one processor. */
  readonly cpuShare: number;
  /** Of its own packets, p99, milliseconds. */
  readonly lateP99Ms: number;
  /** Packets that came and found no room; undefined where the system does not tell. */
  readonly dropped: number | undefined;
}

const mostShare = 0.8;
const mostLateMs = 5;

/** Watches this process, which speaks and listens at these ports. @returns what it used since the last look */
export function watchOwnUse(speaker: Speaker, ports: ReadonlySet<number>): () => OwnUse {
  const state = { cpu: readCpu(), drops: readDrops(ports) };
  return () => {
    const [cpu, drops] = [readCpu(), readDrops(ports)];
    const used = cpuBetween(state.cpu, cpu);
    const dropped = drops === undefined || state.drops === undefined ? undefined : drops - state.drops;
    Object.assign(state, { cpu, drops });
    const lateP99Ms = percentile(speaker.takeLateMs(), 0.99);
    return { cpuShare: used.processMs / used.atMs, lateP99Ms, dropped };
  };
}

/** Why a generator of load is what limits a figure; undefined when it kept up. */
export function whyLimited({ cpuShare, lateP99Ms, dropped }: OwnUse): string | undefined {
  const why =
    cpuShare > mostShare
      ? `${Math.round(100 * cpuShare)} % of its processor`
      : lateP99Ms > mostLateMs
        ? `its own packets are ${lateP99Ms.toFixed(1)} ms late`
        : (dropped ?? 0) > 0
          ? `${dropped} packets found no room at it`
          : undefined;
  return why === undefined ? undefined : `the generator is the limit: ${why}`;
}
