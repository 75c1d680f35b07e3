import { isIPv6 } from "node:net";
import { addressBytes } from "../../kernel/index.ts";

/** One end of a captured message. */
export interface CapturedEnd {
  /** An IP address. */
  readonly host: string;
  readonly port: number;
}

/** A message of SIP as a capture server gets it. */
export interface CapturedMessage {
  readonly from: CapturedEnd;
  readonly to: CapturedEnd;
  readonly isConnection: boolean;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly text: string;
  /** The same for all messages of a call. */
  readonly correlationId: string;
}

/** Who captures. */
export interface CaptureAgent {
  readonly id: number;
  /** Shown beside its messages. */
  readonly name: string;
  /** What the capture server knows it by; undefined: it asks for nothing. */
  readonly key: string | undefined;
}

const vendor = 0;
const headBytes = 6;
const inet = 2;
const inet6 = 10;
const udp = 17;
const tcp = 6;
const sip = 1;
/** Of a message, so that its packet fits into a datagram. */
const mostTextBytes = 60_000;
/** Types of chunks of the generic vendor. HEP 3, revision 12 §3.2 */
const chunk = {
  ipFamily: 0x01,
  ipProtocol: 0x02,
  ip4Source: 0x03,
  ip4Destination: 0x04,
  ip6Source: 0x05,
  ip6Destination: 0x06,
  sourcePort: 0x07,
  destinationPort: 0x08,
  seconds: 0x09,
  microseconds: 0x0a,
  protocolType: 0x0b,
  agentId: 0x0c,
  authKey: 0x0e,
  payload: 0x0f,
  correlationId: 0x11,
  nodeName: 0x13,
} as const;

/** The packet of a message: version 3 of the Homer Encapsulation Protocol. */
export function printHep(message: CapturedMessage, agent: CaptureAgent): Buffer {
  const { from, to, isConnection, at, text, correlationId } = message;
  const isVersion6 = isIPv6(from.host) || isIPv6(to.host);
  const [source, destination] = isVersion6
    ? ([chunk.ip6Source, chunk.ip6Destination] as const)
    : ([chunk.ip4Source, chunk.ip4Destination] as const);
  const whole = [
    byte(chunk.ipFamily, isVersion6 ? inet6 : inet),
    byte(chunk.ipProtocol, isConnection ? tcp : udp),
    bytes(source, ipBytes(from.host, isVersion6)),
    bytes(destination, ipBytes(to.host, isVersion6)),
    short(chunk.sourcePort, from.port),
    short(chunk.destinationPort, to.port),
    long(chunk.seconds, Math.floor(at / 1_000)),
    long(chunk.microseconds, Math.floor(at * 1_000) % 1_000_000),
    byte(chunk.protocolType, sip),
    long(chunk.agentId, agent.id),
    ...(agent.key === undefined ? [] : [bytes(chunk.authKey, Buffer.from(agent.key))]),
    bytes(chunk.correlationId, Buffer.from(correlationId).subarray(0, 1_000)),
    bytes(chunk.nodeName, Buffer.from(agent.name)),
    bytes(chunk.payload, Buffer.from(text).subarray(0, mostTextBytes)),
  ];
  const head = Buffer.alloc(headBytes);
  head.write("HEP3", "latin1");
  head.writeUInt16BE(headBytes + whole.reduce((sum, { length }) => sum + length, 0), 4);
  return Buffer.concat([head, ...whole]);
}

/** A name, or an address of the other family, which no socket has at its end, is told as no address. */
function ipBytes(host: string, isVersion6: boolean): Uint8Array {
  const found = addressBytes(host);
  const length = isVersion6 ? 16 : 4;
  return found.length === length ? found : new Uint8Array(length);
}

function bytes(type: number, value: Uint8Array): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt16BE(vendor, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(headBytes + value.length, 4);
  return Buffer.concat([head, value]);
}

function byte(type: number, value: number): Buffer {
  return bytes(type, Uint8Array.of(value));
}

function short(type: number, value: number): Buffer {
  const two = Buffer.alloc(2);
  two.writeUInt16BE(value & 0xffff);
  return bytes(type, two);
}

function long(type: number, value: number): Buffer {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(value >>> 0);
  return bytes(type, four);
}
