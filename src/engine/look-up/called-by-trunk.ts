import { readNational, toE164 } from "../../sip-syntax/index.ts";
import type { IncomingCall, SipUri } from "../../sip/index.ts";
import type { CallingTrunk } from "../ports.ts";

/** What an INVITE, or OPTIONS, says of who calls whom. */
type Named = Pick<IncomingCall, "to" | "requestUri" | "from"> & Partial<Pick<IncomingCall, "assertedIdentity">>;

/** The same with the numbers as this server knows them: those of the trunk's country in E.164, and in place of our user name there the number
 * that the Request-URI has, else the only one that the trunk brings calls for.
 * Contract: sip-and-media-trunk-numbers, sip-and-media-trunk-username */
export function readAsOfTrunk<Call extends Named>(call: Call, trunk: CallingTrunk | undefined): Named {
  const { to, requestUri, from, assertedIdentity } = call;
  if (trunk === undefined) return { to, requestUri, from, assertedIdentity };
  const read = (uri: SipUri) => ({ ...uri, user: readNational(uri.user, trunk.dialling) ?? uri.user });
  const called = [to, requestUri].map(read).find(({ user }) => user !== trunk.username && toE164(user) !== undefined);
  const [only, second] = trunk.numbers;
  const user = called?.user ?? (second === undefined ? only : undefined);
  return {
    to: user === undefined ? read(to) : { ...to, user },
    requestUri: read(requestUri),
    from: read(from),
    assertedIdentity: assertedIdentity && read(assertedIdentity),
  };
}

/** Why a trunk brings no calls for a number, for people; undefined: it does, or may bring any.
 * Contract: sip-and-media-trunk-numbers-only */
export function whyNotOfTrunk({ to }: Pick<Named, "to">, trunk: CallingTrunk | undefined): string | undefined {
  if (trunk === undefined || trunk.numbers.length === 0) return undefined;
  const number = toE164(to.user) ?? to.user;
  if (trunk.numbers.includes(number)) return undefined;
  return `the trunk ${trunk.name} brings no calls for ${number} (numbers)`;
}
