import { newId, type Clock, type Logger, type Timer } from "../../kernel/index.ts";
import { decodeClientFrame, type ClientFrame } from "../frames/client-frame.ts";
import type { DataMessage, JoinBody, SessionTiming, SubscribeBody } from "../frames/messages.ts";
import { encodeServerFrame, type ServerFrame } from "../frames/server-frame.ts";
import { meetingRefusalCauses, type MeetingRefusalCause, type NoteRefusal } from "../refusal-causes.ts";
import type { IncomingMessage } from "../room/data-messages.ts";
import type { MemberLink, Room } from "../room/room.ts";
import { fullFrame } from "../room/roster.ts";
import type { MeetingAttendee, MemberEnd } from "../types.ts";
import { createBrowserLeg, type BrowserLeg, type BrowserLegPorts } from "./browser-leg.ts";
import { createClientQuality } from "./client-quality.ts";
import { costOfDoing, costOfReading, createFrameAllowance, type FrameAllowance } from "./frame-allowance.ts";
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
/** A client that has so much unread, beside what it was sent at its JOIN, does not read. */
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
  return new Session(socket, who, room, ports);
}

/** One client: what it sends goes to the room, and what becomes of it there is told to it. */
class Session implements SignallingSession {
  readonly #socket: MeetingSocket;
  readonly #who: MeetingAttendee;
  readonly #room: Room;
  readonly #ports: SessionPorts;
  readonly #log: Logger;
  readonly #allowance: FrameAllowance;
  readonly #quality = createClientQuality();
  #phase: "waiting" | "joined" | "ending" | "closed" = "waiting";
  #timer: Timer;
  #leg: BrowserLeg | undefined;
  #member = "";
  #heardAtMs: number;
  #pingId = 0;
  #unanswered = 0;
  #mostUnread = mostUnreadBytes;

  constructor(socket: MeetingSocket, who: MeetingAttendee, room: Room, ports: SessionPorts) {
    const { clock, log } = ports;
    this.#socket = socket;
    this.#who = who;
    this.#room = room;
    this.#ports = ports;
    this.#log = log.child({ meetingId: who.meeting.id, attendeeId: who.attendee.id });
    this.#allowance = createFrameAllowance(clock);
    this.#heardAtMs = clock.monotonicMs();
    this.#timer = clock.startTimer(joinMs, () => this.#refuse("never-joined", `no JOIN came in ${joinMs / 1_000} s`));
    socket.listen({
      onMessage: (message, isBinary) => this.#onMessage(message, isBinary),
      onClose: (code) => this.#onClose(code),
    });
  }

  drain(): void {
    this.#finish();
    this.#socket.close(4_503, "the server stops");
  }

  #onMessage(message: Uint8Array, isBinary: boolean): void {
    if (this.#phase === "closed") return;
    this.#heardAtMs = this.#ports.clock.monotonicMs();
    if (message.length > largestFrame) {
      this.#refuse("frame-too-large", `a message has ${message.length} bytes`);
      return;
    }
    if (!this.#allowance.take(costOfReading(message))) return this.#hearNoMore();
    const frame = isBinary ? decodeClientFrame(message) : textMessage;
    if (!this.#allowance.take(costOfDoing(frame))) this.#hearNoMore();
    else if (frame.type === "malformed") this.#refuse("bad-frame", frame.why);
    else this.#take(frame);
  }

  /** To read what such a client sends would take the time that others need, also while it is told to go. */
  #hearNoMore(): void {
    this.#socket.stopReading();
    this.#refuse("too-many-frames", "the client sends too much");
  }

  #onClose(code: number): void {
    const wasJoined = this.#phase === "joined";
    const member = this.#member;
    this.#finish();
    // The page was closed, or left for another. Its place may be kept although it was told that it is out.
    if (code === 1_001) this.#room.feed({ type: "left", member });
    else if (wasJoined) this.#room.feed({ type: "lost", member, heardAtMs: this.#heardAtMs });
  }

