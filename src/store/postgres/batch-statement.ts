import type { BatchRow, BatchTable } from "../batch-table.ts";

/** One statement that writes the rows of all tables, and is thereby a transaction; each table has a parameter, a JSON text of its rows. It gives the
 * first value of each row of the first table that was written. */
export interface BatchStatement {
  readonly text: string;
  toParameters(rows: readonly (readonly BatchRow[])[]): string[];
}

/** Composes it. */
export function composeBatch(tables: readonly BatchTable[]): BatchStatement {
  const [first] = tables;
  const key = first?.columns[0]?.name;
  const insertions = tables.map((table, index) => {
    const returning = table === first ? ` returning ${key}` : "";
    return `${table.name}_written as (${insertionOf(table, index + 1)}${returning})`;
  });
  return {
    text: `with ${insertions.join(", ")} select ${key} as key from ${first?.name}_written`,
    toParameters: (rows) => rows.map((some) => JSON.stringify(some)),
  };
}

function insertionOf({ name, columns, onConflict }: BatchTable, parameter: number): string {
  const names = columns.map((column) => column.name).join(", ");
  const values = columns.map(({ type }, index) => (type === "text" ? `r->>${index}` : `(r->>${index})::${type}`));
  return `insert into ${name} (${names}) select ${values.join(", ")} from json_array_elements($${parameter}::json) r ${onConflict}`;
}
