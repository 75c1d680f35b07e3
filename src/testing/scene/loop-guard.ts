import { findSourceMap, type SourceMapping } from "node:module";
import { relative } from "node:path";
import { clearTimeout, setTimeout } from "node:timers";
import { fileURLToPath } from "node:url";
import { isMainThread, Worker } from "node:worker_threads";
import { ownModule } from "../../kernel/index.ts";
import {
  beatCell,
  createLoopMemory,
  limitCell,
  takePlace,
  underWayCell,
  type LoopMemory,
  type LoopPlace,
} from "./loop-memory.ts";

/** Runners replace it while a test has a clock of its own. */
const { nextTick } = process;
const shared: { memory?: LoopMemory } = {};

/** Gives work of this thread so many real milliseconds. Work that never gives the thread back, such as a loop without an end, is ended by another
 * thread a second later, and the thread goes on; what cannot be ended (it waits in the system) ends the process, with the reason on its standard error.
 * @param late what stands for the result then; it gets the file and line of the loop, where there is one */
export async function giveUpAfter<T>(
  ms: number,
  work: () => T | PromiseLike<T>,
  late: (where: string | undefined) => T | PromiseLike<T>,
): Promise<T> {
  const memory = (shared.memory ??= startGuard());
  const cells = new Int32Array(memory.cells);
  const others = Atomics.add(cells, underWayCell, 1);
  if (others === 0 || Atomics.load(cells, limitCell) < ms) Atomics.store(cells, limitCell, ms);
  Atomics.add(cells, beatCell, 1);
  let timer: NodeJS.Timeout | undefined;
  const isLate = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(late(nameOf(takePlace(memory)))), ms);
  });
  try {
    return await Promise.race([isLate, begun(work)]);
  } finally {
    clearTimeout(timer);
    Atomics.sub(cells, underWayCell, 1);
    Atomics.add(cells, beatCell, 1);
  }
}

/** Begins work on an empty stack, and when no promise has anything to do: what is ended takes with it what called it, and what waits for its turn. */
function begun<T>(work: () => T | PromiseLike<T>): Promise<T> {
  const begin = async () => work();
  return new Promise((resolve) => nextTick(() => resolve(begin())));
}

function startGuard(): LoopMemory {
  const memory = createLoopMemory();
  const guard = new Worker(ownModule("testing/scene/loop-guard-thread"), {
    workerData: { memory, canEnd: isMainThread },
    execArgv: [],
  });
  // Without it calls go on as well; only loops are not ended.
  guard.on("error", () => undefined);
  guard.unref();
  return memory;
}

/** File and line as their author has them: from the working folder, where it is below that. */
function nameOf(place: LoopPlace | undefined): string | undefined {
  if (place === undefined) return undefined;
  const entry = findSourceMap(place.url)?.findEntry(place.line, place.column);
  const { originalSource: url = place.url, originalLine: line = place.line } = (entry ?? {}) as Partial<SourceMapping>;
  const file = url.startsWith("file:") ? fileURLToPath(url.split(/[?#]/, 1)[0] ?? "") : url;
  const near = relative(process.cwd(), file);
  return `${near.startsWith("..") ? file : near}:${1 + line}`;
}
