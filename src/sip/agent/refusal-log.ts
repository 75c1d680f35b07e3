import type { Clock, Logger, Timer } from "../../kernel/index.ts";
import type { Refusal } from "../types.ts";

/** Counts and logs refusals. */
export interface RefusalLog {
  note(refusal: Refusal, level: "error" | "warn" | "info" | "debug"): void;
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
const longestText = 200;

interface Entry {
  count: number;
  /** Since the last line. */
  leftOut: number;
  latest: { readonly refusal: Refusal; readonly level: "error" | "warn" | "info" | "debug" } | undefined;
  timer: Timer | undefined;
}

/** Makes the log of refusals. The first of a cause has its line at once; those of the next minute are one more line at its end, with their
 * number. At level debug each has its line.
 * @param onRefusal gets each */
export function createRefusalLog(
  clock: Clock,
  log: Logger,
  onRefusal: ((refusal: Refusal) => void) | undefined,
): RefusalLog {
  const entries = new Map<string, Entry>();
  const entryOf = (cause: string): Entry => {
    const name = entries.has(cause) || entries.size < mostCauses ? cause : otherCause;
    const entry = entries.get(name) ?? { count: 0, leftOut: 0, latest: undefined, timer: undefined };
    entries.set(name, entry);
    return entry;
  };
  const waitQuietly = (entry: Entry) => {
    entry.timer = clock.startTimer(quietMs, () => {
      entry.timer = undefined;
      if (sayLeftOut(entry, log)) waitQuietly(entry);
    });
  };
  return {
    note(refusal, level) {
      onRefusal?.(refusal);
      const entry = entryOf(refusal.cause);
      entry.count++;
      if (level === "debug" || entry.timer !== undefined) log.debug(factsOf(refusal), describeRefusal(refusal));
      if (level === "debug") return;
      if (entry.timer === undefined) {
        log[level](factsOf(refusal), describeRefusal(refusal));
        waitQuietly(entry);
      } else {
        entry.leftOut++;
        entry.latest = { refusal, level };
      }
    },
    counts: () => Object.fromEntries([...entries].map(([cause, { count }]) => [cause, count])),
    close() {
      for (const entry of entries.values()) {
        entry.timer?.cancel();
        sayLeftOut(entry, log);
      }
    },
  };
}

function sayLeftOut(entry: Entry, log: Logger): boolean {
  const { latest, leftOut } = entry;
  if (latest === undefined) return false;
  const { refusal, level } = latest;
  log[level](
    { ...factsOf(refusal), leftOut },
    `${leftOut} more in the last minute; the latest: ${describeRefusal(refusal)}`,
  );
  entry.leftOut = 0;
  entry.latest = undefined;
  return true;
}

/** A refusal in one sentence. */
export function describeRefusal({ status, cause, method, peer, why }: Refusal): string {
  const outcome = status === undefined ? "dropped" : `refused with ${status}`;
  return `${method} from ${peer.host}:${peer.port} ${outcome} (${cause}): ${why.slice(0, 10 * longestText)}`;
}

function factsOf(refusal: Refusal): object {
  const { cause, status, method, peer, requestUri, from, sipCallId, error } = refusal;
  return {
    ...{ refusal: cause, status, method, peer },
    called: requestUri?.slice(0, longestText),
    caller: from?.slice(0, longestText),
    sipCallId: sipCallId?.slice(0, longestText),
    ...(error === undefined ? {} : { err: error }),
  };
}
