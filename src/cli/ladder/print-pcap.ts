import { isIPv4, isIPv6 } from "node:net";
import { ownPartyName, type LadderRow } from "../../app/index.ts";
import { addressBytes } from "../../kernel/index.ts";
import { parseHostPort } from "../../sip-syntax/index.ts";

/** The file, how many messages are in it, and how many are not since their text or their addresses were not kept. */
export interface PrintedPcap {
  readonly bytes: Buffer;
  readonly messages: number;
  readonly leftOut: number;
}

interface End {
  readonly address: Uint8Array;
  readonly port: number;
}

interface Packet {
  readonly at: number;
  readonly from: End;
  readonly to: End;
  readonly payload: Buffer;
}

type MessageRow = Extract<LadderRow, { readonly type: "message" }>;

/** Magic number of times in microseconds, big endian; version 2.4. */
const magic = 0xa1b2c3d4;
/** Packets begin with their IP header. */
const linktypeRaw = 101;
const longestPacket = 262_144;
const udpProtocol = 17;
const tcpProtocol = 6;
const hopLimit = 64;

/** The messages of a ladder as a file that protocol analysers open (pcap). The packets are made for it: what came over TLS or a WebSocket stands
 * there as datagrams, in the clear, between the addresses and ports of the connection, and TCP has no handshake. There is no RTP. */
export function printPcap(rows: readonly LadderRow[]): PrintedPcap {
  const streams = new Map<string, number>();
  const texts = new Map<string, string>();
  const all = rows.filter((row) => row.type === "message");
  const packets = all.flatMap((row) => {
    const key = `${row.from} ${row.to} ${row.startLine}`;
    if (row.text !== undefined) texts.set(key, row.text);
    // One that was sent again is kept without its text.
    const packet = packetOf(row, row.text ?? texts.get(key));
    return packet === undefined ? [] : [printPacket(packet, row.transport === "tcp", streams)];
  });
  const head = Buffer.alloc(24);
  head.writeUInt32BE(magic, 0);
  head.writeUInt16BE(2, 4);
  head.writeUInt16BE(4, 6);
  head.writeUInt32BE(longestPacket, 16);
  head.writeUInt32BE(linktypeRaw, 20);
  return { bytes: Buffer.concat([head, ...packets]), messages: packets.length, leftOut: all.length - packets.length };
}

function packetOf(row: MessageRow, text: string | undefined): Packet | undefined {
  const isSent = row.from === ownPartyName;
  const own = readEnd(row.local);
  const far = readEnd(isSent ? row.to : row.from);
  if (text === undefined || own === undefined || far === undefined) return undefined;
  const [from, to] = isSent ? [own, far] : [far, own];
  return { at: row.at, from, to, payload: Buffer.from(text) };
}

function readEnd(text: string | undefined): End | undefined {
  const end = text === undefined ? undefined : parseHostPort(text);
  if (end === undefined || !(isIPv4(end.host) || isIPv6(end.host))) return undefined;
  return { address: addressBytes(end.host), port: end.port ?? 0 };
}

/** @param streams the bytes that went each way so far */
function printPacket({ at, from, to, payload }: Packet, isTcp: boolean, streams: Map<string, number>): Buffer {
  const [source, destination] = inOneFamily(from.address, to.address);
  const ends = { source, destination, sourcePort: from.port, destinationPort: to.port };
  const segment = isTcp ? printTcp(ends, payload, streams) : printUdp(ends, payload);
  const protocol = isTcp ? tcpProtocol : udpProtocol;
  const packet = Buffer.concat([printIp(ends, protocol, segment.length), segment]);
  const head = Buffer.alloc(16);
  head.writeUInt32BE(Math.floor(at / 1_000), 0);
  head.writeUInt32BE(Math.floor(at * 1_000) % 1_000_000, 4);
  head.writeUInt32BE(packet.length, 8);
  head.writeUInt32BE(packet.length, 12);
  return Buffer.concat([head, packet]);
}

