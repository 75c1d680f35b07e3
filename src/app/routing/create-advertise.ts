import type { SipAddress, SipAdvertise } from "../../sip/index.ts";
import { createNetworkTest } from "../config/address.ts";
import type { Config } from "../config/types.ts";

/** Whom the advertised address is for: everybody but peers in the local networks and the built-in test phone. undefined: nothing is
 * advertised. */
export function createAdvertise(
  { advertisedAddress, localNetworks }: Pick<Config["sip"], "advertisedAddress" | "localNetworks">,
  testPhone: () => SipAddress | undefined,
): SipAdvertise | undefined {
  if (advertisedAddress === undefined) return undefined;
  const isInLocalNetwork = createNetworkTest(localNetworks);
  const isPhone = ({ host, port }: SipAddress) => {
    const phone = testPhone();
    return phone !== undefined && phone.port === port && phone.host === host;
  };
  return { host: advertisedAddress, isLocal: (peer) => isInLocalNetwork(peer.host) || isPhone(peer) };
}
