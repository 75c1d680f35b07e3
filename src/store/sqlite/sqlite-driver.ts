import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from "kysely";
import { errorCode } from "../../kernel/index.ts";
import { tellAway } from "../tell-away.ts";
import type { SqliteBatch } from "./sqlite-database.ts";
import type { SqliteRunner } from "./sqlite-runner.ts";

/** The transaction that is open: nothing else runs until it has ended. */
interface OpenTransaction {
  readonly connection: DatabaseConnection;
  readonly ended: Promise<void>;
  readonly end: () => void;
}

/** Lets Kysely work on a runner. Statements go to it at once, one behind the other; while a transaction is open, those of others wait. */
export class SqliteDriver implements Driver {
  readonly #runner: SqliteRunner;
  #open: OpenTransaction | undefined;

  constructor(runner: SqliteRunner) {
    this.#runner = runner;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const connection: DatabaseConnection = {
      executeQuery: async <Row>(query: CompiledQuery): Promise<QueryResult<Row>> => {
        for (let open = this.#others(connection); open; open = this.#others(connection)) await open.ended;
        return this.#run<Row>(query.sql, query.parameters);
      },
      // oxlint-disable-next-line require-yield
      async *streamQuery() {
        throw new Error("the store reads whole pages");
      },
    };
    return connection;
  }

  /** It may write from its first statement on: one that began to read could find later that another process has written. */
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    for (let open = this.#others(connection); open; open = this.#others(connection)) await open.ended;
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    this.#open = { connection, ended, end };
    try {
      await this.#run("begin immediate");
    } catch (error) {
      this.#close(connection);
      throw error;
    }
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#run("commit");
    this.#close(connection);
  }

  /** Nothing is open any more when it has failed in a way after which SQLite itself gives a transaction up. */
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#run("rollback").catch(() => undefined);
    this.#close(connection);
  }

  /** Writes rows in one transaction, of which its thread hears by one message: in this turn, if no other transaction is open. */
  async writeBatch(batch: SqliteBatch): Promise<readonly number[]> {
    for (let open = this.#others(undefined); open; open = this.#others(undefined)) await open.ended;
    return tellAway(this.#runner.writeBatch(batch), isAway);
  }

  async releaseConnection(): Promise<void> {}

  destroy(): Promise<void> {
    return this.#runner.close();
  }

  /** Asked until there is none, and with nothing between that and what comes next: another one may begin in any turn. */
  #others(connection: DatabaseConnection | undefined): OpenTransaction | undefined {
    return this.#open?.connection === connection ? undefined : this.#open;
  }

  #close(connection: DatabaseConnection): void {
    if (this.#open?.connection !== connection) return;
    this.#open.end();
    this.#open = undefined;
  }

  async #run<Row>(sql: string, parameters: readonly unknown[] = []): Promise<QueryResult<Row>> {
    const { rows, changes } = await tellAway(this.#runner.run({ sql, parameters }), isAway);
    const result = { rows: rows as Row[] };
    return changes === undefined ? result : { ...result, numAffectedRows: BigInt(changes) };
  }
}

/** Its disk has no room, may only be read, or fails; or another process has it for too long. */
function isAway(error: unknown): boolean {
  return /^SQLITE_(FULL|READONLY|IOERR|CANTOPEN|NOMEM|BUSY|LOCKED|PROTOCOL)/.test(errorCode(error) ?? "");
}
