import type { Db, DocumentTable } from "../tables.ts";

/** How many rows a table has. */
export async function countRows(
  db: Db,
  table: "applications" | "rules" | "detail_records" | DocumentTable,
): Promise<number> {
  const counting = db.selectFrom(table).select(({ fn }) => fn.countAll().as("count"));
  return Number((await counting.executeTakeFirstOrThrow()).count);
}
