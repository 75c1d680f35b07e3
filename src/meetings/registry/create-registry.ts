import { createHash } from "node:crypto";
import { newId, type Clock } from "../../kernel/index.ts";
import type { Attendee, Meeting, Store } from "../../store/index.ts";
import type { MeetingOccurrence } from "../events/meeting-event.ts";
import type { MeetingEndReason, MemberHappening, RegistryListener } from "../types.ts";
import { defaultCapabilities, whyNotCapable } from "./capabilities.ts";
import { createJoinTokens } from "./join-tokens.ts";
import type {
  CreateAttendeeOutcome,
  CreateMeetingOutcome,
  MeetingRegistry,
  NewAttendee,
  NewMeeting,
  SetCapabilitiesOutcome,
} from "./types.ts";

/** Most attendees that exist in a meeting, whether or not they take part. Contract: meetings-attendee-limit */
export const mostAttendees = 250;

export interface RegistryOptions {
  readonly store: Pick<Store, "meetings" | "attendees">;
  /** What join tokens are made from, at least 32 random bytes. */
  readonly tokenSecret: Uint8Array;
  /** Most meetings at one time. */
  readonly maxMeetings: number;
  readonly clock: Pick<Clock, "now">;
  /** Gets all that happens, in order. Must not throw. */
  readonly onOccurrence: (occurrence: MeetingOccurrence) => void;
}

type OccurrenceDetails = Pick<MeetingOccurrence, "by" | "why" | "transactionId">;

const happenings = {
  joined: "chime:AttendeeJoined",
  left: "chime:AttendeeLeft",
  dropped: "chime:AttendeeDropped",
  authorized: "chime:AttendeeAuthorized",
  muted: "offhook:AttendeeMuted",
  unmuted: "offhook:AttendeeUnmuted",
} as const satisfies Record<MemberHappening["what"], MeetingOccurrence["type"]>;

/** What the parts of a registry work with. */
interface Parts extends RegistryOptions {
  tell(type: MeetingOccurrence["type"], meeting: Meeting, attendee?: Attendee, more?: OccurrenceDetails): void;
  /** Calls one method of every listener. */
  each(call: (listener: RegistryListener) => void): void;
}

