import { parseSipUri } from "../../sip-syntax/index.ts";
import { closingRefusal, mergedRefusal, requireOnly, schemeRefusal } from "./checks.ts";
import type { Check, Method } from "./method.ts";

/** The refusal of a REGISTER that names nobody. RFC 3261 §10.2 */
const userRefusal: Check = ({ request }) => {
  const { to } = request;
  const user = parseSipUri(to?.uri ?? "")?.user ?? "";
  return user === "" ? { cause: "malformed", why: "To is no SIP URI with a user" } : undefined;
};

/** Extensions of REGISTER: RFC 3327, RFC 5626, RFC 5627. */
export const registerOptions: readonly string[] = ["path", "outbound", "gruu"];

/** Tells where a phone is reached. RFC 3261 §10.3 */
export const register: Method = {
  name: "REGISTER",
  isAllowed: true,
  outside: {
    begins: "registration",
    checks: [schemeRefusal, mergedRefusal, requireOnly(registerOptions), userRefusal, closingRefusal],
  },
  within: undefined,
};
