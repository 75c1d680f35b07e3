import { parseSipUri, printSipUri, type SipHeader } from "../../sip-syntax/index.ts";
import type { CallEffect } from "../../call/index.ts";
import { chooseMediaAddress, isBrowserTransport, type DialHop, type DialTarget } from "../../endpoint/index.ts";
import type { RegisteredContact, SipAddress } from "../../sip/index.ts";
import type { CallPorts, CallSettings } from "../ports.ts";

type Parts = { readonly ports: CallPorts; readonly settings: CallSettings };
type Called = Pick<Extract<CallEffect, { do: "dial-leg" }>, "destination" | "to" | "from"> & {
  readonly headers: readonly SipHeader[];
};

/** The routes to a phone of this server: all its contacts ring at once, as far as their RTP can share a socket of ours; the others follow. Empty: it is
 * none that can be reached now. undefined: what is called is no phone. Contract: sip-and-media-phones */
export async function findPhone(called: Called, parts: Parts): Promise<readonly DialHop[] | undefined> {
  const phone = contactsOf(called, parts);
  if (phone === undefined) return undefined;
  const found = await Promise.all(phone.contacts.map((contact) => reach(contact, called, parts)));
  const srtp = parts.settings.srtpOfPhone?.(phone.user);
  // Behind a proxy that it registered through, nobody knows which address its NAT has.
  const isProxied = phone.contacts.some(({ routes }) => routes.length > 0);
  const more = { ...(srtp === undefined ? {} : { srtp }), ...(isProxied ? { sourceRule: "proxied" as const } : {}) };
  return together(found.flat()).map((hop) => ({ ...hop, ...more }));
}

/** Far ends whose RTP has one socket of ours in one hop; browsers have theirs. */
function together(targets: readonly DialTarget[]): readonly DialHop[] {
  const socketOf = ({ media, nextHop }: DialTarget) => (isBrowserTransport(nextHop) ? "browsers" : media.bound);
  const sockets = [...new Set(targets.map(socketOf))];
  return sockets.flatMap((socket) => {
    const [hop, ...also] = targets.filter((target) => socketOf(target) === socket);
    return hop === undefined ? [] : [{ ...hop, also, ...(isBrowserTransport(hop.nextHop) ? { isBrowser: true } : {}) }];
  });
}

/** undefined: it is no phone. */
function contactsOf(
  { destination, to }: Called,
  { ports, settings }: Parts,
): { readonly user: string; readonly contacts: readonly RegisteredContact[] } | undefined {
  if (destination.type === "connector") return undefined;
  const uri = destination.type === "uri" ? parseSipUri(destination.uri) : undefined;
  if (destination.type === "uri" && (uri === undefined || !settings.isOwnUri(uri))) return undefined;
  const user = uri?.user ?? to;
  const contacts = (uri && ports.userAgent.contactsOfDevice(uri)) ?? ports.userAgent.contactsOf(user);
  return contacts.length > 0 || settings.isPhone(user) ? { user, contacts } : undefined;
}

/** Nothing where a contact has no address, or none of a family that is spoken here. */
async function reach(
  { uri, target, over, routes }: RegisteredContact,
  { destination, to, from, headers }: Called,
  { ports, settings }: Parts,
): Promise<readonly DialTarget[]> {
  const { userAgent } = ports;
  const [nextHop] = over === undefined ? await addressesOf(userAgent.locate(target)) : [over.peer];
  if (nextHop === undefined) return [];
  const media = chooseMediaAddress(userAgent, settings.mediaAddress, { signalling: nextHop });
  if (media === undefined) return [];
  const local = userAgent.localAddressFor(nextHop);
  const party = destination.type === "uri" ? destination.uri : printSipUri({ ...local, user: to });
  const caller = printSipUri({ ...local, user: from });
  return [{ nextHop, to: uri, party: withoutHeaders(party), from: caller, headers, media, contact: { over, routes } }];
}

async function addressesOf(
  located: readonly SipAddress[] | Promise<readonly SipAddress[]>,
): Promise<readonly SipAddress[]> {
  try {
    return await located;
  } catch {
    return [];
  }
}

function withoutHeaders(uri: string): string {
  return uri.split("?", 1)[0] ?? uri;
}
