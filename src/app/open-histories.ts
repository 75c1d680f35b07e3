import { actions } from "../actions/index.ts";
import { createHistoryStore, type HistoryStore } from "../history/index.ts";
import type { Clock, Logger } from "../kernel/index.ts";
import type { Cleanup } from "./cleanup.ts";
import type { Config } from "./config/config.ts";

/** What they are opened with. */
interface Parts {
  readonly config: Pick<Config, "limits" | "compatibility" | "histories">;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Opens the histories of calls; undefined: none are written. */
export async function openHistories(
  { config, clock, log }: Parts,
  cleanup: Cleanup,
): Promise<HistoryStore | undefined> {
  const { limits, compatibility, histories } = config;
  if (histories === undefined) return undefined;
  return cleanup.add(
    await createHistoryStore({ ...histories, settings: { limits, compatibility }, actions, clock, log }),
  );
}
