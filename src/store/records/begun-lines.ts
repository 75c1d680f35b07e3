import type { CallChange } from "../call-types.ts";
import type { StoreDialect } from "../dialect.ts";
import type { Db } from "../tables.ts";
import { callRowsOf, callTables } from "./call-changes.ts";

/** Calls that are looked for at one time. */
const mostAtOnce = 200;

/** The beginning of a call as a line: the call, and its state, which is JSON as it is. */
export function lineOfBegun({ call, state }: CallChange): string {
  return `{"call":${JSON.stringify(call)},"state":${state ?? "null"}}`;
}

/** Makes rows of those of them that have none. */
export async function writeBegunLines(db: Db, dialect: StoreDialect, lines: readonly string[]): Promise<void> {
  const writeBatch = dialect.prepareBatch(callTables);
  const begun = lines.flatMap((line) => readBegun(line) ?? []);
  for (let at = 0; at < begun.length; at += mostAtOnce) {
    const some = begun.slice(at, at + mostAtOnce);
    const ids = some.map(({ call }) => call.transactionId);
    const rows = await db.selectFrom("calls").select("transaction_id").where("transaction_id", "in", ids).execute();
    const known = new Set(rows.map(({ transaction_id: id }) => id));
    for (const change of some.filter(({ call }) => !known.has(call.transactionId)))
      await writeBatch(callRowsOf([change], undefined)).catch((error: unknown) => {
        // Its process could not write it either.
        if (!dialect.isRefusal(error)) throw error;
      });
  }
}

/** undefined: a disk that had no room took a part of it. */
function readBegun(line: string): CallChange | undefined {
  try {
    const { call, state } = JSON.parse(line) as { readonly call: CallChange["call"]; readonly state: object | null };
    return {
      ...{ call, state: state === null ? undefined : JSON.stringify(state) },
      ...{ legs: [], invocations: [], facts: [], records: [] },
    };
  } catch {
    return undefined;
  }
}
