import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Clock, Timer } from "../kernel/index.ts";

/** The memory of the process, as one value that tests can replace. */
export interface ProcessMemory {
  /** What the heap has taken from the system, bytes. */
  heapBytes(): number;
  /** Collects all garbage; takes about 100 ms, in which nothing else runs. */
  collect(): void;
}

const lookEveryMs = 2_000;
/** Looks in a row that must find the server at rest. */
const restingLooks = 2;
/** The first collection frees objects, those after it the pages that they lay on, some at a time. */
const fewestCollections = 3;
const mostCollections = 20;
/** A collection that gave back less was the last one. */
const worthGoingOnBytes = 4 * 1_048_576;
/** Growth since the last collection that is worth one. */
const worthBytes = 16 * 1_048_576;

/** Gives memory back after a burst. V8 collects while much is allocated, so that what is left of a flood or of many calls would stay
 * taken for as long as nothing happens. Once the server rests, and its heap has grown, it is collected.
 * @returns how to stop */
export function giveBackMemory(clock: Clock, isResting: () => boolean, memory: ProcessMemory): () => void {
  const state: { rested: number; collections: number; heapBytes: number; timer: Timer | undefined } = {
    ...{ rested: 0, collections: mostCollections, timer: undefined },
    heapBytes: memory.heapBytes(),
  };
  const collect = () => {
    const before = memory.heapBytes();
    memory.collect();
    state.heapBytes = memory.heapBytes();
    state.collections++;
    const isDone = state.collections >= fewestCollections && before - state.heapBytes < worthGoingOnBytes;
    if (isDone) state.collections = mostCollections;
  };
  const look = () => {
    state.rested = isResting() ? state.rested + 1 : 0;
    if (state.rested === 0) state.collections = mostCollections;
    if (state.rested === restingLooks && memory.heapBytes() > state.heapBytes + worthBytes) state.collections = 0;
    if (state.collections < mostCollections) collect();
    state.timer = clock.startTimer(lookEveryMs, look);
  };
  state.timer = clock.startTimer(lookEveryMs, look);
  return () => state.timer?.cancel();
}

/** The memory of this process. V8's collector is asked for by the flag that makes it callable, which holds for new contexts only. */
export function processMemory(): ProcessMemory {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  return { heapBytes: () => getHeapStatistics().total_heap_size, collect };
}
