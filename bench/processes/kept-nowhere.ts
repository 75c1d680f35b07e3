import { notKept } from "../../src/call/index.ts";
import type { Journal } from "../../src/journal/index.ts";

/** In place of the server's own: nothing is composed or written of a call. What it goes by, such as rules, is in the database as usual. */
export const keptNowhere: Journal = {
  open: () => notKept,
  observe: () => undefined,
  follow: async () => undefined,
  counts: () => ({ waiting: 0, late: 0, lost: 0 }),
  unwritten: () => new Set(),
  close: async () => undefined,
};
