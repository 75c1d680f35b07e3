import { messageFrames, sortMessages, fullBucket } from "./data-messages.ts";
import type { RoomEffect, RoomInput, RoomTimer, Transition } from "./room-inputs.ts";
import { joinBrowser, joinTelephone } from "./joining.ts";
import { connected, endMedia, flows, lose, mediaLost, note, openMedia, remove } from "./presence.ts";
import { isShownMuted, mixOf, presentMembers, type Member, type OpenRoom, type RoomState } from "./room-state.ts";
import { microphoneOf } from "./roster.ts";
import { longestMeetingMs, nobodyThereMs } from "./times.ts";
import { silence, tellVolumes } from "./volumes.ts";

/** The room of a meeting that was made `ageMs` ago; also of one that the store kept over a restart.
 * @param mostAttendees how many may be in at one time */
export function startRoom(mostAttendees: number, ageMs: number): Transition<RoomState> {
  const room: OpenRoom = {
    ...{ type: "open", members: [], nextStream: 1, mostAttendees, bucket: fullBucket, kept: [], lastHeard: [] },
    loudness: silence,
  };
  return [
    room,
    [
      { do: "start-timer", timer: { name: "nobody-there" }, delayMs: nobodyThereMs },
      { do: "start-timer", timer: { name: "too-old" }, delayMs: Math.max(0, longestMeetingMs - ageMs) },
    ],
  ];
}

/** One step of a room: who is in it, who is seen and heard by whom, and when it ends. */
export function stepRoom(state: RoomState, input: RoomInput): Transition<RoomState> {
  if (state.type === "ended") return stepEnded(state, input);
  switch (input.type) {
    case "browser-joined":
      return joinBrowser(state, input);
    case "telephone-joined":
      return joinTelephone(state, input);
    case "capability-changed":
      return remix(state, ({ attendeeId }) => attendeeId === input.attendeeId, { audio: input.audio });
    case "room-muted":
      return remix(state, ({ attendeeId, kind }) => kind === "telephone" && input.attendeeIds.includes(attendeeId), {
        isMutedByRoom: input.isMuted,
      });
    case "levels":
      return tellLevels(state, input.levels);
    case "attendee-deleted":
      return removeAll(state, ({ attendeeId }) => attendeeId === input.attendeeId, "attendee-deleted");
    case "meeting-ended":
      return endRoom(state);
    case "timer":
      return stepTimer(state, input.timer);
    default:
      return stepMember(state, input);
  }
}

/** Which of these attendees are in by telephone. */
export function telephonesOf(state: RoomState, attendeeIds: readonly string[]): readonly string[] {
  if (state.type === "ended") return [];
  return attendeeIds.filter((id) => state.members.some((one) => one.kind === "telephone" && one.attendeeId === id));
}

function stepEnded(state: RoomState, input: RoomInput): Transition<RoomState> {
  if (input.type !== "browser-joined" && input.type !== "telephone-joined")
    return ignore(state, "the meeting has ended");
  return [state, [{ do: "forget", member: input.member, why: "meeting-ended" }]];
}

/** What one member does, or what becomes of its audio. */
function stepMember(state: OpenRoom, input: Extract<RoomInput, { readonly member: string }>): Transition<RoomState> {
  const member = state.members.find(({ id }) => id === input.member);
  if (member === undefined) return ignore(state, "no such member");
  switch (input.type) {
    case "media-opened":
      if (member.media === "none") return openMedia(state, member, input.isMuted);
      return remix(state, (one) => one === member, { isMuted: input.isMuted });
    case "media-connected":
      return connected(state, member);
    case "media-flows":
      return member.media === "none" ? ignore(state, "its audio was not opened") : flows(state, member);
    case "media-lost":
      return mediaLost(state, member);
    case "media-ended":
      return endMedia(state, member, input.heardAtMs);
    case "muted":
      return remix(state, (one) => one === member, { isMuted: input.isMuted });
    case "messages":
      return passMessages(state, member, input);
    case "left":
      return remove(state, member, undefined);
    case "lost":
      return lose(state, member, input.heardAtMs);
    case "browser-joined":
    case "telephone-joined":
      return ignore(state, "is in the room");
    default:
      return input satisfies never;
  }
}

