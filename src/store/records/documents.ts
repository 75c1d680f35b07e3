import { AppError } from "../../kernel/index.ts";
import type { StoreDialect } from "../dialect.ts";
import type { DocumentRecords } from "../document-types.ts";
import { parseToken, toPage } from "../paging.ts";
import type { Db, DocumentTable } from "../tables.ts";
import { countRows } from "./count-rows.ts";

/** The records of a table of documents. */
export function createDocumentRecords<Record extends { readonly id: string }>(
  db: Db,
  dialect: StoreDialect,
  table: DocumentTable,
): DocumentRecords<Record> {
  const listing = table.replaceAll("_", "-");
  const read = ({ document }: { readonly document: string }) => JSON.parse(document) as Record;
  return {
    async insert(record) {
      try {
        await db
          .insertInto(table)
          .values({ id: record.id, document: JSON.stringify(record) })
          .execute();
      } catch (error) {
        if (!dialect.isUniqueViolation(error)) throw error;
        throw new AppError("STORE_DUPLICATE_ID", `A record of ${table} with the id ${record.id} exists.`, {
          cause: error,
        });
      }
    },
    async get(id) {
      const row = await db.selectFrom(table).select("document").where("id", "=", id).executeTakeFirst();
      return row && read(row);
    },
    async list({ limit, token }) {
      const rows = await db
        .selectFrom(table)
        .select(["seq", "document"])
        .where("seq", ">", parseToken(listing, token))
        .orderBy("seq")
        .limit(limit + 1)
        .execute();
      return toPage(listing, rows, limit, read);
    },
    async all() {
      return (await db.selectFrom(table).select("document").orderBy("seq").execute()).map(read);
    },
    count: () => countRows(db, table),
    async replace(record) {
      const result = await db
        .updateTable(table)
        .set({ document: JSON.stringify(record) })
        .where("id", "=", record.id)
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },
    async delete(id) {
      const result = await db.deleteFrom(table).where("id", "=", id).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
  };
}
