import { isIPv4 } from "node:net";
import { NAME_BYTES, type PacketMemory } from "./packet-memory.ts";
import type { PacketAddress } from "./packet-io.ts";
import type { SystemCalls } from "./system-calls.ts";

export const AF_INET = 2;
export const AF_INET6 = 10;

/* struct sockaddr_in and sockaddr_in6: the family in the order of the machine, ports and addresses in that of the network. */
const PORT = 2;
const V4 = { address: 4, bytes: 16 } as const;
const V6 = { address: 8, scope: 24, bytes: NAME_BYTES } as const;
const MAPPED_PREFIX = "::ffff:";
const INTERFACE_NAME_BYTES = 16;
const ADDRESS_TEXT_BYTES = 46;

/** Writes the name of an address as `bind` and `sendto` take it into the scratch room. An IPv4 address on an IPv6 socket is a mapped one. RFC 4291
 * §2.5.5.2
 * @returns its length; 0 when the text is no address of that family */
export function writeSocketName(
  system: SystemCalls,
  memory: PacketMemory,
  family: number,
  address: string,
  port: number,
): number {
  const [plain = "", zone] = address.includes("%") ? address.split("%", 2) : [address];
  const text = family === AF_INET6 && isIPv4(plain) ? MAPPED_PREFIX + plain : plain;
  const { bytes, data, scratch, scratchAt } = memory;
  const form = family === AF_INET6 ? V6 : V4;
  bytes.fill(0, scratch, scratch + NAME_BYTES);
  if (system.inetPton(family, text, scratchAt + form.address) !== 1) return 0;
  data.setUint16(scratch, family, true);
  data.setUint16(scratch + PORT, port);
  if (zone !== undefined && family === AF_INET6) {
    data.setUint32(scratch + V6.scope, system.ifNametoindex(zone) || Number(zone) || 0, true);
  }
  return form.bytes;
}

/** What a name in the memory says, as Node shows it: IPv4 dotted, a link-local IPv6 address with its interface. RFC 4007 §11
 * @param at its place in `memory.bytes` */
export function addressOfName(system: SystemCalls, memory: PacketMemory, at: number): PacketAddress {
  const { data } = memory;
  const isV6 = data.getUint16(at, true) === AF_INET6;
  const pointer = memory.scratchAt - memory.scratch + at;
  const text = addressText(system, memory, isV6 ? AF_INET6 : AF_INET, pointer + (isV6 ? V6.address : V4.address));
  const scope = isV6 ? data.getUint32(at + V6.scope, true) : 0;
  const zone = scope === 0 ? "" : `%${interfaceName(system, memory, scope)}`;
  const address = text.startsWith(MAPPED_PREFIX) ? text.slice(MAPPED_PREFIX.length) : text;
  return { address: address + zone, port: portOfName(memory, at) };
}

/** The port of a name in the memory. */
export function portOfName(memory: PacketMemory, at: number): number {
  return memory.data.getUint16(at + PORT);
}

function addressText(system: SystemCalls, memory: PacketMemory, family: number, pointer: number): string {
  system.inetNtop(family, pointer, memory.scratchAt, ADDRESS_TEXT_BYTES);
  return scratchText(memory, ADDRESS_TEXT_BYTES);
}

function interfaceName(system: SystemCalls, memory: PacketMemory, index: number): string {
  memory.bytes[memory.scratch] = 0;
  system.ifIndextoname(index, memory.scratchAt);
  return scratchText(memory, INTERFACE_NAME_BYTES) || String(index);
}

function scratchText({ text, scratch }: PacketMemory, longest: number): string {
  const end = text.indexOf(0, scratch);
  return text.toString("latin1", scratch, Math.min(end, scratch + longest));
}
