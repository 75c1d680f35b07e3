import { notTaken } from "./not-taken.ts";

/** Provisional responses are not sent reliably, so that none waits for it. RFC 3262 */
export const prack = notTaken("PRACK");
