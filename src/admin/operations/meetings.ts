import { defineOperation, noInput } from "../operation.ts";
import type { RoomView } from "../../meetings/index.ts";
import { refuseAdmin } from "../refuse-admin.ts";
import type { ObjectNode, SchemaNode } from "../shapes/schema-node.ts";
import { moment, notes, showTime } from "../shapes/words.ts";

const id = { type: "string", pattern: "^[0-9A-Za-z-]{1,64}$" } as const satisfies SchemaNode;

const meetingList = {
  type: "object",
  additionalProperties: false,
  required: ["meetings", "notes"],
  properties: {
    meetings: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["meetingId", "startedAt", "members"],
        properties: {
          meetingId: { type: "string" },
          externalMeetingId: { type: "string" },
          startedAt: moment,
          members: {
            type: "array",
            items: {
              type: "object",
              additionalProperties: false,
              required: ["attendeeId", "externalUserId", "kind", "joinedAt", "isMuted", "isPresent"],
              properties: {
                attendeeId: { type: "string" },
                externalUserId: { type: "string" },
                kind: { type: "string", enum: ["browser", "telephone"] },
                callId: { type: "string", description: "The call of a telephone that came through an application." },
                joinedAt: moment,
                isMuted: { type: "boolean" },
                isPresent: { type: "boolean", description: "Whether its audio has been joined." },
                levelDb: {
                  type: "number",
                  description: "How loud it speaks now, dB of full scale, 0 at most. Absent: it does not speak.",
                },
              },
            },
          },
        },
      },
    },
    notes,
  },
} as const satisfies SchemaNode;

const ofMember = {
  type: "object",
  additionalProperties: false,
  required: ["meetingId", "attendeeId"],
  properties: { meetingId: id, attendeeId: id },
} as const satisfies ObjectNode;

/** The rooms. */
export const listMeetings = defineOperation({
  id: "ListMeetings",
  method: "GET",
  path: "/meetings",
  summary: "The meetings on this node in which somebody is, and who.",
  input: noInput,
  answer: meetingList,
  handle: (_input, { source }) => ({
    meetings: source.rooms().map(({ meetingId, externalMeetingId, createdAt, members }) => ({
      ...{ meetingId, startedAt: showTime(createdAt), members: members.map(describeMember) },
      ...(externalMeetingId === undefined ? {} : { externalMeetingId }),
    })),
    notes: [],
  }),
});

function describeMember({ transactionId, joinedAt, levelDb, ...member }: RoomView["members"][number]) {
  return {
    ...{ ...member, joinedAt: showTime(joinedAt) },
    ...(transactionId === undefined ? {} : { callId: transactionId }),
    ...(levelDb === undefined ? {} : { levelDb }),
  };
}

/** Silence for one. */
export const muteMember = defineOperation({
  id: "MuteMember",
  method: "POST",
  path: "/meetings/{meetingId}/members/{attendeeId}/mute",
  summary: "Mutes somebody who takes part in a meeting by telephone.",
  input: ofMember,
  answer: ofMember,
  handle: (who, { source }) => setMuted(who, true, source),
});

/** Its end. */
export const unmuteMember = defineOperation({
  id: "UnmuteMember",
  method: "DELETE",
  path: "/meetings/{meetingId}/members/{attendeeId}/mute",
  summary: "Lets somebody who takes part in a meeting by telephone speak again.",
  input: ofMember,
  answer: ofMember,
  handle: (who, { source }) => setMuted(who, false, source),
});

/** Out of the room. */
export const removeMember = defineOperation({
  id: "RemoveMember",
  method: "DELETE",
  path: "/meetings/{meetingId}/members/{attendeeId}",
  summary: "Puts somebody out of a meeting for good, as DeleteAttendee does.",
  input: ofMember,
  answer: ofMember,
  async handle({ meetingId, attendeeId }, { ask }) {
    await ask.perform("DeleteAttendee", { MeetingId: meetingId, AttendeeId: attendeeId });
    return { meetingId, attendeeId };
  },
});

async function setMuted(
  { meetingId, attendeeId }: { readonly meetingId: string; readonly attendeeId: string },
  isMuted: boolean,
  source: { setMuted(meetingId: string, attendeeId: string, isMuted: boolean): Promise<boolean> },
) {
  if (await source.setMuted(meetingId, attendeeId, isMuted)) return { meetingId, attendeeId };
  const why = `Nobody takes part in the meeting ${meetingId} by telephone as ${attendeeId}; who takes part in a browser mutes itself.`;
  throw refuseAdmin("API_NOT_FOUND", why);
}
