import type { Dialect } from "kysely";

/** What differs between the databases that the records run on. The queries themselves are common to all. */
export interface StoreDialect {
  readonly name: "sqlite";
  readonly kysely: Dialect;
  /** Whether `error` says that a row refers to one that does not exist, or is still referred to. */
  isForeignKeyViolation(error: unknown): boolean;
  /** Whether `error` says that a unique value exists already. */
  isUniqueViolation(error: unknown): boolean;
}
