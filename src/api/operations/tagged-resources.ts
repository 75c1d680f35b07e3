import { AppError } from "../../kernel/index.ts";
import type { OwnedRecords, RecordOrigin, ResourceTag } from "../../store/index.ts";
import { refuse } from "../refuse.ts";
import { readResourceArn } from "../resource-arn.ts";
import type { ServiceName } from "../wire/model.ts";
import { shownTags } from "../wire/origin-mark.ts";
import { findConnector, findGroup } from "./connectors/find.ts";
import { findApplication } from "./find.ts";
import { findOwnNumber } from "./numbers/inventory.ts";
import type { OperationContext } from "./operation.ts";

/** Something that has tags. */
export interface Tagged {
  /** For people: "meeting". */
  readonly what: string;
  readonly service: ServiceName;
  readonly shown: readonly ResourceTag[];
  /** Replaces the tags by what `change` makes of them. Rejects with what that throws, and where the resource has gone meanwhile. */
  change(change: (tags: readonly ResourceTag[]) => readonly ResourceTag[]): Promise<void>;
}

type Find = (id: string, context: OperationContext, arn: string) => Promise<Tagged>;

/** What can have tags, by how its ARN calls it. Contract: api-tags */
const kinds: Readonly<Record<string, Find>> = {
  sma: async (id, context) => {
    const { store } = context;
    const application = await findApplication(store, id);
    return {
      ...{ what: "SIP media application", service: "voice", shown: shownTags(application) },
      change: async (change) => {
        const now = await findApplication(store, id);
        await store.applications.update({ ...now, tags: change(now.tags) });
      },
    };
  },
  vc: (id, context) => inRecords("Voice Connector", context, "connectors", (records) => findConnector(records, id)),
  vcg: (id, context) => inRecords("Voice Connector group", context, "groups", (records) => findGroup(records, id)),
  "phone-number": (id, context) =>
    inRecords("phone number", context, "numbers", (records) => findOwnNumber(id, records, context)),
  meeting: async (id, { meetings }, arn) => {
    const meeting = await meetings.findMeeting(id);
    if (meeting === undefined) throw noMeeting(arn);
    return {
      ...{ what: "meeting", service: "meetings", shown: meeting.tags },
      change: async (change) => {
        if (!(await meetings.setMeetingTags(id, change(meeting.tags)))) throw noMeeting(arn);
      },
    };
  },
};

/** What an ARN names, of which the Region and the account do not matter. Rejects with `API_NOT_FOUND`, of meetings with `API_NO_RESOURCE`. */
export async function findTagged(arn: string, context: OperationContext): Promise<Tagged> {
  const { kind = "", id = "" } = readResourceArn(arn) ?? {};
  const find = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (find !== undefined) return find(id, context, arn);
  const known = Object.keys(kinds).join(", ");
  const shown = JSON.stringify(arn.slice(0, 200));
  throw refuse("API_NOT_FOUND", `ResourceARN is ${shown}, which names nothing that has tags; those are ${known}.`);
}

interface TaggedRecord {
  readonly origin: RecordOrigin;
  readonly tags: readonly ResourceTag[];
}

async function inRecords<Found extends TaggedRecord>(
  what: string,
  { store }: OperationContext,
  table: "connectors" | "groups" | "numbers",
  find: (records: OwnedRecords) => Promise<Found>,
): Promise<Tagged> {
  return {
    ...{ what, service: "voice", shown: shownTags(await find(store)) },
    change: (change) =>
      store.atomically(async (records) => {
        const now = await find(records);
        const writers = {
          connectors: records.connectors.replace,
          groups: records.groups.replace,
          numbers: records.numbers.update,
        };
        await (writers[table] as (record: object) => Promise<boolean>)({ ...now, tags: change(now.tags) });
      }),
  };
}

function noMeeting(arn: string): Error {
  const why = `There is no meeting with the ARN ${JSON.stringify(arn.slice(0, 200))}.`;
  return new AppError("API_NO_RESOURCE", why, { details: { resourceName: arn } });
}