interface Ends {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** A socket on :: may know a far end by its IPv4 address. RFC 4291 §2.5.5.2 */
function inOneFamily(one: Uint8Array, other: Uint8Array): readonly [Uint8Array, Uint8Array] {
  if (one.length === other.length) return [one, other];
  const mapped = (address: Uint8Array) =>
    address.length === 16 ? address : Buffer.concat([Buffer.alloc(10), Buffer.from([0xff, 0xff]), address]);
  return [mapped(one), mapped(other)];
}

/** RFC 791 §3.1, RFC 8200 §3 */
function printIp({ source, destination }: Ends, protocol: number, length: number): Buffer {
  if (source.length === 16) {
    const head = Buffer.alloc(40);
    head.writeUInt8(0x60, 0);
    head.writeUInt16BE(length, 4);
    head.writeUInt8(protocol, 6);
    head.writeUInt8(hopLimit, 7);
    head.set(source, 8);
    head.set(destination, 24);
    return head;
  }
  const head = Buffer.alloc(20);
  head.writeUInt8(0x45, 0);
  head.writeUInt16BE(20 + length, 2);
  head.writeUInt8(hopLimit, 8);
  head.writeUInt8(protocol, 9);
  head.set(source, 12);
  head.set(destination, 16);
  head.writeUInt16BE(checksum([head]), 10);
  return head;
}

/** RFC 768 */
function printUdp(ends: Ends, payload: Buffer): Buffer {
  const datagram = Buffer.concat([Buffer.alloc(8), payload]);
  datagram.writeUInt16BE(ends.sourcePort, 0);
  datagram.writeUInt16BE(ends.destinationPort, 2);
  datagram.writeUInt16BE(datagram.length, 4);
  // 0 would say that there is none.
  datagram.writeUInt16BE(checksum([pseudoHeader(ends, udpProtocol, datagram.length), datagram]) || 0xffff, 6);
  return datagram;
}

/** PSH and ACK, with as much acknowledged as came. RFC 9293 §3.1 */
function printTcp(ends: Ends, payload: Buffer, streams: Map<string, number>): Buffer {
  const there = `${keyOf(ends.source, ends.sourcePort)} ${keyOf(ends.destination, ends.destinationPort)}`;
  const back = `${keyOf(ends.destination, ends.destinationPort)} ${keyOf(ends.source, ends.sourcePort)}`;
  const sent = streams.get(there) ?? 1;
  streams.set(there, sent + payload.length);
  const segment = Buffer.concat([Buffer.alloc(20), payload]);
  segment.writeUInt16BE(ends.sourcePort, 0);
  segment.writeUInt16BE(ends.destinationPort, 2);
  segment.writeUInt32BE(sent >>> 0, 4);
  segment.writeUInt32BE((streams.get(back) ?? 1) >>> 0, 8);
  segment.writeUInt8(0x50, 12);
  segment.writeUInt8(0x18, 13);
  segment.writeUInt16BE(0xffff, 14);
  segment.writeUInt16BE(checksum([pseudoHeader(ends, tcpProtocol, segment.length), segment]), 16);
  return segment;
}

function keyOf(address: Uint8Array, port: number): string {
  return `${Buffer.from(address).toString("hex")}:${port}`;
}

/** RFC 768, RFC 8200 §8.1 */
function pseudoHeader({ source, destination }: Ends, protocol: number, length: number): Buffer {
  const tail = Buffer.alloc(source.length === 16 ? 8 : 4);
  if (source.length === 16) tail.writeUInt32BE(length, 0);
  else tail.writeUInt16BE(length, 2);
  tail.writeUInt8(protocol, source.length === 16 ? 7 : 1);
  return Buffer.concat([source, destination, tail]);
}

/** RFC 1071 */
function checksum(parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 2) sum += ((part[at] ?? 0) << 8) | (part[at + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
