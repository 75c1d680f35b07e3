import type { SipAddress } from "../../sip/index.ts";
import type { Trunk } from "../../trunks/index.ts";

/** Makes the answer whether requests in a call go to where a peer's messages come from: as the trunk at its address is configured (by host and
 * port, else by host, since a connection over TCP comes from any port), others as `sip.symmetric`.
 * undefined: where the peer seems to be behind a NAT. Contract: sip-and-media-symmetric
 * @param trunks asked at each call */
export function createSymmetry(
  sip: { readonly symmetric: boolean | undefined },
  trunks: () => readonly Trunk[],
): (peer: SipAddress) => boolean | undefined {
  // An address that is written as a name has no symmetric of its own, as the configuration makes sure.
  return ({ host, port }) => {
    const there = trunks().flatMap(({ addresses, symmetric }) =>
      addresses.filter(({ target }) => target.host === host).map(({ target }) => ({ port: target.port, symmetric })),
    );
    return (there.find((one) => one.port === port) ?? there[0] ?? sip).symmetric;
  };
}
