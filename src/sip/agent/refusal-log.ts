import { createCauseLog, type Clock, type Logger } from "../../kernel/index.ts";
import type { RefusalCause } from "../refusal-causes.ts";
import type { Refusal } from "../types.ts";

/** Counts and logs refusals. */
export interface RefusalLog {
  note(refusal: Refusal, level: "error" | "warn" | "info" | "debug"): void;
  /** Counts one more of a cause whose messages are not looked at. */
  count(cause: RefusalCause): void;
  /** Counts by cause, since the start. */
  counts(): Readonly<Record<string, number>>;
  /** Logs what was left out so far; then nothing more is logged by a timer. */
  close(): void;
}

const longestText = 200;

/** Makes the log of refusals of SIP messages.
 * @param onRefusal gets each */
export function createRefusalLog(
  clock: Clock,
  log: Logger,
  onRefusal: ((refusal: Refusal) => void) | undefined,
): RefusalLog {
  const causes = createCauseLog(clock, log);
  return {
    note(refusal, level) {
      onRefusal?.(refusal);
      causes.note({ cause: refusal.cause, level, facts: factsOf(refusal), text: describeRefusal(refusal) });
    },
    count: (cause) => causes.count(cause),
    counts: causes.counts,
    close: causes.close,
  };
}

/** A refusal in one sentence. */
export function describeRefusal({ status, cause, method, peer, why }: Refusal): string {
  const outcome = status === undefined ? "dropped" : `refused with ${status}`;
  // The connections of others are from them; this one is ours.
  const way = cause === "certificate-not-trusted" ? "to" : "from";
  return `${method} ${way} ${peer.host}:${peer.port} ${outcome} (${cause}): ${why.slice(0, 10 * longestText)}`;
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
