import { BlockList, isIP, isIPv6 } from "node:net";

/** A network by its address and the length of its prefix. */
export interface Network {
  readonly address: string;
  readonly prefix: number;
}

/** Reads `10.0.0.0/8`, `fd00::/8`, or a single address; undefined when it is neither. */
export function parseNetwork(text: string): Network | undefined {
  const [, address = "", length] = /^([0-9a-fA-F:.]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const longest = isIP(address) === 0 ? -1 : isIPv6(address) ? 128 : 32;
  const prefix = length === undefined ? longest : Number(length);
  return longest < 0 || prefix > longest ? undefined : { address, prefix };
}

/** Makes the test whether an address is in one of the networks. */
export function createNetworkTest(networks: readonly Network[]): (host: string) => boolean {
  const list = new BlockList();
  for (const { address, prefix } of networks) list.addSubnet(address, prefix, familyOf(address));
  return (host) => isIP(host) !== 0 && list.check(host, familyOf(host));
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv6(address) ? "ipv6" : "ipv4";
}
