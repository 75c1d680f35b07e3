import { AppError } from "../../kernel/index.ts";
import type { StoreDialect } from "../dialect.ts";
import { parseToken, toPage } from "../paging.ts";
import type { ApplicationRow, Db } from "../tables.ts";
import { countRows } from "./count-rows.ts";
import type { ApplicationRecords, SipMediaApplication } from "../types.ts";
import type { Selectable } from "kysely";

/** The records of SIP media applications. */
export function createApplicationRecords(db: Db, dialect: StoreDialect): ApplicationRecords {
  // Each call asks this; composing a query costs more than running it.
  const byId = db.selectFrom("applications").selectAll().where("id", "=", "").compile();
  return {
    async insert(application) {
      try {
        await db.insertInto("applications").values(toRow(application)).execute();
      } catch (error) {
        if (!dialect.isUniqueViolation(error)) throw error;
        throw new AppError("STORE_DUPLICATE_ID", `An application with the id ${application.id} exists.`, {
          cause: error,
        });
      }
    },
    async get(id) {
      const { rows } = await db.executeQuery<Selectable<ApplicationRow>>({ ...byId, parameters: [id] });
      const [row] = rows;
      return row === undefined ? undefined : fromRow(row);
    },
    async list({ limit, token }) {
      const rows = await db
        .selectFrom("applications")
        .selectAll()
        .where("seq", ">", parseToken("applications", token))
        .orderBy("seq")
        .limit(limit + 1)
        .execute();
      return toPage("applications", rows, limit, fromRow);
    },
    count: () => countRows(db, "applications"),
    async update(application) {
      const { id, ...changes } = toRow(application);
      const result = await db.updateTable("applications").set(changes).where("id", "=", id).executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },
    async delete(id) {
      try {
        // Asked first, since a statement that fails ends the transaction that it is in.
        const uses = db.selectFrom("rule_targets").select("rule_id").where("application_id", "=", id);
        const unused = db.deleteFrom("applications").where(({ not, exists }) => not(exists(uses)));
        const result = await unused.where("id", "=", id).executeTakeFirst();
        if (result.numDeletedRows > 0n) return "deleted";
        const found = await db.selectFrom("applications").select("id").where("id", "=", id).executeTakeFirst();
        return found === undefined ? "not-found" : "in-use";
      } catch (error) {
        if (dialect.isForeignKeyViolation(error)) return "in-use";
        throw error;
      }
    },
  };
}

function toRow(application: SipMediaApplication): Omit<Selectable<ApplicationRow>, "seq"> {
  return {
    id: application.id,
    name: application.name,
    region: application.region,
    function_arn: application.functionArn,
    tags: JSON.stringify(application.tags),
    origin: application.origin,
    created_at: application.createdAt,
    updated_at: application.updatedAt,
    message_logs: application.messageLogs === true ? 1 : 0,
  };
}

function fromRow(row: Selectable<ApplicationRow>): SipMediaApplication {
  return {
    id: row.id,
    name: row.name,
    region: row.region,
    functionArn: row.function_arn,
    tags: JSON.parse(row.tags) as SipMediaApplication["tags"],
    ...(row.message_logs === 0 ? {} : { messageLogs: true }),
    origin: row.origin,
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}
