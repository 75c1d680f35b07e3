import { errorCode, errorMessage, type Clock, type Logger } from "../../kernel/index.ts";
import type { MixerMedia } from "../../media/index.ts";
import type { Meeting } from "../../store/index.ts";
import type { NoteRefusal } from "../refusal-causes.ts";
import type {
  MeetingDoor,
  MeetingJoin,
  MeetingLegDelegate,
  MeetingMembership,
  MeetingRefusal,
  MemberEnd,
  RoomRegistry,
} from "../types.ts";
import { openRoom, type MemberLink, type MemberView, type Room } from "./room.ts";

export interface RoomsPorts {
  readonly media: MixerMedia;
  readonly registry: RoomRegistry;
  readonly noteRefusal: NoteRefusal;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What is shown of a room in which somebody is. */
export interface RoomView {
  readonly meetingId: string;
  readonly externalMeetingId: string | undefined;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly members: readonly MemberView[];
}

/** The rooms of all meetings that have not ended. */
export interface Rooms {
  readonly door: MeetingDoor;
  /** undefined when the meeting has ended. */
  find(meetingId: string): Room | undefined;
  /** Those in which somebody is. */
  list(): readonly RoomView[];
  close(): void;
}

/** What a telephone leg's owner is told. */
const outOfMeeting: Readonly<Record<MemberEnd, string>> = {
  replaced: "The attendee joined from another device.",
  superseded: "The attendee joined from another device.",
  "meeting-ended": "The meeting ended.",
  "attendee-deleted": "The attendee was deleted.",
  full: "The meeting has as many attendees as it may have.",
  "no-media": "The audio of the meeting failed.",
  dropped: "The attendee's connection was lost.",
};

/** Opens the rooms of the meetings that exist, and of those that come. */
export async function openRooms(ports: RoomsPorts): Promise<Rooms> {
  const { registry } = ports;
  const rooms = new Map<string, Room>();
  const open = (meeting: Meeting) => {
    if (!rooms.has(meeting.id)) rooms.set(meeting.id, openRoom(meeting, ports));
  };
  const stopListening = registry.listen({
    onMeetingCreated: open,
    onMeetingEnded({ id }) {
      const room = rooms.get(id);
      rooms.delete(id);
      room?.feed({ type: "meeting-ended" });
      room?.close();
    },
    onAttendeeDeleted({ meeting, attendee }) {
      rooms.get(meeting.id)?.dismiss(attendee.id);
    },
    onCapabilitiesChanged({ meeting, attendee }) {
      rooms.get(meeting.id)?.update(attendee);
    },
  });
  for (const meeting of await registry.liveMeetings()) open(meeting);
  const find = (meetingId: string) => rooms.get(meetingId);
  return {
    door: {
      join: (request, delegate) => joinTelephone(ports, find, request, delegate),
      setMuted: async (meetingId, attendeeIds, isMuted) => {
        const unknown = find(meetingId)?.muteTelephones(attendeeIds, isMuted) ?? attendeeIds;
        return { unknown };
      },
    },
    find,
    list: () =>
      [...rooms.values()]
        .map((room) => {
          const { id, externalMeetingId, createdAt } = room.meeting;
          return { meetingId: id, externalMeetingId, createdAt, members: room.members() };
        })
        .filter(({ members }) => members.length > 0),
    close() {
      stopListening();
      for (const room of rooms.values()) room.close();
      rooms.clear();
    },
  };
}

async function joinTelephone(
  { registry, noteRefusal }: RoomsPorts,
  find: Rooms["find"],
  { token, meetingId, transactionId, session }: MeetingJoin,
  delegate: MeetingLegDelegate,
): Promise<MeetingMembership | MeetingRefusal> {
  const who = await registry.resolveToken(token);
  if (who === undefined) {
    const why = "The join token names nobody; the meeting may have ended, or the attendee was deleted.";
    noteRefusal("bad-join-token", why, { meetingId });
    return { type: "refused", cause: "bad-token", why };
  }
  if (meetingId !== undefined && meetingId.toLowerCase() !== who.meeting.id) {
    const why = `The join token is of the meeting ${who.meeting.id}, not of ${meetingId.slice(0, 64)}.`;
    noteRefusal("other-meeting", why);
    return { type: "refused", cause: "other-meeting", why };
  }
  const room = find(who.meeting.id);
  if (room === undefined) return { type: "refused", cause: "ended", why: outOfMeeting["meeting-ended"] };
  try {
    return enter(room, { who, transactionId }, session, delegate, noteRefusal);
  } catch (error) {
    const why = `The audio of the call cannot join the meeting: ${errorMessage(error)}`;
    noteRefusal("no-room-for-audio", why, { meetingId: who.meeting.id, code: errorCode(error) });
    return { type: "refused", cause: "failed", why };
  }
}

function enter(
  room: Room,
  { who, transactionId }: Pick<MemberLink, "who" | "transactionId">,
  session: MeetingJoin["session"],
  delegate: MeetingLegDelegate,
  noteRefusal: NoteRefusal,
): MeetingMembership | MeetingRefusal {
  const leg: { isIn: boolean; refusal?: MemberEnd | undefined } = { isIn: false };
  const link: MemberLink = {
    ...{ who, transactionId },
    send: () => undefined,
    heardAtMs: () => 0,
    onOut(why) {
      if (!leg.isIn) leg.refusal = why;
      else if (why !== undefined) delegate.onRemoved(outOfMeeting[why]);
      leg.isIn = false;
    },
  };
  const member = room.joinTelephone(link, session);
  const { refusal } = leg;
  if (refusal !== undefined) {
    const isFull = refusal === "full";
    if (isFull) noteRefusal("meeting-full", outOfMeeting.full, { meetingId: room.meeting.id });
    return { type: "refused", cause: isFull ? "full" : "ended", why: outOfMeeting[refusal] };
  }
  leg.isIn = true;
  return {
    type: "joined",
    meetingId: room.meeting.id,
    attendeeId: who.attendee.id,
    leave: () => room.feed({ type: "left", member }),
  };
}
