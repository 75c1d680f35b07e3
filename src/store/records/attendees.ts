import type { CompiledQuery, Selectable } from "kysely";
import { AppError } from "../../kernel/index.ts";
import type { StoreDialect } from "../dialect.ts";
import type { Attendee, AttendeeCapabilities, AttendeeRecords } from "../meeting-types.ts";
import { parseToken, toPage } from "../paging.ts";
import type { AttendeeRow, Db } from "../tables.ts";

/** The records of attendees. They go with their meeting. */
export function createAttendeeRecords(db: Db, dialect: StoreDialect): AttendeeRecords {
  // A batch asks these a hundred times; composing a query costs more than running it.
  const insertion = composeInsertion(db);
  const byName = composeByName(db);
  const byId = db.selectFrom("attendees").selectAll().where("id", "=", "").compile();
  const find = async (query: CompiledQuery, ...parameters: readonly string[]) => {
    const { rows } = await db.executeQuery<Selectable<AttendeeRow>>({ ...query, parameters });
    const [row] = rows;
    return row === undefined ? undefined : fromRow(row);
  };
  return {
    async insert(attendee, limit) {
      const { id, meetingId, externalUserId, capabilities } = attendee;
      const { audio, video, content } = capabilities;
      const parameters = [id, meetingId, externalUserId, audio, video, content, meetingId, limit];
      try {
        const { numAffectedRows = 0n } = await dialect.oneAtATime(db, `attendees of ${meetingId}`, (alone) =>
          alone.executeQuery({ ...insertion, parameters }),
        );
        if (numAffectedRows > 0n) return { type: "inserted", attendee };
        const existing = await find(byName, meetingId, externalUserId);
        return existing === undefined ? { type: "full" } : { type: "existing", attendee: existing };
      } catch (error) {
        if (dialect.isForeignKeyViolation(error)) return { type: "no-meeting" };
        if (!dialect.isUniqueViolation(error)) throw error;
        throw new AppError("STORE_DUPLICATE_ID", `An attendee with the id ${id} exists.`, { cause: error });
      }
    },
    get: (id) => find(byId, id),
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
        .$if(exceptIds.length > 0, (some) => some.where("id", "not in", exceptIds))
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

/** One statement looks for room and takes it, so that no two can take the last place. Its parameters are the columns in this order, then the
 * meeting again and the limit. */
function composeInsertion(db: Db): CompiledQuery {
  const others = db
    .selectFrom("attendees")
    .select(({ fn }) => fn.countAll().as("count"))
    .where("meeting_id", "=", "");
  const columns = ["id", "meeting_id", "external_user_id", "audio", "video", "content"] as const;
  return db
    .insertInto("attendees")
    .columns(columns)
    .expression(
      db.selectNoFrom(({ val }) => columns.map((column) => val("").as(column))).where(({ eb }) => eb(others, "<", 0)),
    )
    .onConflict((conflict) => conflict.columns(["meeting_id", "external_user_id"]).doNothing())
    .compile();
}

function composeByName(db: Db): CompiledQuery {
  const named = db.selectFrom("attendees").selectAll().where("meeting_id", "=", "").where("external_user_id", "=", "");
  return named.compile();
}

function toColumns({ audio, video, content }: AttendeeCapabilities): AttendeeCapabilities {
  return { audio, video, content };
}

function fromRow({ id, meeting_id, external_user_id, audio, video, content }: Selectable<AttendeeRow>): Attendee {
  return {
    id,
    meetingId: meeting_id,
    externalUserId: external_user_id,
    capabilities: { audio, video, content },
  };
}
