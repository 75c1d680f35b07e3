/** What this room throws. Source: docs/errors.md lists every code. */
export const storeErrors = {
  STORE_UNAVAILABLE: "The database could not be opened, or its schema could not be brought up to date.",
  STORE_AWAY: "The database takes nothing now: it does not answer, has no room, or may only be read.",
  STORE_REFUSED: "The database takes a record never, since something in it has no place there.",
  STORE_BAD_TOKEN: "A paging token was not made by this listing.",
  STORE_DUPLICATE_ID: "A record with this id exists.",
} as const;

/** A code of this room. */
export type StoreErrorCode = keyof typeof storeErrors;
