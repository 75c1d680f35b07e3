import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ParticipantTag } from "../call/index.ts";
import { errorMessage, type Clock, type Logger, type TransactionId } from "../kernel/index.ts";
import type { MediaSession } from "../media/index.ts";

/** The sound of one leg: a WAV file in stereo, left what the far end says, right what it hears. */
export interface LegSound {
  readonly participantTag: ParticipantTag;
  /** Epoch milliseconds of its first sample. */
  readonly startedAt: number;
  /** Of the file as it is now. */
  readonly path: string;
  /** The leg is up: the file's header does not have its length yet. */
  readonly isGrowing: boolean;
}

/** The sound of the latest calls, for whoever looks at them while a function is written. */
export interface CallSounds {
  /** Keeps what is said and heard in a session from now on. */
  begin(
    leg: { readonly transactionId: TransactionId; readonly participantTag: ParticipantTag },
    session: MediaSession,
  ): void;
  /** Of a call, in the order in which their audio began; those that failed are left out. */
  of(transactionId: string): readonly LegSound[];
  /** Removes all files. Never rejects. */
  close(): Promise<void>;
}

/** Calls that are kept, legs of each, and how much of a leg. */
const mostCalls = 20;
const mostLegs = 8;
const longestMs = 600_000;

interface Kept {
  readonly path: string;
  readonly participantTag: ParticipantTag;
  readonly startedAt: number;
  state: "growing" | "whole" | "failed";
}

/** Keeps sounds in a folder of their own, which is emptied now and at the end. Failures are logged; calls go on. */
export async function createCallSounds(folder: string, clock: Clock, log: Logger): Promise<CallSounds> {
  const calls = new Map<string, Kept[]>();
  const remove = (path: string, recursive = false) =>
    rm(path, { force: true, recursive }).catch((error: unknown) =>
      log.warn({ path }, `the sound of a call could not be removed: ${errorMessage(error)}`),
    );
  await remove(folder, true);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const dropOldest = () => {
    for (const [id, legs] of calls) {
      if (calls.size <= mostCalls) return;
      // One that still grows is removed when it has ended.
      calls.delete(id);
      for (const leg of legs) if (leg.state !== "growing") void remove(leg.path);
    }
  };
  return {
    begin({ transactionId, participantTag }, session) {
      const legs = calls.get(transactionId) ?? [];
      if (legs.length === mostLegs) return;
      const path = join(folder, `${randomUUID()}.wav`);
      const leg: Kept = { path, participantTag, startedAt: clock.now(), state: "growing" };
      const recording = session.startRecording({ track: "both", path });
      const limit = clock.startTimer(longestMs, () => void recording.stop().catch(() => undefined));
      const isKept = () => calls.get(transactionId)?.includes(leg) === true;
      const ended = (state: Kept["state"], why?: unknown) => {
        limit.cancel();
        leg.state = state;
        if (state === "failed") log.debug({ transactionId, why }, "the sound of a leg was not kept");
        if (state === "failed" || !isKept()) void remove(path);
      };
      recording.ended.then(
        () => ended("whole"),
        (error: unknown) => ended("failed", errorMessage(error)),
      );
      calls.set(transactionId, [...legs, leg]);
      dropOldest();
    },
    of: (transactionId) =>
      (calls.get(transactionId) ?? [])
        .filter(({ state }) => state !== "failed")
        .map(({ participantTag, startedAt, path, state }) => {
          const isGrowing = state === "growing";
          return { participantTag, startedAt, isGrowing, path: isGrowing ? `${path}.part` : path };
        }),
    async close() {
      calls.clear();
      await remove(folder, true);
    },
  };
}
