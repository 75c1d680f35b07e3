import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import { SourceQuota, type Clock, type SourceLimits } from "../../kernel/index.ts";
import type { SipStream } from "../types.ts";
import type { ConnectionCause, TransportEvents } from "./flow.ts";
import { toDuplex } from "./secure-stream.ts";
import type { StreamDoor } from "./stream-door.ts";
import { refuseUpgrade, type WebSocketUpgrader } from "./web-socket-upgrade.ts";

/** Connections that have not asked for a WebSocket yet. */
const requestLimits: SourceLimits = { perSource: 64, inAll: 1_024 };
const longestRequestMs = 10_000;

/** What the door for WebSockets is made with. */
export interface WebSocketDoorParts {
  /** What stands before it: TLS, or nothing. */
  readonly before: StreamDoor;
  readonly isSecure: boolean;
  readonly clock: Clock;
  readonly events: Pick<TransportEvents, "onDropped">;
  readonly upgrader: WebSocketUpgrader;
}

/** The door of connections that begin with a request of HTTP for a WebSocket. Nobody is called by it. RFC 7118, RFC 6455 §4.2 */
export function createWebSocketDoor({ before, isSecure, clock, events, upgrader }: WebSocketDoorParts): StreamDoor {
  const quota = new SourceQuota<Duplex>(requestLimits);
  const pending = new Map<Duplex, Waiting>();
  const server = createServer((_request, response) => {
    const waiting = pending.get(response.req.socket);
    waiting?.fail("not-web-socket", 426, "what listens here takes WebSockets with the sub-protocol sip");
  });
  server.on("clientError", (error, socket) => pending.get(socket)?.fail("not-web-socket", 400, error.message));
  server.on("upgrade", (request, socket, head) => {
    const waiting = pending.get(socket);
    if (waiting === undefined) return void socket.destroy();
    waiting.finish();
    return upgrader.upgrade({ request, socket, head, isSecure, ends: waiting.ends }, waiting.take);
  });

  const wait = (raw: SipStream, take: Waiting["take"]) => {
    const { peer } = raw;
    const transport = isSecure ? "wss" : "ws";
    if (!quota.hasRoom(peer.host, 1)) {
      events.onDropped(
        "too-many-handshakes",
        { transport, ...peer },
        "wait until the requests that were begun are over",
      );
      return raw.close();
    }
    const { duplex } = toDuplex(raw);
    const finish = () => {
      limit.cancel();
      quota.remove(duplex);
      return pending.delete(duplex);
    };
    const fail: Waiting["fail"] = (cause, status, why) => {
      if (!finish()) return;
      events.onDropped(cause, { transport, ...peer }, why);
      refuseUpgrade(duplex, status, why);
    };
    const tooLong = `no request for a WebSocket within ${longestRequestMs / 1_000} s`;
    const limit = clock.startTimer(longestRequestMs, () => fail("handshake-timeout", 408, tooLong));
    quota.add(duplex, peer.host, 1);
    pending.set(duplex, { ends: { peer, local: raw.local() }, take, finish, fail });
    duplex.once("close", finish);
    server.emit("connection", duplex);
    return undefined;
  };

  return {
    whyNoListener: () => before.whyNoListener(),
    accept: (raw, take) => before.accept(raw, (stream) => wait(stream, take)),
    connect() {
      throw new Error("a WebSocket is opened by its client");
    },
    pendingCount: () => before.pendingCount() + pending.size,
    close() {
      before.close();
      for (const duplex of pending.keys()) duplex.destroy();
    },
  };
}

/** A connection whose request has not come. */
interface Waiting {
  readonly ends: { readonly peer: SipStream["peer"]; readonly local: ReturnType<SipStream["local"]> };
  readonly take: (stream: SipStream) => void;
  /** It is over, one way or the other; false: it was before. */
  finish(): boolean;
  fail(cause: ConnectionCause, status: number, why: string): void;
}
