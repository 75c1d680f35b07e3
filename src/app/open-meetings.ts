import { join } from "node:path";
import { createMeetingHistories } from "../history/index.ts";
import type { Invoker } from "../invoke/index.ts";
import type { Clock, Logger } from "../kernel/index.ts";
import type { Media } from "../media/index.ts";
import {
  createEventOutlet,
  createMeetingRegistry,
  createMeetings,
  readTokenSecret,
  type MeetingOccurrence,
  type MeetingRegistry,
  type Meetings,
} from "../meetings/index.ts";
import * as descriptions from "../sdp/index.ts";
import type { Store } from "../store/index.ts";
import type { Cleanup } from "./cleanup.ts";
import type { Config } from "./config/config.ts";

/** What meetings are made of. */
export interface MeetingParts {
  readonly config: Config;
  readonly store: Store;
  readonly invoker: Invoker;
  readonly media: Media;
  readonly cleanup: Cleanup;
  /** Gets all that happens in meetings, in order. Must not throw. */
  readonly onOccurrence: (occurrence: MeetingOccurrence) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The meetings of a server: who may take part in them, for the API; and their rooms with the ways into them. */
export interface OpenedMeetings {
  readonly registry: MeetingRegistry;
  /** To be closed by its owner, before the port that browsers come by: that waits for its connections. */
  readonly rooms: Meetings;
  /** Files of meetings' histories to which something is still to be written. */
  historyFiles(): number;
}

/** Opens the registry of meetings, whose events go to the log, the webhook, functions and histories, and the rooms of those that the store kept.
 * Rejects with `MEETINGS_BAD_SECRET`. */
export async function openMeetings({ config, cleanup, onOccurrence, ...parts }: MeetingParts): Promise<OpenedMeetings> {
  const { region, accountId, meetings, dataFolder } = config;
  const { media, clock, log } = parts;
  const { histories: kept } = config;
  const histories =
    kept && (await createMeetingHistories({ ...kept, folder: join(kept.folder, "meetings"), clock, log }));
  if (histories !== undefined) cleanup.add(histories);
  const outlet = cleanup.add(createEventOutlet({ ...parts, region, accountId, webhook: meetings.webhook }));
  const registry = createMeetingRegistry({
    ...parts,
    tokenSecret: await readTokenSecret(join(dataFolder, "meeting-secret")),
    maxMeetings: meetings.maxMeetings,
    onOccurrence(occurrence) {
      outlet.tell(occurrence);
      histories?.add(occurrence);
      onOccurrence(occurrence);
    },
  });
  const { allowedOrigins } = meetings;
  const rooms = await createMeetings({ registry, media, descriptions, allowedOrigins, clock, log });
  return { registry, rooms, historyFiles: () => histories?.openFiles() ?? 0 };
}
