import type { SipAddress, SipNetwork, SipStream } from "../types.ts";

/** What stands between the sockets of connections and the messages on them. */
export interface StreamDoor {
  /** Why there can be no listener, for people; undefined: there can. */
  whyNoListener(): string | undefined;
  /** Hands an accepted connection on, at once or as soon as it is ready. One that never is, is closed. */
  accept(stream: SipStream, take: (stream: SipStream) => void): void;
  /** A connection to `destination`, which may be written to at once. */
  connect(destination: SipAddress): SipStream;
  /** Accepted connections that are not ready. */
  pendingCount(): number;
  close(): void;
}

/** The door of connections on which messages go as they are. */
export function openDoor(network: SipNetwork): StreamDoor {
  return {
    whyNoListener: () => undefined,
    accept: (stream, take) => take(stream),
    connect: ({ host, port }) => network.connectStream(host, port),
    pendingCount: () => 0,
    close: () => undefined,
  };
}
