import { addressBytes } from "../../kernel/index.ts";

const magicCookie = 0x2112_a442;
const headerBytes = 20;
/** A keep-alive has a header and a few attributes; nothing longer is looked at. */
const mostBytes = 548;
const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;
const xorMappedAddress = 0x0020;
/** Attributes from here on may be left unread. */
const firstOptional = 0x8000;

/** Whether a datagram is a STUN message and none of SIP, whose first byte is a letter. RFC 8489 §5, RFC 5626 §8 */
export function isStun(bytes: Buffer): boolean {
  return bytes.length >= headerBytes && (bytes[0] ?? 0xff) < 0x40 && bytes.readUInt32BE(4) === magicCookie;
}

/** The answer to a keep-alive by STUN: the address that it came from. undefined: it is none, or it asks for more than a keep-alive does, and is
 * left unanswered. RFC 5626 §8, RFC 8489 §6.3.1, §14.2 */
export function answerStun(request: Buffer, host: string, port: number): Buffer | undefined {
  if (request.readUInt16BE(0) !== bindingRequest || request.length > mostBytes || !isUnderstood(request))
    return undefined;
  const address = addressBytes(host);
  const answer = Buffer.alloc(headerBytes + 8 + address.length);
  request.copy(answer, 4, 4, headerBytes);
  answer.writeUInt16BE(bindingSuccess, 0);
  answer.writeUInt16BE(8 + address.length, 2);
  answer.writeUInt16BE(xorMappedAddress, headerBytes);
  answer.writeUInt16BE(4 + address.length, headerBytes + 2);
  answer.writeUInt8(address.length === 4 ? 1 : 2, headerBytes + 5);
  answer.writeUInt16BE(port ^ (magicCookie >>> 16), headerBytes + 6);
  // Masked by the cookie and the transaction's id, which follow each other in the header.
  for (const [index, byte] of address.entries()) answer[headerBytes + 8 + index] = byte ^ (request[4 + index] ?? 0);
  return answer;
}

/** Whether its lengths fit, and it has no attribute that has to be understood. */
function isUnderstood(request: Buffer): boolean {
  if (request.readUInt16BE(2) !== request.length - headerBytes) return false;
  let at = headerBytes;
  while (at + 4 <= request.length) {
    if (request.readUInt16BE(at) < firstOptional) return false;
    at += 4 + Math.ceil(request.readUInt16BE(at + 2) / 4) * 4;
  }
  return at === request.length;
}
