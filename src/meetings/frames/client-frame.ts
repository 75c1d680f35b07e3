import { errorMessage } from "../../kernel/index.ts";
import {
  frameNumbers,
  signalFrame,
  type ClientMetrics,
  type DataMessage,
  type JoinBody,
  type SessionTiming,
  type SignalFrame,
  type SubscribeBody,
} from "./messages.ts";
import { readMessage } from "./wire.ts";

/** First byte of every message, in both directions. */
export const frameMark = 0x05;

/** What a client sends. */
export type ClientFrame =
  | { readonly type: "join"; readonly join: JoinBody }
  | { readonly type: "subscribe"; readonly subscribe: SubscribeBody }
  | { readonly type: "leave" }
  | { readonly type: "audio-control"; readonly isMuted: boolean }
  | { readonly type: "ping"; readonly pingId: number }
  | { readonly type: "pong"; readonly pingId: number }
  | { readonly type: "client-metric"; readonly metrics: ClientMetrics }
  | { readonly type: "data-message"; readonly messages: readonly DataMessage[] }
  | { readonly type: "primary-meeting-join" }
  | { readonly type: "session-timing"; readonly timing: SessionTiming }
  /** One that a server of audio has nothing to do with, known or not. */
  | { readonly type: "other"; readonly number: number };

/** Why bytes are no frame: one sentence that says what would be right. */
export interface Malformed {
  readonly type: "malformed";
  readonly why: string;
}

/** Reads one WebSocket message: the byte 0x05, then a protobuf `SdkSignalFrame`. Byte fields are views on `bytes`. Never throws; its time is linear in
 * the length, which the caller bounds. */
export function decodeClientFrame(bytes: Uint8Array): ClientFrame | Malformed {
  if (bytes[0] !== frameMark) {
    const found = bytes[0] === undefined ? "an empty message" : `0x${bytes[0].toString(16).padStart(2, "0")}`;
    return malformed(`a message begins with the byte 0x05; this one has ${found}`);
  }
  let frame: SignalFrame;
  try {
    frame = readMessage(bytes.subarray(1), signalFrame);
  } catch (error) {
    return malformed(`the bytes after 0x05 are no protobuf SdkSignalFrame: ${errorMessage(error)}`);
  }
  return pickBody(frame);
}

function pickBody(frame: SignalFrame): ClientFrame | Malformed {
  const { type, join, sub, audioControl, pingPong, clientMetric, dataMessage } = frame;
  switch (type) {
    case undefined:
      return malformed("a frame has a type (field 2); this one has none");
    case frameNumbers.join:
      return join === undefined ? without("JOIN", "join") : { type: "join", join };
    case frameNumbers.subscribe:
      return sub === undefined ? without("SUBSCRIBE", "sub") : { type: "subscribe", subscribe: sub };
    case frameNumbers.leave:
      return { type: "leave" };
    case frameNumbers["audio-control"]:
      if (audioControl?.muted === undefined) return without("AUDIO_CONTROL", "audio_control.muted");
      return { type: "audio-control", isMuted: audioControl.muted };
    case frameNumbers["ping-pong"]:
      return pickPing(pingPong);
    case frameNumbers["client-metric"]:
      return { type: "client-metric", metrics: clientMetric ?? {} };
    case frameNumbers["data-message"]:
      return { type: "data-message", messages: dataMessage?.messages ?? [] };
    case frameNumbers["primary-meeting-join"]:
      return { type: "primary-meeting-join" };
    case frameNumbers["meeting-session-timing"]:
      return { type: "session-timing", timing: frame.meetingSessionTiming ?? {} };
    default:
      return { type: "other", number: type };
  }
}

function pickPing(body: SignalFrame["pingPong"]): ClientFrame | Malformed {
  if (body?.pingId === undefined) return without("PING_PONG", "ping_pong.ping_id");
  if (body.type !== 1 && body.type !== 2) return malformed("ping_pong.type of a PING_PONG frame is 1 or 2");
  return { type: body.type === 1 ? "ping" : "pong", pingId: body.pingId };
}

function without(frame: string, field: string): Malformed {
  return malformed(`a ${frame} frame has ${field}; this one has none`);
}

function malformed(why: string): Malformed {
  return { type: "malformed", why };
}
