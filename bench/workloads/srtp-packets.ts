import { createSrtpReceiver } from "../../src/media/srtp/srtp-receiver.ts";
import { createSrtpSender, MOST_SRTP_OVERHEAD_BYTES } from "../../src/media/srtp/srtp-sender.ts";
import { splitKeyAndSalt, srtpProfiles, type SrtpProfile } from "../../src/media/srtp/profile.ts";

/** As many as make keys and states of one fall out of the nearest memory until its next turn. */
const LEGS = 200;

/** Legs whose packets are protected and opened in turns. @returns what does so with one packet of the next leg */
export function protectAndOpen(profile: SrtpProfile, payloadBytes: number): () => void {
  const { keyBytes, saltBytes } = srtpProfiles[profile];
  const legs = Array.from({ length: LEGS }, (_, index) => {
    const keys = splitKeyAndSalt(profile, new Uint8Array(keyBytes + saltBytes).fill(index));
    return { sender: createSrtpSender(keys), receiver: createSrtpReceiver(keys) };
  });
  const length = 12 + payloadBytes;
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
