import { join } from "node:path";
import type { Invoker } from "../invoke/index.ts";
import type { Clock, Logger } from "../kernel/index.ts";
import { createEventOutlet, createMeetingRegistry, readTokenSecret, type MeetingRegistry } from "../meetings/index.ts";
import type { Store } from "../store/index.ts";
import type { Cleanup } from "./cleanup.ts";
import type { Config } from "./config/config.ts";

/** What meetings are made of. */
export interface MeetingParts {
  readonly config: Config;
  readonly store: Store;
  readonly invoker: Invoker;
  readonly cleanup: Cleanup;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Opens the registry of meetings, whose events go to the log, the webhook and functions. Rejects with `MEETINGS_BAD_SECRET`. */
export async function openMeetings({ config, cleanup, ...parts }: MeetingParts): Promise<MeetingRegistry> {
  const { region, accountId, meetings, dataFolder } = config;
  const outlet = cleanup.add(createEventOutlet({ ...parts, region, accountId, webhook: meetings.webhook }));
  return createMeetingRegistry({
    ...parts,
    tokenSecret: await readTokenSecret(join(dataFolder, "meeting-secret")),
    maxMeetings: meetings.maxMeetings,
    onOccurrence: outlet.tell,
  });
}
