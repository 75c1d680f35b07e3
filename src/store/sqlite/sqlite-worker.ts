/** The thread of one SQLite database: only here is a disk waited for. */
import { parentPort, workerData } from "node:worker_threads";
import { openSqliteDatabase, type SqliteDatabase } from "./sqlite-database.ts";
import type { SqliteAnswer, SqliteFailure, SqliteQuestion } from "./sqlite-messages.ts";

const tell = (answer: SqliteAnswer) => parentPort?.postMessage(answer);

try {
  serve(openSqliteDatabase((workerData as { readonly path: string }).path));
  tell("open");
} catch (error) {
  tell({ notOpen: failureOf(error) });
}

function serve(database: SqliteDatabase): void {
  parentPort?.on("message", (question: SqliteQuestion) => {
    if (question === "close") {
      database.close();
      parentPort?.close();
      return;
    }
    const { id } = question;
    try {
      if ("statement" in question) tell({ id, result: database.run(question.statement) });
      else tell({ id, unchanged: database.writeBatch(question.batch) });
    } catch (error) {
      tell({ id, failure: failureOf(error) });
    }
  });
}

/** Without the kernel's readers of errors: to load them takes longer than to open a database. */
function failureOf(error: unknown): SqliteFailure {
  if (!(error instanceof Error)) return { message: String(error), code: undefined };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return { message: error.message, code };
}
