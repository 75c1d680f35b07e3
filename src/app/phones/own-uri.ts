import { isIP } from "node:net";
import { askedTransport, transportNamed, usualTransport, type ParsedUri } from "../../sip-syntax/index.ts";
import type { SipAddress, SipListener, UserAgent } from "../../sip/index.ts";

/** Makes the test whether a SIP URI means this server: its host is an address that a listener with its port has, or what others are told of one.
 * @param listeners as they are bound
 * @param advertised the same, in the same order, with what others are told of them */
export function createOwnUriTest(
  listeners: readonly SipAddress[],
  advertised: readonly SipListener[],
  ownAddress: UserAgent["ownAddress"],
): (uri: ParsedUri) => boolean {
  const outside = listeners.flatMap((one, index) => {
    const { host, port = one.port } = advertised[index]?.advertised ?? {};
    return host === undefined ? [] : [{ host: host.toLowerCase(), port }];
  });
  return (uri) => {
    const host = uri.host === "localhost" ? "127.0.0.1" : uri.host;
    const asked = askedTransport(uri);
    const { defaultPort } = typeof asked === "string" ? usualTransport : transportNamed(asked.name);
    const port = uri.port ?? defaultPort;
    if ([...outside, ...listeners].some((one) => one.port === port && one.host === host)) return true;
    const isEverywhere = listeners.some((one) => one.port === port && (one.host === "0.0.0.0" || one.host === "::"));
    // To an address of its own a machine speaks from that address.
    return (
      isEverywhere && isIP(host) !== 0 && ownAddress({ transport: usualTransport.name, host, port })?.local === host
    );
  };
}
