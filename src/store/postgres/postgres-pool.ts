import { createRequire } from "node:module";
import type { PostgresPool } from "kysely";
import type * as Pg from "pg";
import { errorMessage, type Logger } from "../../kernel/index.ts";

/** Where a PostgreSQL database is, and how it is used. */
export interface PostgresOptions {
  /** postgresql://user@host:port/database, with the parameters of libpq; a password in it may stand in no log. */
  readonly url: string;
  /** In place of one in the URL. */
  readonly password: string | undefined;
  readonly log: Logger;
}

/** Most connections of one server. Statements are short; what is more waits. */
const mostConnections = 10;
/** How long one may take to come into being, a statement to run there, and its answer to come here, milliseconds. */
const connectMs = 2_000;
const statementMs = 10_000;
const answerMs = 15_000;
const int8 = 20;

/** A statement that each connection prepares once. */
export interface NamedStatement {
  readonly name: string;
  readonly text: string;
  readonly values: string[];
}

/** Connections as Kysely wants them, and a short way to write. */
export interface OpenPostgresPool extends PostgresPool {
  /** Runs a statement, which is a transaction of its own and gives a column `key`. */
  write(statement: NamedStatement): Promise<readonly string[]>;
}

/** Connections to the database, made when they are needed and again after they broke. */
export function openPostgresPool({ url, password, log }: PostgresOptions): OpenPostgresPool {
  // Loaded where PostgreSQL is used only.
  const { Pool, types } = createRequire(import.meta.url)("pg") as typeof Pg;
  const pool = new Pool({
    connectionString: withPassword(url, password),
    application_name: "offhook",
    max: mostConnections,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: 30_000,
    idle_in_transaction_session_timeout: answerMs,
    statement_timeout: statementMs,
    query_timeout: answerMs,
    keepAlive: true,
    // Times and numbers of rows are below 2^53.
    types: {
      getTypeParser: (oid, format): unknown => (oid === int8 ? Number : types.getTypeParser(oid, format)),
    },
  });
  const tell = (error: Error) => log.warn({ err: error }, `a connection to PostgreSQL broke: ${errorMessage(error)}`);
  pool.on("error", tell);
  return {
    connect: async () => clientOf(await pool.connect(), tell),
    write: async (statement) => (await pool.query<{ readonly key: string }>(statement)).rows.map(({ key }) => key),
    end: () => pool.end(),
  };
}

type Client = Awaited<ReturnType<PostgresPool["connect"]>>;

/** One connection, which is not used again once something other than the database failed: an answer may still be under way. */
function clientOf(client: Pg.PoolClient, tell: (error: Error) => void): Client {
  let isBroken = false;
  // Between two statements nobody else hears of it, and an error that nobody hears ends the process.
  const onBroken = (error: Error) => {
    isBroken = true;
    tell(error);
  };
  client.on("error", onBroken);
  const query = async (text: string, parameters: readonly unknown[]) => {
    try {
      return await client.query(text, parameters.map(withoutNul));
    } catch (error) {
      isBroken ||= !(error instanceof Error && "severity" in error);
      throw error;
    }
  };
  // Of the two forms that Kysely's interface has, the one with a cursor is for reading as a stream.
  const release = () => {
    if (!isBroken) client.off("error", onBroken);
    client.release(isBroken);
  };
  return { query: query as unknown as Client["query"], release };
}

/** PostgreSQL has no text with the character 0, which callers can send. */
function withoutNul(value: unknown): unknown {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\ufffd") : value;
}

function withPassword(url: string, password: string | undefined): string {
  if (password === undefined) return url;
  return `${url}${url.includes("?") ? "&" : "?"}password=${encodeURIComponent(password)}`;
}
