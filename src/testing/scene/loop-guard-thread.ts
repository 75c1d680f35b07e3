import { writeSync } from "node:fs";
import { Session, type Debugger } from "node:inspector/promises";
import { workerData } from "node:worker_threads";
import { beatCell, limitCell, tellPlace, underWayCell, type LoopMemory } from "./loop-memory.ts";

// A thread that looks whether the thread that it guards is held by work that should be over.
const { memory, canEnd } = workerData as { readonly memory: LoopMemory; readonly canEnd: boolean };
const cells = new Int32Array(memory.cells);
const everyMs = 200;
/** How long after its time work is looked at, and how long the thread may take to be stopped, on a machine with much to do. */
const [slackMs, stopsWithinMs] = [1_000, 10_000];
const mostEndings = 5;
const standardError = 2;
const seen = { beat: 0, at: performance.now(), endings: 0 };
const stopping: { since?: number | undefined } = {};

/** What is ended never tells hooks of asynchronous work (node:test has some) that it is over: it leaves them all, as Node itself does after an
 * uncaught error. Node shows that to programs by `process.binding` only. */
const leaveHooks = `(() => {
  const { noDeprecation } = process;
  process.noDeprecation = true;
  try {
    process.binding("async_wrap").clearAsyncIdStack();
    return true;
  } catch {
    return false;
  } finally {
    process.noDeprecation = noDeprecation;
  }
})()`;

setInterval(look, everyMs);

/** Work whose time is over ends by a timer of its own thread; where no timer comes, that thread is held, or has had no processor. */
function look(): void {
  const now = performance.now();
  const beat = Atomics.load(cells, beatCell);
  if (Atomics.load(cells, underWayCell) === 0 || beat !== seen.beat) {
    Object.assign(seen, { beat, at: now, endings: 0 });
    return;
  }
  const overMs = now - seen.at - Atomics.load(cells, limitCell);
  if (overMs < slackMs) return;
  const { since } = stopping;
  if (since !== undefined) {
    if (now - since > stopsWithinMs) endProcess();
    return;
  }
  if (!canEnd || seen.endings > mostEndings) endProcess();
  stopping.since = now;
  stop(overMs)
    .catch(() => endProcess())
    .finally(() => setTimeout(() => (stopping.since = undefined), slackMs));
}

/** Stops the main thread, looks where it is, and ends what runs there, if that is what holds it. */
async function stop(overMs: number): Promise<void> {
  const session = new Session();
  session.connectToMainThread();
  const urls = new Map<string, string>();
  session.on("Debugger.scriptParsed", ({ params: { scriptId, url } }) => void urls.set(scriptId, url));
  const paused = new Promise<readonly Debugger.CallFrame[]>((resolve) => {
    session.on("Debugger.paused", ({ params }) => resolve(params.callFrames));
  });
  await session.post("Debugger.enable");
  await session.post("Debugger.pause");
  const frames = (await paused).map(({ functionName, location: { scriptId, lineNumber, columnNumber = 0 } }) => {
    return { functionName, url: urls.get(scriptId) ?? "", line: lineNumber, column: columnNumber };
  });
  const isHeld = Atomics.load(cells, beatCell) === seen.beat && isWork(frames, overMs);
  if (isHeld) {
    seen.endings += 1;
    const place = frames.find(({ url }) => url.startsWith("file:"));
    if (place !== undefined) tellPlace(memory, place);
    const { result } = await session.post("Runtime.evaluate", { expression: leaveHooks });
    if (result.value !== true) endProcess();
  }
  session.post("Debugger.resume", { terminateOnResume: isHeld }).catch(() => undefined);
  session.disconnect();
}

/** Whether what is on the stack is work whose time is over. Work that goes on after an await has nothing on the stack that says so: as soon as it
 * is far over its time, what is there is taken for it. */
function isWork(frames: readonly { readonly functionName: string; readonly url: string }[], overMs: number): boolean {
  const others = frames.filter(({ url }) => !url.startsWith("node:") && !ours.test(url));
  if (others.length === 0) return false;
  const isBegun = frames.some(({ url, functionName }) => ours.test(url) && functionName === beginName);
  return isBegun || overMs > slackMs + 2 * Atomics.load(cells, limitCell);
}

/** The timer that gives work up, and the function that begins it. */
const [ours, beginName] = [/\/testing\/scene\/(loop-guard|function-under-test)\.[jt]s$/, "begin"] as const;

function endProcess(): never {
  const seconds = Atomics.load(cells, limitCell) / 1_000;
  writeSync(
    standardError,
    `\nThe function under test never gave the process back: it loops without an end, or waits in the system. It has ${seconds} real ` +
      "seconds (hangsAfterRealMs). The process of the tests is ended.\n",
  );
  process.kill(process.pid, "SIGKILL");
  throw new Error("the process is ended");
}
