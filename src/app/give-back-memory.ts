import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { mainThreadMs, type Clock, type Timer } from "../kernel/index.ts";

/** The memory of the process, as one value that tests can replace. */
export interface ProcessMemory {
  /** What the heap has taken from the system, bytes. */
  heapBytes(): number;
  /** Collects all garbage; takes about 100 ms, in which nothing else runs. */
  collect(): void;
}

const lookEveryMs = 2_000;
/** Checks in a row that must find the server idle. */
const restingLooks = 2;
/** The first collection frees objects; later ones free their memory pages, some at a time. */
const fewestCollections = 3;
const mostCollections = 20;
/** When a collection gave back less, no further one follows. */
const worthGoingOnBytes = 4 * 1_048_576;
/** Growth since the last collection that makes another one worthwhile. */
const worthBytes = 16 * 1_048_576;

/** The main thread works less than this in the time between two looks when nothing goes on, and more in a flood that makes no call. A collection is less. */
const mostRestingMs = 400;

/** Tells at each look whether the server rests: no call is up, and the main thread has hardly worked since the last look.
 * @param usedMs processor time of the main thread */
export function createRestTest(calls: () => number, usedMs: () => number = mainThreadMs): () => boolean {
  let before = usedMs();
  return () => {
    const used = usedMs() - before;
    before += used;
    return calls() === 0 && used < mostRestingMs;
  };
}

/** Gives memory back after a burst. V8 collects garbage while memory is allocated, so that an idle server would keep the memory of an earlier
 * flood. Once the server is idle and its heap has grown, this collects.
 * @returns a function that stops it */
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
