import type { Selectable } from "kysely";
import { AppError } from "../../kernel/index.ts";
import type { StoreDialect } from "../dialect.ts";
import type { Attendee, AttendeeCapabilities, AttendeeRecords, InsertAttendeeOutcome } from "../meeting-types.ts";
import { parseToken, toPage } from "../paging.ts";
import type { AttendeeRow, Db } from "../tables.ts";

/** The records of attendees. They go with their meeting. */
export function createAttendeeRecords(db: Db, dialect: StoreDialect): AttendeeRecords {
  return {
    insert: (attendee, limit) => insertAttendee(db, dialect, attendee, limit),
    async get(id) {
      const row = await db.selectFrom("attendees").selectAll().where("id", "=", id).executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },
    async list({ limit, token, meetingId }) {
      const rows = await db
        .selectFrom("attendees")
        .selectAll()
        .where("meeting_id", "=", meetingId)
        .where("seq", ">", parseToken(`attendees-${meetingId}`, token))
        .orderBy("seq")
        .limit(limit + 1)
        .execute();
      return toPage(`attendees-${meetingId}`, rows, limit, fromRow);
    },
    async setCapabilities(id, capabilities) {
      const update = db.updateTable("attendees").set(toColumns(capabilities)).where("id", "=", id);
      const row = await update.returningAll().executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },
    async setCapabilitiesOfAll(meetingId, exceptIds, capabilities) {
      const { audio, video, content } = capabilities;
      const rows = await db
        .updateTable("attendees")
        .set(toColumns(capabilities))
        .where("meeting_id", "=", meetingId)
        .where("id", "not in", exceptIds)
        .where(({ or, eb }) => or([eb("audio", "<>", audio), eb("video", "<>", video), eb("content", "<>", content)]))
        .returningAll()
        .execute();
      return rows.map(fromRow);
    },
    async delete(id) {
      const result = await db.deleteFrom("attendees").where("id", "=", id).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
  };
}

async function insertAttendee(
  db: Db,
  dialect: StoreDialect,
  attendee: Attendee,
  limit: number,
): Promise<InsertAttendeeOutcome> {
  try {
    return await db.transaction().execute(async (transaction): Promise<InsertAttendeeOutcome> => {
      const existing = await findByName(transaction, attendee);
      if (existing !== undefined) return { type: "existing", attendee: existing };
      const { count } = await transaction
        .selectFrom("attendees")
        .select(({ fn }) => fn.countAll().as("count"))
        .where("meeting_id", "=", attendee.meetingId)
        .executeTakeFirstOrThrow();
      if (Number(count) >= limit) return { type: "full" };
      await transaction.insertInto("attendees").values(toRow(attendee)).execute();
      return { type: "inserted", attendee };
    });
  } catch (error) {
    if (dialect.isForeignKeyViolation(error)) return { type: "no-meeting" };
    if (!dialect.isUniqueViolation(error)) throw error;
    // Another process on the same database was first.
    const existing = await findByName(db, attendee);
    if (existing !== undefined) return { type: "existing", attendee: existing };
    throw new AppError("STORE_DUPLICATE_ID", `An attendee with the id ${attendee.id} exists.`, { cause: error });
  }
}

async function findByName(db: Db, { meetingId, externalUserId }: Attendee): Promise<Attendee | undefined> {
  const row = await db
    .selectFrom("attendees")
    .selectAll()
    .where("meeting_id", "=", meetingId)
    .where("external_user_id", "=", externalUserId)
    .executeTakeFirst();
  return row === undefined ? undefined : fromRow(row);
}

function toColumns({ audio, video, content }: AttendeeCapabilities): AttendeeCapabilities {
  return { audio, video, content };
}

function toRow({ id, meetingId, externalUserId, capabilities }: Attendee): Omit<Selectable<AttendeeRow>, "seq"> {
  return { id, meeting_id: meetingId, external_user_id: externalUserId, ...toColumns(capabilities) };
}

function fromRow({ id, meeting_id, external_user_id, audio, video, content }: Selectable<AttendeeRow>): Attendee {
  return {
    id,
    meetingId: meeting_id,
    externalUserId: external_user_id,
    capabilities: { audio, video, content },
  };
}
