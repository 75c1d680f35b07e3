import { frameMark } from "./client-frame.ts";
import { frameNumbers, signalFrame, type FrameName, type SignalFrame } from "./messages.ts";
import { writeMessage } from "./wire.ts";

/** What the server sends, but for the time. */
export type ServerFrame = Omit<
  SignalFrame,
  "timestampMs" | "type" | "join" | "sub" | "audioControl" | "clientMetric" | "meetingSessionTiming"
> & {
  readonly type: FrameName;
};

/** Prints a frame as one WebSocket message.
 * @param now epoch milliseconds */
export function encodeServerFrame({ type, ...body }: ServerFrame, now: number): Uint8Array {
  const frame = writeMessage({ timestampMs: BigInt(Math.trunc(now)), type: frameNumbers[type], ...body }, signalFrame);
  const bytes = new Uint8Array(frame.length + 1);
  bytes[0] = frameMark;
  bytes.set(frame, 1);
  return bytes;
}
