import { HmacSha1 } from "./hmac-sha1.ts";
import { createBlockCipher, KeyStream } from "./key-stream.ts";
import { RTCP_HEADER_BYTES, writeInt32 } from "./rtp-parts.ts";
import type { SrtpProfileForm } from "./profile.ts";
import type { PacketProtection, SourceCipher } from "./protection.ts";
import type { SessionKeys } from "./session-keys.ts";

const IS_ENCRYPTED = 0x8000_0000;

/** AES in counter mode, and HMAC-SHA1 over what that gives. RFC 3711 §4, RFC 6188 */
export function createCounterProtection(
  rtp: SessionKeys,
  rtcp: SessionKeys,
  { rtpTagBytes, rtcpTagBytes }: SrtpProfileForm,
): PacketProtection {
  const rtpHmac = new HmacSha1(rtp.authenticationKey);
  const rtcpHmac = new HmacSha1(rtcp.authenticationKey);
  const rtpCipher = createBlockCipher(rtp.cipherKey);
  const rtcpCipher = createBlockCipher(rtcp.cipherKey);

  const createSource = (ssrc: number): SourceCipher => {
    const rtpStream = new KeyStream(rtpCipher, rtp.salt, ssrc);
    // Reports are rare.
    const rtcpStream = new KeyStream(rtcpCipher, rtcp.salt, ssrc, 1);
    return {
      protectRtp(memory, start, end, index) {
        rtpStream.apply(memory, start, end, index);
        // The roll-over counter is signed too, but not sent: the tag comes to its place.
        writeInt32(memory, end, Math.floor(index / 0x1_0000));
        return putTag(memory, end, rtpHmac.compute(memory, end + 4), rtpTagBytes);
      },
      protectRtcp(memory, end, index) {
        rtcpStream.apply(memory, RTCP_HEADER_BYTES, end, index);
        writeInt32(memory, end, index + IS_ENCRYPTED);
        return putTag(memory, end + 4, rtcpHmac.compute(memory, end + 4), rtcpTagBytes);
      },
      decipherRtp: (memory, start, end, index) => rtpStream.apply(memory, start, end, index),
      decipherRtcp: (memory, end, index) => rtcpStream.apply(memory, RTCP_HEADER_BYTES, end, index),
    };
  };

  return {
    rtpOverheadBytes: rtpTagBytes,
    rtcpOverheadBytes: 4 + rtcpTagBytes,
    rtcpNumberAt: (length) => length - rtcpTagBytes - 4,
    verifyRtp(memory, _start, end, index) {
      takeTag(memory, end, rtpTagBytes);
      writeInt32(memory, end, Math.floor(index / 0x1_0000));
      const isGenuine = isTag(rtpHmac.compute(memory, end + 4), rtpTagBytes);
      if (!isGenuine) putTag(memory, end, received, 4);
      return isGenuine;
    },
    verifyRtcp(memory, end) {
      takeTag(memory, end + 4, rtcpTagBytes);
      return isTag(rtcpHmac.compute(memory, end + 4), rtcpTagBytes);
    },
    createSource,
  };
}

/** The tag of the packet that is being opened. */
const received = new Uint8Array(20);

function takeTag(memory: Uint8Array, at: number, tagBytes: number): void {
  for (let index = 0; index < tagBytes; index++) received[index] = memory[at + index] ?? 0;
}

function putTag(memory: Uint8Array, at: number, tag: Uint8Array, tagBytes: number): number {
  for (let index = 0; index < tagBytes; index++) memory[at + index] = tag[index] ?? 0;
  return at + tagBytes;
}

/** Takes the same time whichever byte differs. */
function isTag(computed: Uint8Array, tagBytes: number): boolean {
  let difference = 0;
  for (let index = 0; index < tagBytes; index++) difference |= (computed[index] ?? 0) ^ (received[index] ?? 0);
  return difference === 0;
}
