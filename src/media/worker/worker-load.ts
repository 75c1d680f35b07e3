import type { MediaLoad } from "../types.ts";

/** What a worker said of its load lately. */
export interface WorkerLoad {
  /** Takes a report. @param share undefined: the system does not tell */
  report(lateMs: number, share: number | undefined, sessions: number): void;
  /** Its last session ended: what was reported is over. */
  clear(): void;
  /** Over the last second; 0 before there are as many reports. */
  latest(): MediaLoad;
  /** What `sessions` will need of a processor: what was reported last, and a usual leg's for each that came since. */
  expectedShare(sessions: number): number;
}

/** Reports that are looked at together: a hiccup, or the start of the thread, is no overload. */
const KEPT = 5;
/** A thousand legs fill a processor. */
const SHARE_OF_A_LEG = 0.001;

/** Makes the load of a worker that has said nothing. */
export function createWorkerLoad(): WorkerLoad {
  const loads: MediaLoad[] = [];
  let reported = 0;
  return {
    report(lateMs, told, sessions) {
      // Where the system does not tell, a late worker counts as busy.
      const share = told ?? (lateMs > 0 ? 1 : 0);
      loads.push({ lateMs, share });
      if (loads.length > KEPT) loads.shift();
      reported = sessions;
    },
    clear() {
      loads.length = reported = 0;
    },
    latest: () => ({
      lateMs: median(loads.map(({ lateMs }) => lateMs)),
      share: median(loads.map(({ share }) => share)),
    }),
    expectedShare: (sessions) => Math.max(0, (loads.at(-1)?.share ?? 0) + SHARE_OF_A_LEG * (sessions - reported)),
  };
}

/** The middle one. */
function median(values: readonly number[]): number {
  if (values.length < KEPT) return 0;
  return [...values].sort((one, other) => one - other)[Math.floor(KEPT / 2)] ?? 0;
}
