import type { Clock, Timer } from "../../kernel/index.ts";
import { createFramer, type Frame } from "../message/framer.ts";
import { parseMessage } from "../message/parse.ts";
import type { SipAddress, SipStream } from "../types.ts";
import type { Flow, TransportEvents } from "./flow.ts";

/** A connection, ours or accepted, with what closes it. */
export interface TcpConnection {
  readonly flow: Flow;
  close(): void;
}

const pong = Buffer.from("\r\n");

/** Runs SIP over one stream: cuts messages, answers pings, tells those who wait when it breaks, and closes it when
 * nobody has used it for `idleMs`.
 * @param localAddress what we call ourselves in Via and Contact: the listener where there is one
 * @param onGone called once, when the stream is closed for whatever reason */
export function runTcpConnection(options: {
  readonly stream: SipStream;
  readonly clock: Clock;
  readonly idleMs: number;
  readonly events: TransportEvents;
  readonly localAddress: () => SipAddress;
  readonly onGone: () => void;
}): TcpConnection {
  const { stream, clock, events } = options;
  const peer: SipAddress = { transport: "tcp", ...stream.peer };
  const watchers = new Set<(message: string) => void>();
  const framer = createFramer();
  const state: { isOpen: boolean; idle: Timer | undefined } = { isOpen: true, idle: undefined };

  const close = () => {
    if (state.isOpen) stream.close();
  };
  const restartIdle = () => {
    state.idle?.cancel();
    state.idle = state.isOpen && watchers.size === 0 ? clock.startTimer(options.idleMs, close) : undefined;
  };
  const flow: Flow = {
    get local() {
      return options.localAddress();
    },
    peer,
    isReliable: true,
    isOpen: () => state.isOpen,
    send(bytes, onError) {
      if (state.isOpen) stream.write(bytes);
      else onError("the connection is closed");
    },
    watch(onBroken) {
      const watcher = (message: string) => onBroken(message);
      watchers.add(watcher);
      restartIdle();
      return () => {
        if (watchers.delete(watcher) && watchers.size === 0) restartIdle();
      };
    },
  };
  const handleFrame = (frame: Frame) => {
    if (frame.type === "ping") return stream.write(pong);
    if (frame.type === "broken") {
      events.onMalformed(frame.why, peer);
      return close();
    }
    const result = parseMessage(frame.bytes);
    if (result.type === "message") return events.onMessage(result.message, flow);
    if (result.type === "malformed") events.onMalformed(result.why, peer);
    return undefined;
  };

  stream.start({
    onBytes(bytes) {
      restartIdle();
      for (const frame of framer.push(bytes)) if (state.isOpen) handleFrame(frame);
    },
    onClosed(message) {
      if (!state.isOpen) return;
      state.isOpen = false;
      state.idle?.cancel();
      options.onGone();
      const waiting = [...watchers];
      watchers.clear();
      for (const watcher of waiting) watcher(message ?? "the peer closed the connection");
    },
  });
  restartIdle();
  return { flow, close };
}
