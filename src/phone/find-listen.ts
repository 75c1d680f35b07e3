import { isIPv6 } from "node:net";
import { usualTransport } from "../sip-syntax/index.ts";
import { addressTowards, type SipAddress } from "../sip/index.ts";
import { parseDestination, resolveHost } from "./destination.ts";

/** The default address that a phone listens on: a free port at the address from which this machine reaches the called party; without a called
 * party or a route to it, loopback.
 * @param dial the SIP URI that is called. Throws `PHONE_BAD_ADDRESS` */
export async function findListen(dial: string | undefined): Promise<SipAddress> {
  const host = dial === undefined ? loopback : await hostTowards(parseDestination(dial).nextHop);
  return { transport: usualTransport.name, host, port: 0 };
}

const loopback = "127.0.0.1";

async function hostTowards(named: SipAddress): Promise<string> {
  // A name that does not resolve is reported by the call.
  const peer = await resolveHost(named).catch(() => undefined);
  if (peer === undefined) return loopback;
  return addressTowards(peer.host) ?? (isIPv6(peer.host) ? "::1" : loopback);
}
