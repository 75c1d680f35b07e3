import type { HeardPacket } from "../stream/heard-packet.ts";
import type { RtpSender } from "../stream/sender.ts";

/** A part of a session that follows what happens in it. It has the methods that it needs; each is called at its place in the session's packet time
 * (`worker/session.ts`). Packets are valid during the call only. */
export interface MediaNode {
  /** A valid packet of the far end, as it comes. */
  heard?(packet: HeardPacket, nowMs: number): void;
  /** A packet left for the far end. */
  sent?(packet: HeardPacket, nowMs: number): void;
  /** A key of the far end is pressed. `packet`: the first that arrived of it, which need not be the first that was sent. */
  keyBegan?(digit: string, durationTicks: number, packet: HeardPacket, nowMs: number): void;
  /** It is still held. */
  keyGrew?(durationTicks: number): void;
  keyEnded?(digit: string, durationMs: number): void;
  /** A whole press was signalled beside the audio. */
  keySignalled?(digit: string, durationMs: number, nowMs: number): void;
  /** A key was pressed that is a pair of tones in the audio itself, and over by now. `startTicks`: where it began in the far end's stream. */
  keyInBand?(digit: string, startTicks: number): void;
  /** Noise is to be taken out of what the far end says, or left in it again. `nowMs`: 0 for what was so before the node was added. */
  suppressNoise?(isOn: boolean, nowMs: number): void;
  /** A packet time has passed. */
  tick?(nowMs: number): void;
}

/** What is said to the far end of a session while it plays nothing itself: the other leg of a bridge, for example. */
export interface Voice {
  /** Sends the audio of this packet time, or lets it pass since audio comes as it comes.
   * @returns false when silence is due */
  speak(out: RtpSender, nowMs: number): boolean;
  /** The session itself says something now, or nothing can be said: what waits is out of date. */
  interrupt(): void;
}
