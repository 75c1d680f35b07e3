import type { ServerFrame } from "../frames/server-frame.ts";
import { isShownMuted, presentMembers, type Member, type OpenRoom } from "./room-state.ts";

/** What every client is told of its camera: there is no room for video. */
const noVideo = { atCapacity: true } as const;

/** Answers a JOIN. With credentials and no servers, a client gathers its own candidates only and goes on after the first one. */
export const joinAckFrame: ServerFrame = {
  type: "join-ack",
  joinack: { turnCredentials: { username: "", password: "", ttl: 3_600, uris: [] }, videoSubscriptionLimit: 25 },
};

/** Refuses a JOIN: the client shows that the meeting is full. */
export const fullFrame: ServerFrame = {
  type: "join-ack",
  error: { status: 409, description: "The meeting has as many attendees as it may have." },
  joinack: {},
};

/** How many take part. */
export function indexFrame(room: OpenRoom): ServerFrame {
  return { type: "index", index: { ...noVideo, numParticipants: presentMembers(room).length } };
}

/** Everybody who is present; undefined: nobody. */
export function wholeRoster(room: OpenRoom): ServerFrame | undefined {
  const present = presentMembers(room);
  return present.length === 0 ? undefined : rosterFrame(present.map(entryOf));
}

/** A member is present now, and takes over from others of the same attendee: it comes first, so that clients show no leave. */
export function arrivalFrame(member: Member, replaced: readonly Member[]): ServerFrame {
  return rosterFrame([entryOf(member), ...replaced.map(({ stream }) => ({ audioStreamId: stream }))]);
}

/** A member is not present any more. An entry with `muted` would be read as one of a microphone. */
export function departureFrame({ stream }: Member, isDropped: boolean): ServerFrame {
  return rosterFrame([{ audioStreamId: stream, ...(isDropped ? { dropped: true } : {}) }]);
}

/** A microphone was muted, or is no longer. */
export function microphoneOf(member: Member): RosterEntry {
  return { audioStreamId: member.stream, muted: isShownMuted(member) };
}

/** What became of microphones. */
export function microphonesFrame(entries: readonly RosterEntry[]): ServerFrame {
  return rosterFrame(entries);
}

export type RosterEntry = NonNullable<NonNullable<ServerFrame["audioStreamIdInfo"]>["streams"]>[number];

function rosterFrame(streams: readonly RosterEntry[]): ServerFrame {
  return { type: "audio-stream-id-info", audioStreamIdInfo: { streams } };
}

function entryOf(member: Member): RosterEntry {
  const { stream, attendeeId, externalUserId } = member;
  return { audioStreamId: stream, attendeeId, externalUserId, muted: isShownMuted(member) };
}
