import { isAnonymousUser, printSipUri, writeNumber } from "../sip-syntax/index.ts";
import type { SipAddress } from "../sip/index.ts";
import type { Way } from "./find-ways.ts";

/** Who calls whom, as the call knows them. */
export interface Parties {
  /** A number (E.164, or a short one), or the user of a Voice Connector. */
  readonly to: string;
  readonly isUser: boolean;
  /** E.164, or what stood in the From of a caller. */
  readonly from: string;
}

/** The parties of an INVITE. */
export interface PresentedCall {
  /** Request-URI and To. */
  readonly to: string;
  /** A URI, or a name with one. */
  readonly from: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** RFC 3323 §4.1 */
const anonymousParty = `"Anonymous" <sip:anonymous@anonymous.invalid>`;

/** How a trunk is told who calls whom.
 * Contract: sip-and-media-trunk-numbers, sip-and-media-trunk-caller-id
 * @param local our address as the next hop sees it */
export function presentCall({ trunk, target }: Way, { to, isUser, from }: Parties, local: SipAddress): PresentedCall {
  const { domain, account, numberForm, dialling, callerId } = trunk;
  const user = isUser ? to : writeNumber(to, numberForm, dialling);
  const ours = domain === undefined ? local : { host: domain };
  const caller = isAnonymousUser(from) ? callerId.fallback : from;
  const number = caller === undefined ? undefined : writeNumber(caller, callerId.form, dialling);
  const shown = callerId.from === "username" ? (account?.username ?? number) : number;
  const isPrivate = number === undefined;
  return {
    to: printSipUri(domain === undefined ? { ...target, user } : { user, host: domain }),
    from: shown === undefined ? anonymousParty : printSipUri({ ...ours, user: shown }),
    headers: {
      ...(number === undefined ? {} : identityOf(callerId.identity, printSipUri({ user: number, host: ours.host }))),
      // From with our user name says nothing of the caller.
      ...(isPrivate ? { Privacy: "id" } : {}),
    },
  };
}

/** The header that names the caller beside From. RFC 3325 §9.1, §9.2 */
function identityOf(header: Way["trunk"]["callerId"]["identity"], uri: string): Readonly<Record<string, string>> {
  if (header === "none") return {};
  return { [header]: header === "Remote-Party-ID" ? `<${uri}>;party=calling;privacy=off;screen=yes` : `<${uri}>` };
}
