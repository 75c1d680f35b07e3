import { AppError } from "../kernel/index.ts";
import type { Page } from "./page.ts";

/** The name of a listing that has tokens, of letters, digits and hyphens; a token of one is refused by the others. Attendees are listed by meeting. */
type Listing = string;

/** Makes the token for "after the row with this `seq`". */
export function printToken(listing: Listing, seq: number): string {
  return Buffer.from(`1.${listing}.${seq}`).toString("base64url");
}

/** Reads a token back to a `seq`; 0 for undefined. Throws `STORE_BAD_TOKEN` on anything that `printToken` did not make. */
export function parseToken(listing: Listing, token: string | undefined): number {
  if (token === undefined) return 0;
  const match = /^1\.([a-z0-9-]+)\.([1-9]\d{0,14})$/.exec(Buffer.from(token, "base64url").toString("latin1"));
  const seq = Number(match?.[2]);
  if (match?.[1] !== listing || printToken(listing, seq) !== token) {
    throw new AppError("STORE_BAD_TOKEN", `The paging token was not made by the listing of ${listing}.`);
  }
  return seq;
}

/** Cuts `found` (at most `limit` + 1 rows were asked for) to a page. */
export function toPage<Row extends { seq: number }, Out>(
  listing: Listing,
  found: readonly Row[],
  limit: number,
  convert: (row: Row) => Out,
): Page<Out> {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const nextToken = found.length > limit && last !== undefined ? printToken(listing, last.seq) : undefined;
  return { rows: shown.map(convert), nextToken };
}
