import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { RawData, WebSocket, WebSocketServer } from "ws";
import { errorMessage, SourceQuota, type SourceLimits } from "../../kernel/index.ts";
import { meetingRefusalCauses, type MeetingRefusalCause } from "../refusal-causes.ts";
import type { Room } from "../room/room.ts";
import type { Rooms } from "../room/rooms.ts";
import type { MeetingAttendee, RoomRegistry } from "../types.ts";
import type { MeetingSocket } from "./meeting-socket.ts";
import { openSession, type SessionPorts, type SignallingSession } from "./session.ts";

export interface SignallingPorts extends SessionPorts {
  readonly rooms: Rooms;
  readonly registry: Pick<RoomRegistry, "resolveToken" | "findMeeting">;
  /** Origins of pages that may take part, such as `https://www.example.com`; undefined: any. */
  readonly allowedOrigins: readonly string[] | undefined;
}

/** The WebSockets of meetings. */
export interface Signalling {
  /** Takes the connection of a request for `…/control/<MeetingId>`; false: it is for somebody else. */
  take(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** How many sockets there are. */
  sockets(): number;
  /** Tells all clients to come back, and takes no more. */
  close(): void;
}

/** Sub-protocol by which clients offer their join token, and the only one that is selected. */
const ownProtocol = "_aws_wt_session";
const controlPath = /\/control\/([^/?#]{1,64})(?:\?|$)/;
const contentMark = "#content";
/** Most WebSockets. An office may have whole meetings behind one address, and a proxy that keeps TLS has everybody's. */
const usualLimits: SourceLimits = { perSource: 2_048, inAll: 4_096 };
/** Beyond this a message is not even read; the limit that clients are told of is lower. */
const mostPayload = 262_144;
/** Pieces of one message; each takes memory of its own until the last has come. */
const mostFragments = 64;
/** How long the closing handshake may take. */
const closeTimeoutMs = 2_000;

type Verdict =
  | { readonly type: "welcome"; readonly who: MeetingAttendee; readonly room: Room }
  | { readonly type: "refused"; readonly cause: MeetingRefusalCause; readonly why: string };

/** Makes the signalling. A connection is upgraded even if it is refused, since a client learns nothing of an upgrade that fails. */
export function createSignalling(ports: SignallingPorts, limits = usualLimits): Signalling {
  const { noteRefusal, log } = ports;
  let server: Promise<WebSocketServer> | undefined;
  const quota = new SourceQuota<Duplex>(limits);
  const open = new Map<Duplex, SignallingSession | undefined>();
  let isClosing = false;

  async function judge(request: IncomingMessage, meetingId: string, hasRoom: boolean): Promise<Verdict> {
    if (isClosing) return refused("meetings-closing", "the server stops");
    if (!hasRoom) return refused("too-many-sockets", "there are too many WebSockets; close those that are not used");
    const { origin } = request.headers;
    if (ports.allowedOrigins !== undefined && (origin === undefined || !ports.allowedOrigins.includes(origin))) {
      return refused("foreign-origin", `meetings.allowedOrigins does not name ${origin?.slice(0, 200) ?? "no origin"}`);
    }
    const [first, token, ...more] = offeredProtocols(request);
    if (first !== ownProtocol || token === undefined || more.length > 0) {
      return refused("no-join-token", `the sub-protocols of a client are ${ownProtocol} and its join token`);
    }
    if (token.endsWith(contentMark)) return refused("content-session", "there is no screen share here, only audio");
    return judgeToken(token, meetingId, ports);
  }

  function welcome(socket: Duplex, webSocket: WebSocket, source: string, verdict: Verdict): void {
    if (verdict.type === "welcome" && !isClosing) {
      open.set(socket, openSession(wrap(webSocket, source), verdict.who, verdict.room, ports));
      return;
    }
    const { cause, why } = verdict.type === "refused" ? verdict : refused("meetings-closing", "the server stops");
    noteRefusal(cause, why, { source });
    // Nobody else hears of errors of this socket.
    webSocket.on("error", () => undefined);
    webSocket.close(meetingRefusalCauses[cause].status, why.slice(0, 120));
  }

  return {
    take(request, socket, head) {
      const meetingId = controlPath.exec(request.url ?? "")?.[1];
      if (meetingId === undefined) return false;
      const source = request.socket.remoteAddress ?? "";
      const hasRoom = quota.hasRoom(source, 1);
      const forget = () => {
        quota.remove(socket);
        open.delete(socket);
      };
      quota.add(socket, source, 1);
      open.set(socket, undefined);
      socket.once("close", forget);
      socket.on("error", () => undefined);
      judge(request, meetingId.toLowerCase(), hasRoom)
        .then(async (verdict) => {
          server ??= openServer();
          (await server).handleUpgrade(request, socket, head, (webSocket) =>
            welcome(socket, webSocket, source, verdict),
          );
        })
        .catch((error: unknown) => {
          log.error({ err: error, source }, `a client of a meeting could not be let in: ${errorMessage(error)}`);
          socket.destroy();
        });
      return true;
    },
    sockets: () => open.size,
    close() {
      isClosing = true;
      for (const session of open.values()) session?.drain();
    },
  };
}

/** Made for the first client: few servers have any. */
async function openServer(): Promise<WebSocketServer> {
  const { WebSocketServer } = await import("ws");
  return new WebSocketServer({
    ...{ noServer: true, clientTracking: false, perMessageDeflate: false },
    ...{ maxPayload: mostPayload, maxFragments: mostFragments, closeTimeout: closeTimeoutMs },
    // A client whose offer is not taken up drops the socket before it hears why it is refused.
    handleProtocols: (offered) => (offered.has(ownProtocol) ? ownProtocol : ([...offered][0] ?? false)),
  });
}

async function judgeToken(
  token: string,
  meetingId: string,
  { registry, rooms }: Pick<SignallingPorts, "registry" | "rooms">,
): Promise<Verdict> {
  const [meeting, who] = [await registry.findMeeting(meetingId), await registry.resolveToken(token)];
  const room = rooms.find(meetingId);
  if (meeting === undefined || room === undefined)
    return refused("no-meeting", "the meeting has ended, or there was none");
  if (who === undefined) return refused("bad-join-token", "the join token names nobody, or its attendee was deleted");
  if (who.meeting.id !== meeting.id) return refused("other-meeting", "the join token is of another meeting");
  return { type: "welcome", who, room };
}

function offeredProtocols({ headers }: IncomingMessage): readonly string[] {
  const offered = headers["sec-websocket-protocol"] ?? "";
  return offered.split(",", 4).map((protocol) => protocol.trim());
}

function refused(cause: MeetingRefusalCause, why: string): Extract<Verdict, { type: "refused" }> {
  return { type: "refused", cause, why };
}

function wrap(webSocket: WebSocket, source: string): MeetingSocket {
  return {
    source,
    send(message) {
      if (webSocket.readyState === webSocket.OPEN) webSocket.send(message, { binary: true }, () => undefined);
    },
    unreadBytes: () => webSocket.bufferedAmount,
    stopReading: () => webSocket.pause(),
    close: (code, reason) => webSocket.close(code, reason),
    cut: () => webSocket.terminate(),
    listen({ onMessage, onClose }) {
      webSocket.on("message", (data: RawData, isBinary) => onMessage(bytesOf(data), isBinary));
      webSocket.on("close", (code) => onClose(code));
      // What is wrong with the WebSocket itself closes it, which is told.
      webSocket.on("error", () => undefined);
    },
  };
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
