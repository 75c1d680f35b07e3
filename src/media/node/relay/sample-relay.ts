import { createPlayout } from "../../stream/playout/playout.ts";
import type { LiveSuppressor } from "../suppressor/live-suppressor.ts";
import type { HeardPacket } from "../../stream/heard-packet.ts";
import type { RtpSender } from "../../stream/sender.ts";

/** What passing on samples needs of the stream that they go into. */
export type SampleStream = Pick<RtpSender, "frame" | "hasRoom" | "sendFrame" | "sendSilence">;

/** Passes on what another session's far end says where its packets cannot go out as they are: decoded, without holes, in the packets and at the
 * times of the stream that it goes into. */
export interface SampleRelay {
  /** Takes a packet as it comes. */
  put(heard: HeardPacket, nowMs: number): void;
  /** Sends one frame. @param suppressor what takes noise out of it, if anything does */
  speak(out: SampleStream, nowMs: number, suppressor?: LiveSuppressor): void;
}

/** Makes one that heard nothing. */
export function createSampleRelay(): SampleRelay {
  const playout = createPlayout();
  let samples = new Int16Array(0);

  return {
    put: (heard, nowMs) => playout.put(heard, nowMs),
    speak(out, nowMs, suppressor) {
      // What was passed on as packets before lasts beyond this packet time.
      if (!out.hasRoom()) return;
      const { frame } = out;
      if (samples.length !== frame.length) samples = new Int16Array(frame.length);
      playout.pull(samples, 0, frame.length, nowMs);
      suppressor?.frame(samples, 0, frame.length);
      if (samples.every(isZero)) out.sendSilence(nowMs);
      else {
        frame.encode(samples, 0);
        out.sendFrame(nowMs);
      }
    },
  };
}

function isZero(sample: number): boolean {
  return sample === 0;
}