  #take(frame: ClientFrame): void {
    if (frame.type === "ping") this.#send({ type: "ping-pong", pingPong: { type: 2, pingId: frame.pingId } });
    else if (frame.type === "leave") this.#answerLeave();
    else if (this.#phase === "joined") this.#takeJoined(frame);
    else if (this.#phase === "waiting" && frame.type === "join") this.#join(frame.join);
    else if (this.#phase === "waiting" && isOfJoined(frame)) {
      this.#refuse("bad-frame", `a ${frame.type} frame came before the JOIN`);
    }
  }

  #takeJoined(frame: Exclude<ClientFrame, { type: "ping" | "leave" }>): void {
    const [room, member] = [this.#room, this.#member];
    switch (frame.type) {
      case "join":
        return this.#refuse("bad-frame", "a second JOIN came over the same WebSocket");
      case "subscribe":
        return void this.#subscribe(frame.subscribe);
      case "audio-control":
        return room.feed({ type: "muted", member, isMuted: frame.isMuted });
      case "pong":
        this.#unanswered = 0;
        return undefined;
      case "client-metric":
        return this.#quality.add(frame.metrics);
      case "data-message":
        return this.#takeMessages(frame.messages);
      case "primary-meeting-join": {
        const error = { status: 403, description: "There are no replica meetings." };
        return this.#send({ type: "primary-meeting-join-ack", error });
      }
      case "session-timing":
        return logTiming(this.#log, frame.timing);
      case "other":
        return undefined;
      default:
        return frame satisfies never;
    }
  }

  #join({ audioSessionId, clientDetails = {} }: JoinBody): void {
    this.#timer.cancel();
    this.#phase = "joined";
    this.#timer = this.#ports.clock.startTimer(pingEveryMs, () => this.#ping());
    const link: MemberLink = {
      who: this.#who,
      send: (message) => this.#sendMessage(message),
      heardAtMs: () => this.#heardAtMs,
      onOut: (why) => this.#onOut(why),
    };
    // What was said in data messages before may be more than a slow line takes at once.
    this.#mostUnread = Infinity;
    this.#member = this.#room.joinBrowser(link, String(audioSessionId ?? newId()));
    this.#mostUnread = this.#socket.unreadBytes() + mostUnreadBytes;
    this.#leg = createBrowserLeg(this.#room, this.#member, this.#ports);
    const { clientSource, chimeSdkVersion, platformName, platformVersion } = clientDetails;
    const client = [clientSource, chimeSdkVersion, platformName, platformVersion].map((word) => word?.slice(0, 64));
    this.#log.info({ client: client.join(" "), source: this.#socket.source }, "a client joined a meeting");
  }

  #ping(): void {
    if (this.#unanswered >= mostMissedPongs) {
      this.#note("no-pong", `${this.#unanswered} pings were not answered`);
      this.#socket.cut();
      return;
    }
    this.#unanswered++;
    this.#timer = this.#ports.clock.startTimer(pingEveryMs, () => this.#ping());
    this.#send({ type: "ping-pong", pingPong: { type: 1, pingId: this.#pingId++ } });
  }

