/** Telephone numbers: reads them as SIP and tel URIs write them, and tells what may be dialled. Pure functions in linear time, for every
 * room. */
export { plainUser, readSubscriber, withoutEscapes, type Subscriber } from "./subscriber.ts";
export { fullNumber, showNumber, toE164 } from "./e164.ts";
export { readDialled, usualEmergencyNumbers, whyEmergency, whyNotDialled, type Dialled } from "./dialled.ts";
export { splitUserInfo } from "./user-info.ts";
