import { createHistoryKeeper, type HistoryKeeper, type MachineSettings } from "../history/index.ts";
import type { Clock, Logger } from "../kernel/index.ts";
import type { Config } from "./config.ts";

/** The keeper of the calls' histories; undefined when the configuration wants none. */
export async function openHistories(
  { histories, limits, compatibility }: Config,
  clock: Clock,
  log: Logger,
): Promise<HistoryKeeper | undefined> {
  if (histories === undefined) return undefined;
  const settings: MachineSettings = { limits, compatibility };
  return createHistoryKeeper({ ...histories, settings, clock, log });
}
