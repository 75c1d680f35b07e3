import type { IncomingCall } from "../../sip/index.ts";
import { isAnonymousUser, toE164 } from "../../sip-syntax/index.ts";
import type { readAsOfTrunk } from "./called-by-trunk.ts";

/** The user part by which events show a caller: of a phone its number, which is the one that From says where it has several; else that of From, or,
 * where From is anonymous, of the identity that a server on the path asserts. Contract: sip-and-media-anonymous-caller, sip-and-media-phone-caller */
export function callerOf(
  { from, assertedIdentity }: ReturnType<typeof readAsOfTrunk>,
  account: IncomingCall["account"],
): string {
  const isAnonymous = isAnonymousUser(from.user) || from.host.endsWith(".invalid");
  const [number, ...others] = account?.numbers ?? [];
  if (number !== undefined && !isAnonymous) return others.find((one) => one === toE164(from.user)) ?? number;
  return isAnonymous ? (assertedIdentity?.user ?? from.user) : from.user;
}
