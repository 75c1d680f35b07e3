import { notTaken } from "./not-taken.ts";

/** There is no registrar here. RFC 3261 §10.3 */
export const register = notTaken("REGISTER");
