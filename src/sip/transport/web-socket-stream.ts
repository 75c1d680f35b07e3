import { isUtf8 } from "node:buffer";
import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import type { SipStream } from "../types.ts";

/** Bytes that may wait to be written; a far end that reads so slowly loses its connection. */
const mostUnsentBytes = 1_048_576;
/** Head and mask of a frame that pings or answers a ping, from a client. RFC 6455 §5.2, §5.5 */
const controlHeadBytes = 6;
/** The far end closed it: for a reason, because its page went, or without one. RFC 6455 §7.4.1 */
const goodCloses: readonly number[] = [1000, 1001, 1005];

/** It broke. */
const withoutFarewell = 1006;

/** Both ends of a stream. */
export type StreamEnds = Pick<SipStream, "peer"> & { readonly local: ReturnType<SipStream["local"]> };

/** A WebSocket as a stream on which each piece is one message, whether it came as text or as bytes. RFC 7118 §4.2
 * @param socket what it runs over, of which nothing has been read since the upgrade
 * @param onFault told of frames that are against the protocol, or too long */
export function webSocketStream(
  webSocket: WebSocket,
  socket: Duplex,
  { peer, local }: StreamEnds,
  onFault: (why: string) => void,
): SipStream {
  return {
    peer,
    local: () => local,
    start({ onBytes, onHeld, onPong, onClosed }) {
      const state: { heldBytes: number; failure: string | undefined } = { heldBytes: 0, failure: undefined };
      const takeControl = (payload: Buffer) => {
        state.heldBytes = Math.max(0, state.heldBytes - controlHeadBytes - payload.length);
      };
      webSocket.on("message", (data) => {
        state.heldBytes = 0;
        onBytes(bytesOf(data));
      });
      webSocket.on("ping", takeControl);
      webSocket.on("pong", (payload) => {
        takeControl(payload);
        onPong?.();
      });
      webSocket.on("error", (error) => {
        state.failure ??= error.message;
        onFault(error.message);
      });
      webSocket.on("close", (code) => {
        // What came last was its farewell, and no part of a message.
        if (code !== withoutFarewell) onHeld?.(0);
        const why = goodCloses.includes(code) ? undefined : `the WebSocket was closed with ${code}`;
        onClosed(state.failure ?? why);
      });
      // What has come counts as held from before the frames in it are read until a whole message was among them.
      socket.prependListener("data", (chunk: Buffer) => (state.heldBytes += chunk.length));
      socket.on("data", () => onHeld?.(state.heldBytes));
    },
    ping: () => webSocket.ping(() => undefined),
    write(bytes) {
      if (webSocket.readyState !== webSocket.OPEN) return;
      webSocket.send(bytes, { binary: !isUtf8(bytes) }, () => undefined);
      if (webSocket.bufferedAmount > mostUnsentBytes) webSocket.terminate();
    },
    close: () => webSocket.close(),
  };
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
