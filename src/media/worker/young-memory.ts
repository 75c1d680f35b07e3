import type { ResourceLimits } from "node:worker_threads";

/** How much memory of a media worker is young, MB: a third of it fills up before the collector runs. What is alive in it is copied while packets
 * wait, by threads of V8 too, which do not run in real time: with the usual 16 MB a rush of calls leaves so much alive that this takes 5 to
 * 15 ms on a busy machine. In small pieces it takes 1 or 2. */
export const youngMemory: ResourceLimits = { maxYoungGenerationSizeMb: 3 };
