import { createCauseLog, type Clock, type Logger } from "../kernel/index.ts";
import type { BrowserMedia, MixerMedia } from "../media/index.ts";
import type { NoteRefusal } from "./refusal-causes.ts";
import { openRooms, type RoomView } from "./room/rooms.ts";
import type { BrowserDescriptions } from "./signalling/browser-leg.ts";
import { createSignalling, type Signalling } from "./signalling/signalling.ts";
import type { MeetingDoor, RoomRegistry } from "./types.ts";

export interface MeetingsOptions {
  readonly registry: RoomRegistry;
  readonly media: MixerMedia & BrowserMedia;
  readonly descriptions: BrowserDescriptions;
  /** Origins of pages that may take part, such as `https://www.example.com`; undefined: any. */
  readonly allowedOrigins?: readonly string[] | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Counts of what is open, all zero when nobody is in a meeting. */
export interface MeetingsLedger {
  /** Meetings in which somebody is. */
  readonly meetingRooms: number;
  /** Connections of attendees, by browser and by telephone. */
  readonly meetingMembers: number;
  /** WebSockets of clients, also of those who have not joined. */
  readonly meetingSockets: number;
}

/** The rooms of all meetings, and the ways into them. */
export interface Meetings {
  /** For telephone legs. */
  readonly door: MeetingDoor;
  /** For browsers: takes the connection of a request for a meeting's WebSocket; false: it is for somebody else. */
  readonly takeWebSocket: Signalling["take"];
  /** Who is in which meeting. */
  rooms(): readonly RoomView[];
  ledger(): MeetingsLedger;
  /** How many clients and legs were refused since the start, by cause (docs/refusals.md). */
  refusals(): Readonly<Record<string, number>>;
  /** Tells all clients to come back, and closes the rooms. */
  close(): void;
}

/** Opens the rooms of the meetings that the registry has, and the ways into them. */
export async function createMeetings(options: MeetingsOptions): Promise<Meetings> {
  const { registry, media, descriptions, allowedOrigins, clock, log } = options;
  const causes = createCauseLog(clock, log);
  const noteRefusal: NoteRefusal = (cause, why, facts = {}) =>
    causes.note({ cause, level: "warn", facts: { ...facts, refusal: cause }, text: `meeting: ${cause}: ${why}` });
  const rooms = await openRooms({ registry, media, noteRefusal, clock, log });
  const signalling = createSignalling({
    rooms,
    registry,
    media,
    descriptions,
    allowedOrigins,
    noteRefusal,
    clock,
    log,
  });
  return {
    door: rooms.door,
    takeWebSocket: signalling.take,
    rooms: rooms.list,
    ledger() {
      const list = rooms.list();
      return {
        meetingRooms: list.length,
        meetingMembers: list.reduce((sum, { members }) => sum + members.length, 0),
        meetingSockets: signalling.sockets(),
      };
    },
    refusals: causes.counts,
    close() {
      signalling.close();
      rooms.close();
      causes.close();
    },
  };
}
