import type { Clock, Timer } from "./clock.ts";
import type { Logger } from "./log.ts";

/** Something that was refused or dropped. */
export interface CauseEntry {
  /** One of a fixed set of words. */
  readonly cause: string;
  /** debug: it is no news, and only counted. */
  readonly level: "error" | "warn" | "info" | "debug";
  readonly facts: object;
  /** One sentence. */
  readonly text: string;
}

/** Counts what is refused, and logs it so that a flood does not fill the log. */
export interface CauseLog {
  note(entry: CauseEntry): void;
  /** Counts one more of a cause, of which nothing is said. */
  count(cause: string): void;
  /** Counts by cause, since the start. */
  counts(): Readonly<Record<string, number>>;
  /** Logs what was left out so far; then nothing more is logged by a timer. */
  close(): void;
}

/** Each cause is logged at most once in this time. */
const quietMs = 60_000;
/** Most causes that are counted separately: more than there are. Further ones are counted together. */
const mostCauses = 100;
const otherCause = "other";

interface Counted {
  count: number;
  /** Since the last line. */
  leftOut: number;
  latest: CauseEntry | undefined;
  timer: Timer | undefined;
}

/** Makes such a log. The first of a cause has its line at once; those of the next minute are one more line at its end, with their number. At level
 * debug each has its line. */
export function createCauseLog(clock: Clock, log: Logger): CauseLog {
  const causes = new Map<string, Counted>();
  const countedOf = (cause: string): Counted => {
    const name = causes.has(cause) || causes.size < mostCauses ? cause : otherCause;
    const counted = causes.get(name) ?? { count: 0, leftOut: 0, latest: undefined, timer: undefined };
    causes.set(name, counted);
    return counted;
  };
  const waitQuietly = (counted: Counted) => {
    counted.timer = clock.startTimer(quietMs, () => {
      counted.timer = undefined;
      if (sayLeftOut(counted, log)) waitQuietly(counted);
    });
  };
  return {
    note(entry) {
      const { cause, level, facts, text } = entry;
      const counted = countedOf(cause);
      counted.count++;
      if (level === "debug" || counted.timer !== undefined) log.debug(facts, text);
      if (level === "debug") return;
      if (counted.timer === undefined) {
        log[level](facts, text);
        waitQuietly(counted);
      } else {
        counted.leftOut++;
        counted.latest = entry;
      }
    },
    count: (cause) => void countedOf(cause).count++,
    counts: () => Object.fromEntries([...causes].map(([cause, { count }]) => [cause, count])),
    close() {
      for (const counted of causes.values()) {
        counted.timer?.cancel();
        sayLeftOut(counted, log);
      }
    },
  };
}

function sayLeftOut(counted: Counted, log: Logger): boolean {
  const { latest, leftOut } = counted;
  if (latest === undefined) return false;
  log[latest.level]({ ...latest.facts, leftOut }, `${leftOut} more in the last minute; the latest: ${latest.text}`);
  counted.leftOut = 0;
  counted.latest = undefined;
  return true;
}
