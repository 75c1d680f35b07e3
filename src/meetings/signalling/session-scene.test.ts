import assert from "node:assert/strict";
import { createLogger } from "../../kernel/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { openMemoryStore } from "../../testing/internal/memory-store.ts";
import { officialFrames, type OfficialFrame } from "../../testing/internal/official-frames.ts";
import { browserDescriptions, createRoomMedia } from "../../testing/internal/room-media.ts";
import { createMeetingRegistry } from "../registry/create-registry.ts";
import { openRooms } from "../room/rooms.ts";
import type { MeetingLegDelegate } from "../types.ts";
import type { SocketListener } from "./meeting-socket.ts";
import { openSession } from "./session.ts";

// The scene of the tests beside it; there is none in here.

const fingerprint = `sha-256 ${Array.from({ length: 32 }, () => "AB").join(":")}`;
/** A browser's offer of audio. */
export const offer = (more: readonly string[] = [], ufrag = "abcd") =>
  [
    ...["v=0", "o=mozilla-chrome 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0", "a=msid-semantic: WMS"],
    ...["m=audio 9 UDP/TLS/RTP/SAVPF 111", "c=IN IP4 0.0.0.0", "a=rtpmap:111 opus/48000/2", "a=mid:0", "a=sendrecv"],
    ...[`a=ice-ufrag:${ufrag}`, "a=ice-pwd:0123456789012345678901", `a=fingerprint:${fingerprint}`, "a=setup:actpass"],
    ...["a=rtcp-mux", ...more, ""],
  ].join("\r\n");

/** A meeting over the real registry and rooms, with sockets that a test holds the other end of, and media without packets. */
async function scene(maxAttendees?: number) {
  const store = await openMemoryStore();
  const clock = createManualClock();
  const media = createRoomMedia();
  const refusals: string[] = [];
  const events: string[] = [];
  const lines: string[] = [];
  const registry = createMeetingRegistry({
    ...{ store, clock, tokenSecret: new Uint8Array(32), maxMeetings: 10 },
    onOccurrence: ({ type, attendee }) =>
      void events.push(`${type.replace("chime:", "")} ${attendee?.externalUserId ?? ""}`),
  });
  const noteRefusal = (cause: string) => void refusals.push(cause);
  const ports = {
    registry,
    media,
    noteRefusal,
    clock,
    log: createLogger({ level: "info", write: (line) => void lines.push(line) }),
  };
  const rooms = await openRooms(ports);
  const made = await registry.createMeeting({
    ...{ requestToken: "r", externalMeetingId: "m", mediaRegion: "us-east-1", hostId: undefined },
    ...{ features: maxAttendees === undefined ? {} : { maxAttendees }, notifications: {}, tenantIds: [], tags: [] },
  });
  assert.ok(made.type === "created");
  const meetingId = made.meeting.id;
  const room = rooms.find(meetingId);
  assert.ok(room !== undefined);

  const attend = async (externalUserId: string) => {
    const outcome = await registry.createAttendee(meetingId, { externalUserId, capabilities: undefined });
    assert.ok(outcome.type === "created" || outcome.type === "existing");
    return { ...outcome.attendee, token: registry.tokenOf(outcome.attendee) };
  };
  /** A socket of the attendee; what the client gets is a line each. */
  const connect = async (name: string) => {
    const { token } = await attend(name);
    const who = await registry.resolveToken(token);
    assert.ok(who !== undefined);
    const received: string[] = [];
    const frames: OfficialFrame[] = [];
    let listener: SocketListener | undefined;
    let unread = 0;
    let isDeaf = false;
    let isSlow = false;
    const socket = {
      source: "192.0.2.7",
      send(message: Uint8Array) {
        if (isSlow) unread += message.length;
        const frame = officialFrames.decode(message);
        frames.push(frame);
        received.push(officialFrames.print(frame));
      },
      unreadBytes: () => unread,
      close: (code: number) => {
        received.push(`closed ${code}`);
        listener?.onClose(code);
      },
      cut: () => {
        received.push("cut");
        listener?.onClose(1_006);
      },
      stopReading: () => void (isDeaf = true),
      listen: (given: SocketListener) => void (listener = given),
    };
    const session = openSession(socket, who, room, {
      ...ports,
      descriptions: browserDescriptions,
    });
    const client = {
      attendee: who.attendee,
      frames,
      session,
      /** What came since it was asked for last. */
      got: () => received.splice(0),
      bytes: (message: Uint8Array, isBinary = true) => listener?.onMessage(message, isBinary),
      send: (type: string, body: object = {}) => listener?.onMessage(officialFrames.encode(type, body), true),
      close: (code: number) => listener?.onClose(code),
      stopReading: () => void (unread = 4_000_000),
      /** Its line takes nothing from now on. */
      stall: () => void (isSlow = true),
      isDeaf: () => isDeaf,
      join: (audioSessionId = 1) => client.send("JOIN", { join: { audioSessionId, protocolVersion: 2 } }),
      async subscribe(sub: object = {}) {
        client.send("SUBSCRIBE", { sub: { sdpOffer: offer(), audioMuted: false, duplex: 1, ...sub } });
        await new Promise(setImmediate);
      },
      /** From the JOIN to the first packet. */
      async enter(audioSessionId?: number) {
        client.join(audioSessionId);
        await client.subscribe();
        media.browsers.at(-1)?.connect();
        const { session: audio } = media.browsers.at(-1) ?? {};
        assert.ok(audio !== undefined);
        media.flows(audio);
        received.length = 0;
        return audio;
      },
    };
    return client;
  };
  /** A telephone leg; `out`: why it was removed. */
  const call = async (name: string, delegate: Partial<MeetingLegDelegate> = {}) => {
    const { token, id } = await attend(name);
    const out: string[] = [];
    const session = media.telephone();
    const joined = await rooms.door.join(
      { token, meetingId, session },
      { onRemoved: (why) => void out.push(why), ...delegate },
    );
    return { joined, out, session, id };
  };
  const close = async () => {
    rooms.close();
    await store.close();
    assert.equal(clock.pendingTimers(), 0, "timers that are left");
  };
  return { clock, media, refusals, events, lines, registry, rooms, meetingId, attend, connect, call, close };
}

/** A meeting and the ways into it. */
export type Scene = Awaited<ReturnType<typeof scene>>;
/** A test in such a meeting, after which nothing is left. */
export const inMeeting = (body: (meeting: Scene) => Promise<void>, maxAttendees?: number) => async () => {
  const meeting = await scene(maxAttendees);
  await body(meeting);
  // Whoever is told of an end has its socket closed after a while.
  meeting.clock.advance(10_000);
  await meeting.close();
};
