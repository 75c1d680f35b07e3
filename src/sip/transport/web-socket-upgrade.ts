import { STATUS_CODES, type IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import type { WebSocketServer } from "ws";
import { errorMessage } from "../../kernel/index.ts";
import { withoutBrackets } from "../../sip-syntax/index.ts";
import type { SipStream, WebSocketRules } from "../types.ts";
import type { ConnectionCause, TransportEvents } from "./flow.ts";
import { isLoopback } from "./local-address.ts";
import { webSocketStream, type StreamEnds } from "./web-socket-stream.ts";

/** The sub-protocol of SIP. RFC 7118 §4.1 */
const subProtocol = "sip";
/** The longest message, as that of other transports: its header and its body. */
const mostPayloadBytes = 65_536 + 262_144;
/** Pieces of one message; each takes memory of its own until the last has come. */
const mostFragments = 64;
/** How long the closing handshake may take. */
const closeTimeoutMs = 2_000;
/** The field by which a proxy tells whom it speaks for, the next before it last. */
const forwardedFor = "x-forwarded-for";

/** A request for a WebSocket, with the connection that it came by. */
export interface WebSocketRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What came behind it. */
  readonly head: Buffer;
  readonly isSecure: boolean;
  readonly ends: StreamEnds;
}

/** Makes streams of SIP messages out of requests for WebSockets. */
export interface WebSocketUpgrader {
  /** Answers the request: hands its stream on, or refuses it with a status of HTTP and says why. */
  upgrade(asked: WebSocketRequest, take: (stream: SipStream) => void): void;
}

/** Makes the upgrader. */
export function createWebSocketUpgrader(
  rules: WebSocketRules,
  { hears, onDropped }: Pick<TransportEvents, "hears" | "onDropped">,
): WebSocketUpgrader {
  let server: Promise<WebSocketServer> | undefined;
  return {
    upgrade(asked, take) {
      const { request, socket, head, isSecure } = asked;
      const ends = { ...asked.ends, peer: spokenFor(request, asked.ends.peer) };
      const peer = { transport: isSecure ? "wss" : "ws", ...ends.peer } as const;
      socket.on("error", () => undefined);
      if (!hears(peer)) return void socket.destroy();
      const refusal = whyRefused(asked, rules);
      if (refusal !== undefined) {
        onDropped(refusal.cause, peer, refusal.why);
        return refuseUpgrade(socket, refusal.status, refusal.why);
      }
      server ??= openServer();
      server
        .then((opened) => {
          const fault = (why: string) => onDropped("bad-web-socket", peer, why);
          // What is wrong with the request itself is answered there.
          opened.handleUpgrade(request, socket, head, (webSocket) =>
            take(webSocketStream(webSocket, socket, ends, fault)),
          );
        })
        .catch((error: unknown) => {
          onDropped("bad-web-socket", peer, errorMessage(error));
          socket.destroy();
        });
      return undefined;
    },
  };
}

/** Made for the first client: few servers have any. */
async function openServer(): Promise<WebSocketServer> {
  const { WebSocketServer: Server } = await import("ws");
  return new Server({
    ...{ noServer: true, clientTracking: false, perMessageDeflate: false, maxFragments: mostFragments },
    ...{ maxPayload: mostPayloadBytes, closeTimeout: closeTimeoutMs, handleProtocols: () => subProtocol },
  });
}

/** Why a request gets no WebSocket. */
interface UpgradeRefusal {
  readonly cause: ConnectionCause;
  readonly status: number;
  readonly why: string;
}

function whyRefused({ request, isSecure, ends }: WebSocketRequest, rules: WebSocketRules): UpgradeRefusal | undefined {
  const foreign = rules.whyForeign(request.headers, ends.local.host);
  if (foreign !== undefined) return { cause: "foreign-page", status: 403, why: foreign };
  if (!isSecure && !rules.allowsPlain && !isLoopback(ends.peer.host)) {
    const why = "a WebSocket from another machine needs TLS (wss), or sip.webSocket.allowPlain";
    return { cause: "plain-web-socket", status: 403, why };
  }
  if (offersSip(request)) return undefined;
  return { cause: "no-sip-protocol", status: 400, why: `the WebSocket has to offer the sub-protocol ${subProtocol}` };
}

function offersSip({ headers }: IncomingMessage): boolean {
  const offered = headers["sec-websocket-protocol"] ?? "";
  return offered.split(",").some((one) => one.trim().toLowerCase() === subProtocol);
}

/** Whom a proxy on this machine speaks for, so that its clients are not taken for this machine itself; nobody else is believed. */
function spokenFor(request: IncomingMessage, peer: StreamEnds["peer"]): StreamEnds["peer"] {
  const field = request.headers[forwardedFor];
  if (field === undefined || !isLoopback(peer.host)) return peer;
  const last = withoutBrackets(String(field).split(",").at(-1)?.trim() ?? "");
  return isIP(last) === 0 ? peer : { host: last, port: peer.port };
}

/** Answers a request on a connection that nothing else answers, and ends that. */
export function refuseUpgrade(socket: Duplex, status: number, why: string): void {
  const body = Buffer.from(`${why}\n`);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    ...["Connection: close", "Content-Type: text/plain; charset=utf-8", `Content-Length: ${body.length}`],
    ...(status === 426 ? ["Upgrade: websocket"] : []),
  ];
  socket.end(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), body]));
}