/** Makes the registry over the store, where meetings and attendees stay over a restart, with their tokens. */
export function createMeetingRegistry(options: RegistryOptions): MeetingRegistry {
  const { store, clock, onOccurrence } = options;
  const tokens = createJoinTokens(options.tokenSecret);
  const listeners = new Set<RegistryListener>();
  const parts: Parts = {
    ...options,
    tell: (type, meeting, attendee, more) =>
      onOccurrence({ type, meeting, ...(attendee === undefined ? {} : { attendee }), ...more, at: clock.now() }),
    each: (call) => listeners.forEach(call),
  };
  const findAttendee = async (meetingId: string, attendeeId: string) => {
    const attendee = await store.attendees.get(attendeeId.toLowerCase());
    return attendee?.meetingId === meetingId.toLowerCase() ? attendee : undefined;
  };
  const findMeeting = (meetingId: string) => store.meetings.get(meetingId.toLowerCase());

  return {
    findMeeting,
    findAttendee,
    liveMeetings: () => store.meetings.all(),
    listMeetings: (page) => store.meetings.list(page),
    createMeeting: (request) => createMeeting(parts, request),
    endMeeting: async (meetingId, reason) => endMeeting(parts, await findMeeting(meetingId), reason),
    setMeetingTags: (meetingId, tags) => store.meetings.setTags(meetingId.toLowerCase(), tags),
    createAttendee: async (meetingId, request) => createAttendee(parts, await findMeeting(meetingId), request),
    async listAttendees(meetingId, page) {
      const meeting = await findMeeting(meetingId);
      return meeting && store.attendees.list({ ...page, meetingId: meeting.id });
    },
    async deleteAttendee(meetingId, attendeeId) {
      const [meeting, attendee] = [await findMeeting(meetingId), await findAttendee(meetingId, attendeeId)];
      if (meeting === undefined || attendee === undefined) return false;
      if (!(await store.attendees.delete(attendee.id))) return false;
      parts.each((listener) => listener.onAttendeeDeleted?.({ meeting, attendee }));
      parts.tell("chime:AttendeeDeleted", meeting, attendee);
      return true;
    },
    async setCapabilities(meetingId, attendeeId, capabilities) {
      const set = async () => {
        const attendee = await findAttendee(meetingId, attendeeId);
        const changed = attendee && (await store.attendees.setCapabilities(attendee.id, capabilities));
        return changed && [changed];
      };
      return setCapabilities(parts, await findMeeting(meetingId), capabilities, set);
    },
    async setCapabilitiesOfAll(meetingId, exceptIds, capabilities) {
      const except = exceptIds.map((id) => id.toLowerCase());
      const set = () => store.attendees.setCapabilitiesOfAll(meetingId.toLowerCase(), except, capabilities);
      return setCapabilities(parts, await findMeeting(meetingId), capabilities, set);
    },
    async resolveToken(token) {
      const attendeeId = tokens.readAttendeeId(token);
      const attendee = attendeeId === undefined ? undefined : await store.attendees.get(attendeeId);
      const meeting = attendee && (await store.meetings.get(attendee.meetingId));
      return attendee && meeting && { meeting, attendee };
    },
    tokenOf: ({ id }) => tokens.make(id),
    note: ({ meeting, attendee }, { what, ...more }) => parts.tell(happenings[what], meeting, attendee, more),
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Contract: meetings-get-or-create, meetings-request-token-conflict */
async function createMeeting(parts: Parts, request: NewMeeting): Promise<CreateMeetingOutcome> {
  const { store, clock, maxMeetings } = parts;
  const { requestToken, externalMeetingId, mediaRegion, hostId, features, notifications, tenantIds, tags } = request;
  const meeting: Meeting = {
    id: newId(),
    ...(externalMeetingId === undefined ? {} : { externalMeetingId }),
    mediaRegion,
    ...(hostId === undefined ? {} : { hostId }),
    features,
    notifications,
    tenantIds,
    tags,
    createdAt: clock.now(),
  };
  const asked = [externalMeetingId, mediaRegion, hostId, features, notifications, tenantIds, tags];
  const claim = { tokenHash: digest(requestToken), requestHash: digest(JSON.stringify(asked)) };
  const outcome = await store.meetings.insert(meeting, claim, maxMeetings);
  if (outcome.type === "full") return { type: "full", limit: maxMeetings };
  if (outcome.type === "claimed") {
    const isSame = outcome.requestHash === claim.requestHash;
    return isSame ? { type: "existing", meeting: outcome.meeting } : { type: "conflict" };
  }
  parts.each((listener) => listener.onMeetingCreated?.(meeting));
  parts.tell("chime:MeetingStarted", meeting);
  return { type: "created", meeting };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Whoever is first ends it; listeners tell who left before the end is told. Contract: meetings-deleted */
async function endMeeting(parts: Parts, meeting: Meeting | undefined, reason: MeetingEndReason): Promise<boolean> {
  if (meeting === undefined || !(await parts.store.meetings.delete(meeting.id))) return false;
  parts.each((listener) => listener.onMeetingEnded?.(meeting, reason));
  parts.tell("chime:MeetingEnded", meeting, undefined, { why: reason });
  return true;
}

/** Contract: meetings-external-user-id, meetings-attendee-limit */
async function createAttendee(
  parts: Parts,
  meeting: Meeting | undefined,
  { externalUserId, capabilities: asked }: NewAttendee,
): Promise<CreateAttendeeOutcome> {
  if (meeting === undefined) return { type: "no-meeting" };
  const why = asked && whyNotCapable(asked, meeting.features);
  if (why !== undefined) return { type: "not-capable", why };
  const capabilities = asked ?? defaultCapabilities(meeting.features);
  const attendee: Attendee = { id: newId(), meetingId: meeting.id, externalUserId, capabilities };
  const outcome = await parts.store.attendees.insert(attendee, mostAttendees);
  if (outcome.type === "full") return { type: "full", limit: mostAttendees };
  if (outcome.type === "no-meeting") return { type: "no-meeting" };
  if (outcome.type === "existing") return { type: "existing", attendee: outcome.attendee };
  parts.tell("chime:AttendeeAdded", meeting, attendee);
  return { type: "created", attendee };
}

/** @param set does it, and gives whose capabilities became others; undefined when there is no such attendee */
async function setCapabilities(
  parts: Parts,
  meeting: Meeting | undefined,
  capabilities: Attendee["capabilities"],
  set: () => Promise<readonly Attendee[] | undefined>,
): Promise<SetCapabilitiesOutcome> {
  if (meeting === undefined) return { type: "no-meeting" };
  const why = whyNotCapable(capabilities, meeting.features);
  if (why !== undefined) return { type: "not-capable", why };
  const attendees = await set();
  if (attendees === undefined) return { type: "no-attendee" };
  for (const attendee of attendees) {
    parts.each((listener) => listener.onCapabilitiesChanged?.({ meeting, attendee }));
    parts.tell("chime:AttendeeCapabilitiesUpdated", meeting, attendee);
  }
  return { type: "set", attendees };
}
