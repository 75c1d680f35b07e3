import { isIPv4 } from "node:net";
import { addressBytes } from "../../kernel/index.ts";
import {
  FINGERPRINT_BYTES,
  fingerprintOf,
  INTEGRITY_BYTES,
  integrityOf,
  MAGIC_COOKIE,
  STUN_HEADER_BYTES,
  stunAttributes,
  stunTypes,
} from "./stun-message.ts";
import type { PacketAddress } from "../io/packet-io.ts";

/** An attribute to be written. */
export interface StunAttribute {
  readonly type: number;
  readonly value: Uint8Array;
}

/** Refusals that we answer a check with. RFC 8489 §14.8, RFC 8445 §7.3.1.1 */
const reasons = { 420: "Unknown Attribute", 487: "Role Conflict" } as const;

/** The answer to a check that is right: where it came from. */
export function successAnswer(transactionId: Uint8Array, source: PacketAddress, password: string): Uint8Array {
  return writeStun(stunTypes.success, transactionId, [xorMappedAddress(source, transactionId)], password);
}

/** The answer to a check that cannot be taken as it is. `unknown`: attributes that are not understood. */
export function errorAnswer(
  transactionId: Uint8Array,
  code: keyof typeof reasons,
  unknown: readonly number[],
  password: string,
): Uint8Array {
  const reason = Buffer.from(reasons[code]);
  const value = Buffer.concat([Uint8Array.of(0, 0, Math.floor(code / 100), code % 100), reason]);
  const attributes: StunAttribute[] = [{ type: stunAttributes.errorCode, value }];
  if (unknown.length > 0) {
    const types = Uint8Array.from(unknown.flatMap((type) => [type >>> 8, type & 0xff]));
    attributes.push({ type: stunAttributes.unknownAttributes, value: types });
  }
  return writeStun(stunTypes.error, transactionId, attributes, password);
}

/** A message with MESSAGE-INTEGRITY and FINGERPRINT behind its attributes. */
export function writeStun(
  type: number,
  transactionId: Uint8Array,
  attributes: readonly StunAttribute[],
  password: string,
): Uint8Array {
  const bodyBytes = attributes.reduce((sum, { value }) => sum + 4 + Math.ceil(value.length / 4) * 4, 0);
  const bytes = new Uint8Array(STUN_HEADER_BYTES + bodyBytes + INTEGRITY_BYTES + FINGERPRINT_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, type);
  view.setUint16(2, bytes.length - STUN_HEADER_BYTES);
  view.setUint32(4, MAGIC_COOKIE);
  bytes.set(transactionId, 8);
  let at = STUN_HEADER_BYTES;
  const put = (attribute: number, value: Uint8Array) => {
    view.setUint16(at, attribute);
    view.setUint16(at + 2, value.length);
    bytes.set(value, at + 4);
    at += 4 + Math.ceil(value.length / 4) * 4;
  };
  for (const { type: attribute, value } of attributes) put(attribute, value);
  put(stunAttributes.integrity, integrityOf(bytes, at, password));
  view.setUint16(at, stunAttributes.fingerprint);
  view.setUint16(at + 2, 4);
  view.setUint32(at + 4, fingerprintOf(bytes, at));
  return bytes;
}

/** RFC 8489 §14.2 */
export function xorMappedAddress({ address, port }: PacketAddress, transactionId: Uint8Array): StunAttribute {
  const plain = addressBytes(address);
  const value = new Uint8Array(4 + plain.length);
  const view = new DataView(value.buffer);
  view.setUint8(1, isIPv4(address) ? 1 : 2);
  view.setUint16(2, port ^ (MAGIC_COOKIE >>> 16));
  const mask = new Uint8Array(16);
  new DataView(mask.buffer).setUint32(0, MAGIC_COOKIE);
  mask.set(transactionId, 4);
  for (let index = 0; index < plain.length; index++) value[4 + index] = (plain[index] ?? 0) ^ (mask[index] ?? 0);
  return { type: stunAttributes.xorMappedAddress, value };
}
