import type { Clock, Timer } from "../../kernel/index.ts";
import type { FunctionOutput } from "../types.ts";

type Stream = FunctionOutput["stream"];

/** Bounds what the processes of one function print, so that no function fills the server's memory, its log, or its time. */
export interface OutputMeter {
  /** Whether another line of so many characters is shown in this second; when not, it is counted as left out. */
  shows(stream: Stream, characters: number): boolean;
  /** Whether anything is shown in the rest of this second. */
  isSpent(stream: Stream): boolean;
  /** Counts output that is left out, in bytes or characters. */
  leftOut(size: number): void;
  /** Counts bytes that were read. False: too many just now; read on when `resume` is called. */
  mayReadOn(bytes: number, resume: () => void): boolean;
  close(): void;
}

/** Of each stream of a function, all its processes together. */
export const shownPerSecond = { lines: 1_000, characters: 1_048_576 };
/** Reading costs time even if nothing is shown: beyond this, the function waits until its output is read. */
const readPerSlice = 2 * 1024 ** 2;
const sliceMs = 50;
const secondMs = 1_000;

/** Makes the meter of one function. `onLeftOut` is called once for each second in which something was left out. */
export function createOutputMeter(clock: Clock, onLeftOut: (bytes: number) => void): OutputMeter {
  const fresh = () => ({ stdout: { ...shownPerSecond }, stderr: { ...shownPerSecond } });
  const waiting: (() => void)[] = [];
  let budgets = fresh();
  let secondEndsMs = 0;
  let missing = 0;
  let second: Timer | undefined;
  let sliceBytes = 0;
  let slice: Timer | undefined;

  const budgetOf = (stream: Stream) => {
    const now = clock.monotonicMs();
    if (now >= secondEndsMs) {
      budgets = fresh();
      secondEndsMs = now + secondMs;
    }
    return budgets[stream];
  };
  const tell = (): void => {
    second = undefined;
    const bytes = missing;
    missing = 0;
    onLeftOut(bytes);
  };
  const leftOut = (bytes: number): void => {
    if (bytes === 0) return;
    missing += bytes;
    second ??= clock.startTimer(secondMs, tell);
  };
  const isSpent = (stream: Stream): boolean => {
    const budget = budgetOf(stream);
    return budget.lines <= 0 || budget.characters <= 0;
  };

  return {
    leftOut,
    isSpent,
    shows(stream, characters) {
      if (isSpent(stream)) {
        leftOut(characters);
        return false;
      }
      budgets[stream].lines -= 1;
      budgets[stream].characters -= characters;
      return true;
    },
    mayReadOn(bytes, resume) {
      sliceBytes += bytes;
      slice ??= clock.startTimer(sliceMs, () => {
        slice = undefined;
        sliceBytes = 0;
        for (const goOn of waiting.splice(0)) goOn();
      });
      if (sliceBytes <= readPerSlice) return true;
      waiting.push(resume);
      return false;
    },
    close() {
      slice?.cancel();
      second?.cancel();
      if (missing > 0) tell();
    },
  };
}
