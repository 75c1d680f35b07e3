import { silentLogger } from "../../kernel/index.ts";
import { createStore, type Store } from "../../store/index.ts";

/** A store that ends with its process, for tests of rooms that know no more of the store than its types. */
export function openMemoryStore(): Promise<Store> {
  return createStore({ path: ":memory:", log: silentLogger, hasThread: false });
}
