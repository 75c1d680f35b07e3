import type { MemberEnd, MemberHappening } from "../types.ts";
import type { NoteEffect, RoomEffect, RoomTimer, Transition } from "./room-inputs.ts";
import { isShownMuted, mixOf, presentMembers, type Member, type OpenRoom } from "./room-state.ts";
import { arrivalFrame, departureFrame, indexFrame } from "./roster.ts";
import { nobodyThereMs } from "./times.ts";

/** A browser whose audio was answered has its keys by then, or is told to come again. */
const noKeysMs = 10_000;
/** A browser with keys is present after this time also without a packet. */
const presenceMs = 3_000;
/** The place of a client whose socket is lost is kept for so long. */
const graceMs = 10_000;
/** Lost clients are remembered for as long as data messages are kept, and so many of them. */
const rememberMs = 300_000;
const mostRemembered = 1_024;

/** A browser's first offer was answered. */
export function openMedia(room: OpenRoom, before: Member, isMuted: boolean): Transition<OpenRoom> {
  const member: Member = { ...before, isMuted, media: "opening" };
  return [
    withMember(room, member),
    [
      { do: "mix", member: member.id, ...mixOf(member) },
      { do: "start-timer", timer: { name: "no-keys", member: member.id }, delayMs: noKeysMs },
    ],
  ];
}

/** The keys of a browser's audio are agreed. */
export function connected(room: OpenRoom, before: Member): Transition<OpenRoom> {
  if (before.media !== "opening") return [room, [{ do: "ignore", why: "its keys were there" }]];
  const { id } = before;
  return [
    withMember(room, { ...before, media: "connected" }),
    [
      { do: "stop-timer", timer: { name: "no-keys", member: id } },
      { do: "start-timer", timer: { name: "presence", member: id }, delayMs: presenceMs },
    ],
  ];
}

/** A member's audio is there: it becomes present, under a number of its own, and takes over from earlier connections of its attendee. */
export function flows(room: OpenRoom, before: Member): Transition<OpenRoom> {
  if (before.stream !== 0) return [room, [{ do: "ignore", why: "is present" }]];
  const member: Member = { ...before, media: "flowing", stream: room.nextStream };
  const position = room.members.findIndex(({ id }) => id === member.id);
  const earlier = room.members.filter(
    (one, index) =>
      one.attendeeId === member.attendeeId && (index < position || (one.stream !== 0 && index > position)),
  );
  const seen = earlier.filter(({ stream }) => stream !== 0);
  const members = room.members.filter((one) => !earlier.includes(one));
  const next = withMember({ ...room, members, nextStream: room.nextStream + 1 }, member);
  const wasEmpty = presentMembers(room).length === 0;
  return [
    next,
    [
      ...stopTimers(member.id),
      { do: "send-all", frame: arrivalFrame(member, seen) },
      ...earlier.flatMap((one) => takeOver(member, one)),
      ...(seen.some((one) => !isSameClient(member, one)) ? [] : [note(member, "joined")]),
      ...(isShownMuted(member) ? [note(member, "muted", member.isMuted ? "itself" : "room")] : []),
      ...(presentMembers(next).length === presentMembers(room).length ? [] : tellCount(next)),
      ...(wasEmpty ? [{ do: "stop-timer", timer: { name: "nobody-there" } } as const] : []),
    ],
  ];
}

/** No packets come any more, although the member has not left: it is present again when they do. */
export function mediaLost(room: OpenRoom, before: Member): Transition<OpenRoom> {
  if (before.media === "opening" || before.media === "connected") return remove(room, before, "no-media");
  if (before.stream === 0) return [room, [{ do: "ignore", why: "is not present" }]];
  const next = withMember(room, { ...before, media: "stopped", stream: 0 });
  return [next, [note(before, "dropped", "no-packets"), ...tellDeparture(next, before, true)]];
}

/** The session of a member's audio is gone for good. A browser's client comes back with another one, often because it closed this one itself: it is told
 * to, and its place is kept as when its socket is lost. */
