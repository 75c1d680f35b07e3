import { AppError } from "../../kernel/index.ts";
import type { MediaLoad } from "../types.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** A worker gets no more sessions while its ticks are this late by its own work, so that those it carries keep their audio. A worker that is
 * late because others use the processors, or busy and yet on time, is not over-loaded. */
const mostLateMs = 5;
const mostShare = 0.7;

/** Up to this share a worker is filled before another is begun: packets that one thread wakes for together cost less, and what the other workers do
 * not use is left to signalling and functions. */
const fillShare = 0.5;

/** The worker for the next session, of those that have time: the busiest that needs less than half a processor, else the one that needs least. One
 * without sessions always has time. Throws `MEDIA_OVERLOADED` when none has. */
export function chooseWorker<Worker extends Pick<WorkerHandle, "load" | "expectedShare" | "sessionCount">>(
  workers: readonly Worker[],
): Worker {
  const [worker] = workers
    .filter((candidate) => candidate.sessionCount() === 0 || !isOverloaded(candidate.load()))
    .sort(
      (one, other) => order(one.expectedShare(), other.expectedShare()) || other.sessionCount() - one.sessionCount(),
    );
  if (worker !== undefined) return worker;
  const loads = workers.map((candidate) => describe(candidate.load())).join(", ") || "none runs";
  throw new AppError("MEDIA_OVERLOADED", `the media workers have too much to do (${loads})`, { retry: "later" });
}

/** Negative: the worker that needs `one` goes first. */
function order(one: number, other: number): number {
  return one < fillShare && other < fillShare ? other - one : one - other;
}

function isOverloaded({ lateMs, share }: MediaLoad): boolean {
  return lateMs > mostLateMs && share > mostShare;
}

function describe({ lateMs, share }: MediaLoad): string {
  return `${Math.round(share * 100)} % of a processor, ticks ${lateMs.toFixed(1)} ms late`;
}
