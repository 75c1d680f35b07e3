import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { PacketWay } from "../src/media/index.ts";
import type { Bench } from "./bench.ts";
import { createWindows } from "./windows.ts";

/** What a run was asked for. */
export interface BenchOptions {
  readonly isPinned: boolean;
  readonly isQuick: boolean;
  readonly packets: PacketWay | undefined;
  /** A folder for processor profiles of the server's threads. */
  readonly profile: string | undefined;
}

/** The load runs in real time where that is granted, and the threads that would help it collect garbage do not: it would wait for them. */
const loadWords = ["--single-threaded-gc"];

/** Makes what the figures of a run are measured by; it tells on standard error how it goes. */
export function createBench({ isPinned, isQuick, packets, profile }: BenchOptions): Bench {
  const known = new Map<string, unknown>();
  return {
    server: { processor: isPinned ? 0 : undefined, nodeWords: profile === undefined ? [] : profileWords(profile) },
    load: { processor: isPinned ? 1 : undefined, nodeWords: loadWords },
    ...{ windows: createWindows(), isQuick, packets },
    tell: (text) => console.error(text),
    async once<Result>(name: string, measure: () => Promise<Result>) {
      if (!known.has(name)) known.set(name, await measure());
      return known.get(name) as Result;
    },
  };
}

function profileWords(profile: string): readonly string[] {
  const folder = resolve(profile);
  mkdirSync(folder, { recursive: true });
  return ["--cpu-prof", `--cpu-prof-dir=${folder}`];
}
