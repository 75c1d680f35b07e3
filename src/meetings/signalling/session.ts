import { newId, type Clock, type Logger, type Timer } from "../../kernel/index.ts";
import { decodeClientFrame, type ClientFrame } from "../frames/client-frame.ts";
import type { DataMessage, SessionTiming, SubscribeBody } from "../frames/messages.ts";
import { encodeServerFrame, type ServerFrame } from "../frames/server-frame.ts";
import { meetingRefusalCauses, type MeetingRefusalCause, type NoteRefusal } from "../refusal-causes.ts";
import type { IncomingMessage } from "../room/data-messages.ts";
import type { MemberEnd } from "../room/room-inputs.ts";
import type { Room } from "../room/room.ts";
import { fullFrame } from "../room/roster.ts";
import type { MeetingAttendee } from "../types.ts";
import { createBrowserLeg, type BrowserLeg, type BrowserLegPorts } from "./browser-leg.ts";
import { createClientQuality } from "./client-quality.ts";
import { createFrameAllowance, subscribeCost } from "./frame-allowance.ts";
import type { MeetingSocket } from "./meeting-socket.ts";

export interface SessionPorts extends BrowserLegPorts {
  readonly noteRefusal: NoteRefusal;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The signalling of one client, from the upgrade on. */
export interface SignallingSession {
  /** The server stops: the client is to come back. */
  drain(): void;
}

/** A client joins within this time. */
const joinMs = 10_000;
const pingEveryMs = 10_000;
/** Pings without an answer after which a client is taken to be gone. */
const mostMissedPongs = 3;
/** How long a client has to close its socket after it was told of the end. */
const endingMs = 2_000;
/** Largest message. */
const largestFrame = 65_536;
/** A client that has so much unread does not read. */
const mostUnreadBytes = 1_048_576;

/** What a client may send as a data message. */
const topicForm = /^[a-zA-Z0-9_-]{1,36}$/;
const largestData = 2_048;

/** `SdkStreamServiceType.RX`, and `SdkStreamMediaType.VIDEO`. */
const receiveOnly = 1;
const video = 2;

/** AUDIO_STATUS by which a client is told that it is out; undefined: its socket is not the one that it uses. */
const endStatus: Readonly<Record<Exclude<MemberEnd, "full">, number | undefined>> = {
  replaced: 301,
  superseded: undefined,
  dropped: undefined,
  "meeting-ended": 410,
  "attendee-deleted": 411,
  "no-media": 503,
};

/** Serves a client that its token lets into a room. */
export function openSession(
  socket: MeetingSocket,
  who: MeetingAttendee,
  room: Room,
  ports: SessionPorts,
): SignallingSession {
  const { clock, noteRefusal } = ports;
  const attendeeId = who.attendee.id;
  const log = ports.log.child({ meetingId: who.meeting.id, attendeeId });
  const allowance = createFrameAllowance(clock);
  const quality = createClientQuality();
  let phase: "waiting" | "joined" | "ending" | "closed" = "waiting";
  let leg: BrowserLeg | undefined;
  let member = "";
  let heardAtMs = clock.monotonicMs();
  let pingId = 0;
  let unanswered = 0;
  let timer: Timer = clock.startTimer(joinMs, () => refuse("never-joined", `no JOIN came within ${joinMs / 1_000} s`));

  function send(frame: ServerFrame): void {
    sendMessage(encodeServerFrame(frame, clock.now()));
  }

  function sendMessage(message: Uint8Array): void {
    if (phase === "closed") return;
    if (socket.unreadBytes() > mostUnreadBytes) {
      note("slow-reader", `the client has more than ${mostUnreadBytes} bytes unread`);
      return socket.cut();
    }
    socket.send(message);
  }

  function note(cause: MeetingRefusalCause, why: string): void {
    noteRefusal(cause, why, { meetingId: who.meeting.id, attendeeId, source: socket.source });
  }

  /** The client is told why, and is out. */
  function refuse(cause: MeetingRefusalCause, why: string, frame?: ServerFrame): void {
    if (phase === "ending" || phase === "closed") return undefined;
    note(cause, why);
    const { status = 400 } = meetingRefusalCauses[cause];
    if (phase === "waiting") {
      finish();
      return socket.close(status < 1_000 ? 4_000 + status : status, shorten(why));
    }
    send(frame ?? { type: "audio-status", error: { status, description: why }, audioStatus: { audioStatus: status } });
    endWith(4_000 + status, why);
    return room.feed({ type: "left", member });
  }

  /** Nothing but a LEAVE is answered from now on; the client closes the socket, or we do. */
  function endWith(code: number, why: string): void {
    timer.cancel();
    phase = "ending";
    timer = clock.startTimer(endingMs, () => {
      finish();
      socket.close(code, shorten(why));
    });
  }

  function finish(): void {
    timer.cancel();
    phase = "closed";
  }

  /** The room has let go of the member. */
  function onOut(why: MemberEnd | undefined): void {
    leg?.close().then(
      (server) => log.info({ client: quality.figures(), server }, "the audio of a browser in a meeting ended"),
      (error: unknown) => log.error({ err: error }, "the audio of a browser in a meeting could not be closed"),
    );
    if (phase === "closed" || phase === "ending" || why === undefined) return;
    if (why === "full") {
      note("meeting-full", "the meeting has as many attendees as it may have");
      send(fullFrame);
      return endWith(4_409, "the meeting is full");
    }
    const audioStatus = endStatus[why];
    if (why === "no-media") note("no-keys", "the handshake of its audio did not succeed, or its path was lost");
    if (audioStatus === undefined) {
      finish();
      return socket.cut();
    }
    send({ type: "audio-status", audioStatus: { audioStatus } });
    return endWith(4_000 + audioStatus, why);
  }

  function join(frame: Extract<ClientFrame, { type: "join" }>): void {
    const { audioSessionId, clientDetails = {} } = frame.join;
    timer.cancel();
    phase = "joined";
    timer = clock.startTimer(pingEveryMs, ping);
    const link = { who, send: sendMessage, heardAtMs: () => heardAtMs, onOut };
    member = room.joinBrowser(link, String(audioSessionId ?? newId()));
    leg = createBrowserLeg(room, member, ports);
    const { clientSource, chimeSdkVersion, platformName, platformVersion } = clientDetails;
    const client = [clientSource, chimeSdkVersion, platformName, platformVersion].map((word) => word?.slice(0, 64));
    log.info({ client: client.join(" "), source: socket.source }, "a client joined a meeting");
  }

  function ping(): void {
    if (unanswered >= mostMissedPongs) {
      note("no-pong", `${unanswered} pings were not answered`);
      return socket.cut();
    }
    unanswered++;
    timer = clock.startTimer(pingEveryMs, ping);
    return send({ type: "ping-pong", pingPong: { type: 1, pingId: pingId++ } });
  }

  function answerLeave(): void {
    send({ type: "leave-ack", leaveAck: {} });
    if (phase !== "ending") endWith(1_000, "left");
    room.feed({ type: "left", member });
  }

  async function subscribe({
    sdpOffer = "",
    audioMuted = false,
    duplex,
    sendStreams = [],
  }: SubscribeBody): Promise<void> {
    const outcome = await leg?.offer(sdpOffer, audioMuted);
    if (phase !== "joined" || outcome === undefined || outcome.type === "gone") return;
    if (outcome.type === "refused") {
      const { status } = meetingRefusalCauses[outcome.cause];
      const error = { status, description: outcome.why };
      return refuse(outcome.cause, outcome.why, { type: "subscribe-ack", error, suback: {} });
    }
    const wantsVideo =
      (duplex ?? receiveOnly) !== receiveOnly || sendStreams.some(({ mediaType }) => mediaType === video);
    const noVideo = { error: { status: 206, description: "There is audio only." } };
    send({
      ...{ type: "subscribe-ack", ...(wantsVideo ? noVideo : {}) },
      suback: { duplex: receiveOnly, sdpAnswer: outcome.answer },
    });
  }

  function takeMessages(messages: readonly DataMessage[]): void {
    const good = messages.flatMap(({ topic = "", data = new Uint8Array(0), lifetimeMs = 0 }): IncomingMessage[] => {
      if (topicForm.test(topic) && data.length <= largestData) {
        // A copy: what is kept would else keep the whole frame.
        return [{ topic, data: Uint8Array.from(data), lifetimeMs }];
      }
      note("bad-message", `the topic ${JSON.stringify(topic.slice(0, 64))}, with ${data.length} bytes`);
      return [];
    });
    if (good.length === 0) return;
    const atNs = BigInt(Math.trunc(clock.now())) * 1_000_000n;
    room.feed({ type: "messages", member, messages: good, atMs: clock.monotonicMs(), atNs });
  }

  function take(frame: ClientFrame): void {
    if (frame.type === "ping") return send({ type: "ping-pong", pingPong: { type: 2, pingId: frame.pingId } });
    if (frame.type === "leave") return answerLeave();
    if (phase === "ending") return undefined;
    if (phase === "waiting") {
      if (frame.type === "join") return join(frame);
      return isSetUp(frame) ? refuse("bad-frame", `a ${frame.type} frame came before the JOIN`) : undefined;
    }
    switch (frame.type) {
      case "join":
        return refuse("bad-frame", "a second JOIN came over the same WebSocket");
      case "subscribe":
        return void subscribe(frame.subscribe);
      case "audio-control":
        return room.feed({ type: "muted", member, isMuted: frame.isMuted });
      case "pong":
        unanswered = 0;
        return undefined;
      case "client-metric":
        return quality.add(frame.metrics);
      case "data-message":
        return takeMessages(frame.messages);
      case "primary-meeting-join": {
        const error = { status: 403, description: "There are no replica meetings." };
        return send({ type: "primary-meeting-join-ack", error });
      }
      case "session-timing":
        return logTiming(log, frame.timing);
      case "other":
        return undefined;
      default:
        return frame satisfies never;
    }
  }

  socket.listen({
    onMessage(message, isBinary) {
      if (phase === "closed") return undefined;
      heardAtMs = clock.monotonicMs();
      if (message.length > largestFrame) return refuse("frame-too-large", `a message has ${message.length} bytes`);
      const frame = isBinary ? decodeClientFrame(message) : textMessage;
      if (!allowance.take(costOf(frame))) return refuse("too-many-frames", "the client sends too much");
      if (frame.type === "malformed") return refuse("bad-frame", frame.why);
      return take(frame);
    },
    onClose(code) {
      const wasJoined = phase === "joined";
      finish();
      // The page was closed, or left for another. Its place may be kept although it was told that it is out.
      if (code === 1_001) return room.feed({ type: "left", member });
      return wasJoined ? room.feed({ type: "lost", member, heardAtMs }) : undefined;
    },
  });

  return {
    drain() {
      finish();
      socket.close(4_503, "the server stops");
    },
  };
}

const textMessage = { type: "malformed", why: "a message is binary; this one is text" } as const;

function costOf(frame: ReturnType<typeof decodeClientFrame>): number {
  if (frame.type === "subscribe") return subscribeCost;
  return frame.type === "data-message" ? Math.max(1, frame.messages.length) : 1;
}

/** Frames that have no meaning without a JOIN; others may be left of an earlier session. */
function isSetUp(frame: ClientFrame): boolean {
  return frame.type === "subscribe" || frame.type === "data-message" || frame.type === "audio-control";
}

function logTiming(log: Logger, { signaling = [] }: SessionTiming): void {
  for (const { startMs, joinSentMs, iceConnectedMs } of signaling.slice(0, 1)) {
    if (startMs === undefined) continue;
    const since = (atMs: bigint | undefined) => (atMs === undefined ? undefined : Number(atMs - startMs));
    log.info(
      { joinSentMs: since(joinSentMs), iceConnectedMs: since(iceConnectedMs) },
      "how long a client took to join",
    );
  }
}

/** Reasons of a close have 123 bytes at most; ours are ASCII, or what a client sent. */
function shorten(why: string): string {
  return why.replace(/[^\x20-\x7e]/g, "?").slice(0, 120);
}
