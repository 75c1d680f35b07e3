import type { Selectable } from "kysely";
import { AppError } from "../../kernel/index.ts";
import type { StoreDialect } from "../dialect.ts";
import type { InsertMeetingOutcome, Meeting, MeetingClaim, MeetingRecords } from "../meeting-types.ts";
import { parseToken, toPage } from "../paging.ts";
import type { Db, MeetingRow } from "../tables.ts";

/** The records of meetings that have not ended. */
export function createMeetingRecords(db: Db, dialect: StoreDialect): MeetingRecords {
  // Each operation asks this; composing a query costs more than running it.
  const byId = db.selectFrom("meetings").selectAll().where("id", "=", "").compile();
  return {
    insert: (meeting, claim, limit) => insertMeeting(db, dialect, meeting, claim, limit),
    async get(id) {
      const { rows } = await db.executeQuery<Selectable<MeetingRow>>({ ...byId, parameters: [id] });
      const [row] = rows;
      return row === undefined ? undefined : fromRow(row);
    },
    async all() {
      return (await db.selectFrom("meetings").selectAll().orderBy("seq").execute()).map(fromRow);
    },
    async list({ limit, token }) {
      const rows = await db
        .selectFrom("meetings")
        .selectAll()
        .where("seq", ">", parseToken("meetings", token))
        .orderBy("seq")
        .limit(limit + 1)
        .execute();
      return toPage("meetings", rows, limit, fromRow);
    },
    async setTags(id, tags) {
      const changes = { tags: JSON.stringify(tags) };
      const result = await db.updateTable("meetings").set(changes).where("id", "=", id).executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },
    async delete(id) {
      const result = await db.deleteFrom("meetings").where("id", "=", id).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
  };
}

/** One statement looks for room and takes it; another request with the same token may be first. */
async function insertMeeting(
  db: Db,
  dialect: StoreDialect,
  meeting: Meeting,
  claim: MeetingClaim,
  limit: number,
): Promise<InsertMeetingOutcome> {
  const claimed = await findClaimed(db, claim);
  if (claimed !== undefined) return claimed;
  const row = toRow(meeting, claim);
  const all = db.selectFrom("meetings").select(({ fn }) => fn.countAll().as("count"));
  const columns = Object.keys(row) as (keyof typeof row)[];
  try {
    const { numInsertedOrUpdatedRows } = await dialect.oneAtATime(db, "meetings", (alone) =>
      alone
        .insertInto("meetings")
        .columns(columns)
        .expression(
          db
            .selectNoFrom(({ val }) => columns.map((column) => val(row[column]).as(column)))
            .where(({ eb }) => eb(all, "<", limit)),
        )
        .onConflict((conflict) => conflict.column("token_hash").doNothing())
        .executeTakeFirst(),
    );
    if (numInsertedOrUpdatedRows === 1n) return { type: "inserted" };
    return (await findClaimed(db, claim)) ?? { type: "full" };
  } catch (error) {
    if (!dialect.isUniqueViolation(error)) throw error;
    throw new AppError("STORE_DUPLICATE_ID", `A meeting with the id ${meeting.id} exists.`, { cause: error });
  }
}

async function findClaimed(db: Db, { tokenHash }: MeetingClaim): Promise<InsertMeetingOutcome | undefined> {
  const row = await db.selectFrom("meetings").selectAll().where("token_hash", "=", tokenHash).executeTakeFirst();
  return row === undefined ? undefined : { type: "claimed", meeting: fromRow(row), requestHash: row.request_hash };
}

function toRow(meeting: Meeting, claim: MeetingClaim): Omit<Selectable<MeetingRow>, "seq"> {
  return {
    id: meeting.id,
    external_id: meeting.externalMeetingId ?? null,
    media_region: meeting.mediaRegion,
    host_id: meeting.hostId ?? null,
    features: JSON.stringify(meeting.features),
    notifications: JSON.stringify(meeting.notifications),
    tenant_ids: JSON.stringify(meeting.tenantIds),
    tags: JSON.stringify(meeting.tags),
    token_hash: claim.tokenHash,
    request_hash: claim.requestHash,
    created_at: meeting.createdAt,
  };
}

function fromRow(row: Selectable<MeetingRow>): Meeting {
  return {
    id: row.id,
    ...(row.external_id === null ? {} : { externalMeetingId: row.external_id }),
    mediaRegion: row.media_region,
    ...(row.host_id === null ? {} : { hostId: row.host_id }),
    features: JSON.parse(row.features) as Meeting["features"],
    notifications: JSON.parse(row.notifications) as Meeting["notifications"],
    tenantIds: JSON.parse(row.tenant_ids) as Meeting["tenantIds"],
    tags: JSON.parse(row.tags) as Meeting["tags"],
    createdAt: Number(row.created_at),
  };
}