function stepTimer(state: OpenRoom, timer: RoomTimer): Transition<RoomState> {
  if (timer.name === "nobody-there" || timer.name === "too-old") {
    return [state, [{ do: "end-meeting", reason: timer.name }]];
  }
  const member = state.members.find(({ id }) => id === timer.member);
  if (member === undefined) return ignore(state, "no such member");
  switch (timer.name) {
    case "no-keys":
      return member.media === "opening" ? remove(state, member, "no-media") : ignore(state, "its keys are there");
    case "presence":
      return member.media === "connected" ? flows(state, member) : ignore(state, "is not waited for");
    case "grace":
      return member.isLost ? remove(state, member, "dropped") : ignore(state, "is not lost");
    default:
      return timer satisfies never;
  }
}

/** Changes what some members are heard or hear, and tells of microphones. */
function remix(
  state: OpenRoom,
  isMeant: (member: Member) => boolean,
  change: Partial<Pick<Member, "audio" | "isMuted" | "isMutedByRoom">>,
): Transition<RoomState> {
  const effects: RoomEffect[] = [];
  const members = state.members.map((before) => {
    if (!isMeant(before)) return before;
    const after = { ...before, ...change };
    if (after.media !== "none") effects.push({ do: "mix", member: after.id, ...mixOf(after) });
    if (after.stream !== 0 && isShownMuted(after) !== isShownMuted(before)) {
      const what = note(after, isShownMuted(after) ? "muted" : "unmuted", "isMuted" in change ? "itself" : "room");
      effects.push({ do: "tell", tidings: [{ type: "microphone", entry: microphoneOf(after), note: what }] });
    }
    return after;
  });
  return [{ ...state, members }, effects];
}

function passMessages(
  state: OpenRoom,
  sender: Member,
  input: Extract<RoomInput, { type: "messages" }>,
): Transition<RoomState> {
  const { bucket, kept, passed, throttled } = sortMessages(state, sender, input);
  return [
    { ...state, bucket, kept },
    [
      { do: "tell", tidings: passed.map((message) => ({ type: "message", message, from: sender.id })) },
      ...messageFrames(throttled).map((frame): RoomEffect => ({ do: "send", to: sender.id, frame })),
    ],
  ];
}

function tellLevels(state: OpenRoom, levels: Extract<RoomInput, { type: "levels" }>["levels"]): Transition<RoomState> {
  const present = presentMembers(state);
  const volumes = levels.flatMap(({ member, volume }) => {
    const speaker = present.find(({ id }) => id === member);
    return speaker === undefined || isShownMuted(speaker) ? [] : [{ stream: speaker.stream, volume }];
  });
  const streams = present.map(({ stream }) => stream);
  const listeners = state.members.filter(({ kind }) => kind === "browser").length;
  const [loudness, frames] = tellVolumes(state.loudness, volumes, { streams, listeners });
  return [{ ...state, loudness }, frames.map((frame): RoomEffect => ({ do: "send-all", frame }))];
}

function removeAll(
  state: OpenRoom,
  isMeant: (member: Member) => boolean,
  why: "attendee-deleted" | "meeting-ended",
): readonly [OpenRoom, readonly RoomEffect[]] {
  const effects: RoomEffect[] = [];
  let room = state;
  for (const member of state.members.filter(isMeant)) {
    const [next, more] = remove(room, member, why);
    room = next;
    effects.push(...more);
  }
  return [room, effects];
}

/** Everybody is told of the end at once, and of nobody's departure. */
function endRoom(state: OpenRoom): Transition<RoomState> {
  const [, effects] = removeAll(state, () => true, "meeting-ended");
  const stops: readonly RoomTimer[] = [{ name: "nobody-there" }, { name: "too-old" }];
  return [
    { type: "ended" },
    [
      ...effects.filter((effect) => effect.do !== "send-all" && effect.do !== "start-timer"),
      ...stops.map((timer): RoomEffect => ({ do: "stop-timer", timer })),
    ],
  ];
}

function ignore(state: RoomState, why: string): Transition<RoomState> {
  return [state, [{ do: "ignore", why }]];
}
