import { notTaken } from "./not-taken.ts";

/** Calls are not transferred by the far end. RFC 3515 §2.4.2 */
export const refer = notTaken("REFER");
