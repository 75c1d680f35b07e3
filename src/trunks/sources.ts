import { createNetworkTest } from "../sip-syntax/index.ts";
import { isIP } from "node:net";
import type { SipAddress } from "../sip/index.ts";
import type { Trunk } from "./types.ts";

/** Where messages of a trunk come from. */
export interface TrunkSource {
  readonly trunk: Trunk;
  /** The length of the network's prefix; longer ones go first. */
  readonly prefix: number;
  /** Of an address that it is called at. */
  readonly port: number | undefined;
  readonly includes: (host: string) => boolean;
}

/** The sources of a trunk: its networks, and the addresses that it is called at.
 * @param located addresses that its names have led to */
export function sourcesOf(trunk: Trunk, located: readonly SipAddress[]): readonly TrunkSource[] {
  const networks = trunk.sources.map((network) => ({
    ...{ trunk, prefix: network.prefix, port: undefined },
    includes: createNetworkTest([network]),
  }));
  const literal = trunk.addresses.map(({ target }) => target).filter(({ host }) => isIP(host) !== 0);
  const addresses = [...literal, ...located].map(({ host, port }) => ({
    ...{ trunk, prefix: isIP(host) === 6 ? 128 : 32, port },
    includes: (other: string) => other === host,
  }));
  return [...networks, ...addresses];
}

/** The trunk that a message comes from; undefined: none of them. Of several the smallest network counts, then the port that it is called at,
 * then that it brings calls for one of `numbers`, then the order in which they came.
 * Contract: sip-and-media-trunk-source */
export function findSource(
  sources: readonly TrunkSource[],
  { host, port }: Pick<SipAddress, "host" | "port">,
  numbers: readonly string[] = [],
): Trunk | undefined {
  const found = sources.filter(({ includes }) => includes(host));
  const rank = (source: TrunkSource) => {
    const isOfNumber = numbers.some((number) => source.trunk.numbers.includes(number));
    const takesAny = source.trunk.numbers.length === 0;
    return source.prefix * 8 + (source.port === port ? 4 : 0) + (isOfNumber ? 2 : takesAny ? 1 : 0);
  };
  return found.toSorted((one, other) => rank(other) - rank(one))[0]?.trunk;
}
