import type { CreateTableBuilder, Kysely } from "kysely";
import { PostgresAdapter } from "../kysely.ts";

/** Adds the column `seq`, which grows with each row, as each database has it. */
export function addSequence(db: Kysely<unknown>) {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  return <Table extends string>(table: CreateTableBuilder<Table>): CreateTableBuilder<Table, "seq"> =>
    isPostgres
      ? table.addColumn("seq", "bigserial", (column) => column.primaryKey())
      : table.addColumn("seq", "integer", (column) => column.primaryKey().autoIncrement());
}
