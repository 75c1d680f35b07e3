import { createSrtpReceiver } from "../../src/media/srtp/srtp-receiver.ts";
import { createSrtpSender, MOST_SRTP_OVERHEAD_BYTES } from "../../src/media/srtp/srtp-sender.ts";
import type { SrtpKeys } from "../../src/media/srtp/profile.ts";

/** As many as make keys and states of one fall out of the nearest memory until its next turn. */
const LEGS = 200;
/** Opus at 24 to 32 kbit/s with its extension. */
const PAYLOAD_BYTES = 80;

/** Legs whose packets are protected and opened in turns. @returns what does so with one packet of the next leg */
export function protectAndOpen(): () => void {
  const legs = Array.from({ length: LEGS }, (_, index) => {
    const keys: SrtpKeys = {
      profile: "AES_CM_128_HMAC_SHA1_80",
      masterKey: new Uint8Array(16).fill(index),
      masterSalt: new Uint8Array(14).fill(index),
    };
    return { sender: createSrtpSender(keys), receiver: createSrtpReceiver(keys) };
  });
  const length = 12 + PAYLOAD_BYTES;
  const memory = new Uint8Array(length + MOST_SRTP_OVERHEAD_BYTES);
  let count = 0;
  return () => {
    const { sender, receiver } = legs[count % LEGS] ?? {};
    const sequence = Math.floor(count / LEGS);
    count++;
    memory[0] = 0x80;
    memory[2] = sequence >>> 8;
    memory[3] = sequence;
    const sent = sender?.protectRtp(memory, length);
    if (typeof sent !== "number" || receiver?.openRtp(memory, sent) !== length) throw new Error("a packet was refused");
  };
}
