import { openSqliteDatabase } from "./sqlite-database.ts";
import type { SqliteRunner } from "./sqlite-runner.ts";

/** A database in the caller's thread, which waits for it: for tests, which have nothing else to do. */
export async function openInline(path: string): Promise<SqliteRunner> {
  const database = openSqliteDatabase(path);
  return {
    run: async (statement) => database.run(statement),
    writeBatch: async (batch) => database.writeBatch(batch),
    close: async () => database.close(),
  };
}
