import type { Page, PageRequest } from "./page.ts";

/** Records that are kept and found whole, by id. */
export interface DocumentRecords<Record extends { readonly id: string }> {
  /** Rejects with `STORE_DUPLICATE_ID`. */
  insert(record: Record): Promise<void>;
  get(id: string): Promise<Record | undefined>;
  /** In order of creation. Rejects with `STORE_BAD_TOKEN` on a token that is not ours. */
  list(page: PageRequest): Promise<Page<Record>>;
  all(): Promise<readonly Record[]>;
  count(): Promise<number>;
  /** False when there is none with the id. */
  replace(record: Record): Promise<boolean>;
  delete(id: string): Promise<boolean>;
}
