import { replayFrames } from "./data-messages.ts";
import { flows, remove } from "./presence.ts";
import type { Joining, RoomEffect, RoomInput, Transition } from "./room-inputs.ts";
import { mixOf, type Member, type OpenRoom, type RoomState } from "./room-state.ts";
import { indexFrame, joinAckFrame, wholeRoster } from "./roster.ts";

/** Most connections of an attendee that have no audio yet; one more takes the place of the oldest. */
const mostTries = 4;

/** A browser is let in by its signalling: it gets the roster, and what was said in data messages. Its audio comes later. */
export function joinBrowser(
  state: OpenRoom,
  input: Extract<RoomInput, { type: "browser-joined" }>,
): Transition<OpenRoom> {
  if (isFull(state, input.attendeeId)) return [state, [{ do: "forget", member: input.member, why: "full" }]];
  const tries = state.members.filter(({ attendeeId, stream }) => attendeeId === input.attendeeId && stream === 0);
  const [oldest] = tries;
  if (oldest !== undefined && tries.length >= mostTries) {
    const [room, effects] = remove(state, oldest, "replaced");
    const [after, more] = joinBrowser(room, input);
    return [after, [...effects, ...more]];
  }
  const member = newMember(input, { kind: "browser", clientSession: input.clientSession });
  const room = { ...state, members: [...state.members, member] };
  const roster = wholeRoster(room);
  const sinceMs = state.lastHeard.find((one) => one.clientSession === input.clientSession)?.atMs ?? -1;
  const frames = [
    joinAckFrame,
    indexFrame(room),
    ...(roster === undefined ? [] : [roster]),
    ...replayFrames(state.kept, input.atMs, sinceMs),
  ];
  return [room, frames.map((frame): RoomEffect => ({ do: "send", to: member.id, frame }))];
}

/** A telephone leg has its audio when it joins, and is seen at once. */
export function joinTelephone(
  state: OpenRoom,
  input: Extract<RoomInput, { type: "telephone-joined" }>,
): Transition<RoomState> {
  if (isFull(state, input.attendeeId)) return [state, [{ do: "forget", member: input.member, why: "full" }]];
  const member: Member = { ...newMember(input, { kind: "telephone", clientSession: undefined }), media: "connected" };
  const [room, effects] = flows({ ...state, members: [...state.members, member] }, member);
  return [room, [{ do: "mix", member: member.id, ...mixOf(member) }, ...effects]];
}

/** Attendees count once, however often one is in while it takes over from itself. */
function isFull({ members, mostAttendees }: OpenRoom, attendeeId: string): boolean {
  const others = new Set(members.map((one) => one.attendeeId));
  others.delete(attendeeId);
  return others.size >= mostAttendees;
}

function newMember(
  { member, attendeeId, externalUserId, audio }: Joining,
  client: Pick<Member, "kind" | "clientSession">,
): Member {
  return {
    ...{ id: member, attendeeId, externalUserId, audio, ...client },
    ...{ media: "none", stream: 0, isMuted: false, isMutedByRoom: false, isLost: false },
  };
}
