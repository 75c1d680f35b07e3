import { BlockList, isIP, isIPv6, SocketAddress } from "node:net";
import type { PacketAddress } from "../io/packet-io.ts";
import type { ExpectedSource, SourceRule } from "./source-machine.ts";

/** What is known of our own end of a session. */
export interface OwnEnd {
  /** Ports that this session is bound to. */
  readonly ports: readonly number[];
  /** Whether an address is one of this machine's. */
  isOwnAddress(address: string): boolean;
}

/** Reads the signalled address. One that no honest far end has is ignored: nothing is sent there, and the source has to be learnt.
 * @param signalledFrom address that the signalling came from; undefined, or a name, when it is not known */
export function expectSource(
  signalled: PacketAddress,
  signalledFrom: string | undefined,
  own: OwnEnd,
  rule: SourceRule = "named",
): ExpectedSource {
  const address = plainAddress(signalled.address);
  const from = isIP(signalledFrom ?? "") === 0 ? undefined : plainAddress(signalledFrom ?? "");
  const isUsable = canBeFarEnd({ address, port: signalled.port }, from, own);
  return {
    signalled: isUsable ? { address, port: signalled.port } : undefined,
    signalledFrom: from,
    isPrivate: kindOf(address).isPrivate,
    isOwn: kindOf(address).isLoopback || own.isOwnAddress(address),
    rule,
  };
}

/** Whether packets may go to an address or come from it: not the unspecified one (RFC 3264 §8.4), no broadcast or multicast, not our own sockets, and
 * this machine itself only when the signalling came from it too. */
export function canBeFarEnd({ address, port }: PacketAddress, signalledFrom: string | undefined, own: OwnEnd): boolean {
  if (port === 0 || isUnspecified(address) || kindOf(address).isNobody) return false;
  if (!kindOf(address).isLoopback && !own.isOwnAddress(address)) return true;
  if (own.ports.includes(port)) return false;
  return signalledFrom === undefined || kindOf(signalledFrom).isLoopback || own.isOwnAddress(signalledFrom);
}

/** An address in the one form that packets have: IPv6 in lower case and compressed, IPv4 dotted. Other text comes back as it is. */
export function plainAddress(address: string): string {
  if (!address.includes(":") || !isIPv6(address) || address.includes("%")) return address;
  const plain = new SocketAddress({ address, family: "ipv6" }).address;
  return plain.startsWith("::ffff:") && plain.includes(".") ? plain.slice("::ffff:".length) : plain;
}

/** Whether an address is 0.0.0.0 or its IPv6 form: the old form of hold. RFC 3264 §8.4 */
export function isUnspecified(address: string): boolean {
  return address === "" || /^[0:.]+$/.test(address);
}

const loopback = networks(["127.0.0.0", 8], ["::1", 128]);
/** Broadcast and multicast. */
const nobody = networks(["255.255.255.255", 32], ["224.0.0.0", 4], ["ff00::", 8]);
/** RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291 §2.5.6 */
const privateNetworks = networks(
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["100.64.0.0", 10],
  ["169.254.0.0", 16],
  ["127.0.0.0", 8],
  ["fc00::", 7],
  ["fe80::", 10],
  ["::1", 128],
);

function networks(...subnets: readonly (readonly [address: string, prefix: number])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of subnets) list.addSubnet(address, prefix, familyOf(address));
  return list;
}

interface AddressKind {
  readonly isLoopback: boolean;
  readonly isNobody: boolean;
  readonly isPrivate: boolean;
}

/** Of addresses that were asked for lately: each call asks many times for the same few, and a look into the lists takes as long as sending a packet. */
const known = new Map<string, AddressKind>();
const mostKnown = 1_000;

function kindOf(address: string): AddressKind {
  const before = known.get(address);
  if (before !== undefined) return before;
  if (known.size >= mostKnown) known.clear();
  const kind = {
    isLoopback: isIn(loopback, address),
    isNobody: isIn(nobody, address),
    isPrivate: isIn(privateNetworks, address),
  };
  known.set(address, kind);
  return kind;
}

function isIn(list: BlockList, address: string): boolean {
  // Without the zone of a link-local address. RFC 4007 §11
  const plain = address.split("%", 1)[0] ?? "";
  return isIP(plain) !== 0 && list.check(plain, familyOf(plain));
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv6(address) ? "ipv6" : "ipv4";
}