  async #subscribe({ sdpOffer = "", audioMuted = false, duplex, sendStreams = [] }: SubscribeBody): Promise<void> {
    const outcome = await this.#leg?.offer(sdpOffer, audioMuted);
    if (this.#phase !== "joined" || outcome === undefined || outcome.type === "gone") return;
    if (outcome.type === "refused") {
      const error = { status: meetingRefusalCauses[outcome.cause].status, description: outcome.why };
      this.#refuse(outcome.cause, outcome.why, { type: "subscribe-ack", error, suback: {} });
      return;
    }
    const sendsVideo = sendStreams.some(({ mediaType }) => mediaType === video);
    const wantsVideo = (duplex ?? receiveOnly) !== receiveOnly || sendsVideo;
    const noVideo = { error: { status: 206, description: "There is audio only." } };
    this.#send({
      ...{ type: "subscribe-ack", ...(wantsVideo ? noVideo : {}) },
      suback: { duplex: receiveOnly, sdpAnswer: outcome.answer },
    });
  }

  #takeMessages(messages: readonly DataMessage[]): void {
    const good = messages.flatMap(({ topic = "", data = new Uint8Array(0), lifetimeMs = 0 }): IncomingMessage[] => {
      if (topicForm.test(topic) && data.length <= largestData) {
        // A copy: what is kept would else keep the whole frame.
        return [{ topic, data: Uint8Array.from(data), lifetimeMs }];
      }
      this.#note("bad-message", `the topic ${JSON.stringify(topic.slice(0, 64))}, with ${data.length} bytes`);
      return [];
    });
    if (good.length === 0) return;
    const { clock } = this.#ports;
    const atNs = BigInt(Math.trunc(clock.now())) * 1_000_000n;
    this.#room.feed({ type: "messages", member: this.#member, messages: good, atMs: clock.monotonicMs(), atNs });
  }

  #answerLeave(): void {
    this.#send({ type: "leave-ack", leaveAck: {} });
    if (this.#phase !== "ending") this.#endWith(1_000, "left");
    this.#room.feed({ type: "left", member: this.#member });
  }

  /** The room has let go of the member. */
  #onOut(why: MemberEnd | undefined): void {
    this.#leg?.close().then(
      (server) => {
        this.#log.info({ client: this.#quality.figures(), server }, "the audio of a browser in a meeting ended");
      },
      (error: unknown) => this.#log.error({ err: error }, "the audio of a browser in a meeting could not be closed"),
    );
    if (this.#phase === "closed" || this.#phase === "ending" || why === undefined) return;
    if (why === "full") {
      this.#note("meeting-full", "the meeting has as many attendees as it may have");
      this.#send(fullFrame);
      this.#endWith(4_409, "the meeting is full");
      return;
    }
    if (why === "no-media")
      this.#note(
        "no-keys",
        "the handshake of its audio did not succeed, or its path was lost; Firefox sends none to 127.0.0.1",
      );
    const audioStatus = endStatus[why];
    if (audioStatus === undefined) {
      this.#finish();
      this.#socket.cut();
      return;
    }
    this.#send({ type: "audio-status", audioStatus: { audioStatus } });
    this.#endWith(4_000 + audioStatus, why);
  }

  /** The client is told why, and is out. */
  #refuse(cause: MeetingRefusalCause, why: string, frame?: ServerFrame): void {
    if (this.#phase === "ending" || this.#phase === "closed") return;
    this.#note(cause, why);
    const { status = 400 } = meetingRefusalCauses[cause];
    if (this.#phase === "waiting") {
      this.#finish();
      this.#socket.close(status < 1_000 ? 4_000 + status : status, shorten(why));
      return;
    }
    const error = { status, description: why };
    this.#send(frame ?? { type: "audio-status", error, audioStatus: { audioStatus: status } });
    this.#endWith(4_000 + status, why);
    this.#room.feed({ type: "left", member: this.#member });
  }

  /** Nothing but a LEAVE is answered from now on; the client closes the socket, or we do. */
  #endWith(code: number, why: string): void {
    this.#timer.cancel();
    this.#phase = "ending";
    this.#timer = this.#ports.clock.startTimer(endingMs, () => {
      this.#finish();
      this.#socket.close(code, shorten(why));
    });
  }

  #finish(): void {
    this.#timer.cancel();
    this.#phase = "closed";
  }

  #note(cause: MeetingRefusalCause, why: string): void {
    const { meeting, attendee } = this.#who;
    this.#ports.noteRefusal(cause, why, {
      ...{ meetingId: meeting.id, attendeeId: attendee.id, source: this.#socket.source },
    });
  }

  #send(frame: ServerFrame): void {
    this.#sendMessage(encodeServerFrame(frame, this.#ports.clock.now()));
  }

  #sendMessage(message: Uint8Array): void {
    if (this.#phase === "closed") return;
    if (this.#socket.unreadBytes() > this.#mostUnread) {
      this.#note("slow-reader", `the client has more than ${this.#mostUnread} bytes unread`);
      this.#socket.cut();
      return;
    }
    this.#socket.send(message);
  }
}

const textMessage = { type: "malformed", why: "a message is binary; this one is text" } as const;

/** Frames that have no meaning without a JOIN; others may be left of an earlier session. */
function isOfJoined(frame: ClientFrame): boolean {
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
