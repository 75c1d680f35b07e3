import type { Clock, Logger } from "../kernel/index.ts";

const minuteMs = 60_000;
/** Most lines a minute: enough for somebody who looks for a fault. */
const mostLines = 100;

/** What was refused, line by line. */
export interface RefusalLines {
  note(facts: object, message: string): void;
}

/** Logs refusals, at most a hundred a minute; the others are counted in one more line at the end of the minute, with the latest. At level debug
 * each has its line. */
export function createRefusalLines(log: Logger, clock: Clock): RefusalLines {
  const minute = { lines: 0, leftOut: 0, latest: {} as object };
  const endMinute = () => {
    const { leftOut, latest } = minute;
    minute.lines = 0;
    minute.leftOut = 0;
    if (leftOut > 0) log.info({ ...latest, leftOut }, `${leftOut} more API refusals in the last minute; the latest`);
  };
  return {
    note(facts, message) {
      if (minute.lines === 0) clock.startTimer(minuteMs, endMinute);
      minute.lines++;
      if (minute.lines <= mostLines) return log.info(facts, message);
      minute.leftOut++;
      minute.latest = facts;
      return log.debug(facts, message);
    },
  };
}