export function endMedia(room: OpenRoom, before: Member, heardAtMs: number): Transition<OpenRoom> {
  const { id, kind, stream, clientSession, isLost } = before;
  if (kind === "telephone" || stream === 0) return remove(room, before, "no-media");
  if (isLost) return [room, [{ do: "unmix", member: id }]];
  return [
    withMember(remember(room, clientSession, heardAtMs), { ...before, isLost: true }),
    [
      { do: "unmix", member: id },
      { do: "let-go", member: id, why: "no-media" },
      { do: "start-timer", timer: { name: "grace", member: id }, delayMs: graceMs },
    ],
  ];
}

/** A socket is gone without a LEAVE: its client probably comes back. One that nobody has seen yet is forgotten. */
export function lose(room: OpenRoom, before: Member, heardAtMs: number): Transition<OpenRoom> {
  if (before.isLost || before.kind === "telephone") return [room, [{ do: "ignore", why: "has no socket" }]];
  if (before.stream === 0) return remove(room, before, undefined);
  const next = withMember(remember(room, before.clientSession, heardAtMs), { ...before, isLost: true });
  return [next, [{ do: "start-timer", timer: { name: "grace", member: before.id }, delayMs: graceMs }]];
}

/** A member is out. `why` is undefined when it left. */
export function remove(room: OpenRoom, member: Member, why: MemberEnd | undefined): Transition<OpenRoom> {
  const next = { ...room, members: room.members.filter(({ id }) => id !== member.id) };
  const isDropped = why === "dropped" || why === "no-media";
  return [
    next,
    [
      ...stopTimers(member.id),
      ...(member.media === "none" ? [] : [{ do: "unmix", member: member.id } as const]),
      ...(member.stream === 0 ? [] : [note(member, isDropped ? "dropped" : "left", why)]),
      { do: "forget", member: member.id, why },
      ...(member.stream === 0 ? [] : tellDeparture(next, member, isDropped)),
    ],
  ];
}

/** What the others hear of one who is not present any more. */
function tellDeparture(next: OpenRoom, member: Member, isDropped: boolean): readonly RoomEffect[] {
  const isEmpty = presentMembers(next).length === 0;
  return [
    { do: "send-all", frame: departureFrame(member, isDropped) },
    ...tellCount(next),
    ...(isEmpty ? [{ do: "start-timer", timer: { name: "nobody-there" }, delayMs: nobodyThereMs } as const] : []),
  ];
}

/** An earlier connection of the attendee ends. A client that came back was dropped and has joined; a second device is another use of the token. */
function takeOver(newcomer: Member, earlier: Member): readonly RoomEffect[] {
  const isSame = isSameClient(newcomer, earlier);
  const why = isSame ? "superseded" : "replaced";
  return [
    ...stopTimers(earlier.id),
    ...(earlier.media === "none" ? [] : [{ do: "unmix", member: earlier.id } as const]),
    ...(earlier.stream === 0 ? [] : [note(earlier, isSame ? "dropped" : "authorized", why)]),
    { do: "forget", member: earlier.id, why },
  ];
}

function isSameClient(one: Member, other: Member): boolean {
  return one.clientSession !== undefined && one.clientSession === other.clientSession;
}

function tellCount(room: OpenRoom): readonly RoomEffect[] {
  return [{ do: "send-all", frame: indexFrame(room) }];
}

/** What is told outside of a member. */
export function note({ id, kind }: Member, what: MemberHappening["what"], why?: MemberHappening["why"]): NoteEffect {
  return { do: "note", member: id, what, by: kind, why };
}

function stopTimers(member: string): readonly RoomEffect[] {
  const timers: readonly RoomTimer[] = [
    { name: "no-keys", member },
    { name: "presence", member },
    { name: "grace", member },
  ];
  return timers.map((timer) => ({ do: "stop-timer", timer }));
}

function remember(room: OpenRoom, clientSession: string | undefined, atMs: number): OpenRoom {
  if (clientSession === undefined) return room;
  const others = room.lastHeard.filter((one) => one.clientSession !== clientSession && one.atMs > atMs - rememberMs);
  return { ...room, lastHeard: [...others, { clientSession, atMs }].slice(-mostRemembered) };
}

function withMember(room: OpenRoom, member: Member): OpenRoom {
  return { ...room, members: room.members.map((one) => (one.id === member.id ? member : one)) };
}
