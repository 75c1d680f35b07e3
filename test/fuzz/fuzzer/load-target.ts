import { mostBytesOf, type FuzzTarget } from "../target.ts";
import { countReached } from "./reached.ts";

/** A target whose code counts in a map which way each input goes. */
export interface LoadedTarget {
  readonly target: FuzzTarget;
  readonly mostBytes: number;
  /** To be called before each input. */
  readonly begin: () => void;
}

/** Loads a target, once in a process: what was loaded before does not count. Throws for a name that no target has. */
export async function loadTarget(name: string, map: Uint8Array): Promise<LoadedTarget> {
  const begin = countReached(map);
  const { plantedTarget } = await import("./planted.ts");
  // All readers are the whole server, whose loading takes seconds.
  const targets = name === plantedTarget.name ? [plantedTarget] : (await import("../targets/index.ts")).fuzzTargets;
  const target = targets.find((one) => one.name === name);
  if (target === undefined) throw new Error(`no target is named ${name}`);
  return { target, mostBytes: mostBytesOf(target), begin };
}
