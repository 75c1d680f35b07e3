import type { SipAddress } from "../../sip/index.ts";
import type { Config } from "../config/types.ts";

type Peers = Pick<Config, "trunk" | "trunkTraits" | "voiceConnectors"> & {
  readonly sip: Pick<Config["sip"], "symmetric">;
};

/** Makes the answer whether requests in a call go to where a peer's messages come from: as the trunk or the Voice Connector at its address is
 * configured (by host and port, else by host, since a connection over TCP comes from any port), others as `sip.symmetric`.
 * undefined: where the peer seems to be behind a NAT. Contract: sip-and-media-symmetric */
export function createSymmetry({
  sip,
  trunk,
  trunkTraits,
  voiceConnectors,
}: Peers): (peer: SipAddress) => boolean | undefined {
  const known = [
    ...(trunk === undefined ? [] : [{ address: trunk, symmetric: trunkTraits.symmetric }]),
    ...voiceConnectors.flatMap(({ routes }) => routes),
  ];
  // An address that is written as a name has no symmetric of its own, as the configuration makes sure.
  return ({ host, port }) => {
    const there = known.filter(({ address }) => address.host === host);
    return (there.find(({ address }) => address.port === port) ?? there[0] ?? sip).symmetric;
  };
}
