import { errorMessage, newId, type Clock, type Logger, type Timer } from "../../kernel/index.ts";
import type { MediaMixer, MediaSession, MixerMedia } from "../../media/index.ts";
import type { Attendee, Meeting } from "../../store/index.ts";
import { encodeServerFrame, type ServerFrame } from "../frames/server-frame.ts";
import type { MeetingAttendee, MemberEnd, MemberKind, RoomRegistry } from "../types.ts";
import { Outbox } from "./outbox.ts";
import { printEffect } from "./print-effect.ts";
import { RecentChanges } from "./recent-changes.ts";
import type { NoteEffect, RoomEffect, RoomInput, RoomTimer } from "./room-inputs.ts";
import { startRoom, stepRoom, telephonesOf } from "./room-machine.ts";
import { createRoomMix, type RoomMix, type RoomMixEvents } from "./room-mix.ts";
import { isShownMuted, type RoomState } from "./room-state.ts";

export interface RoomPorts {
  readonly media: MixerMedia;
  readonly registry: Pick<RoomRegistry, "note" | "endMeeting">;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How a room reaches a member. */
export interface MemberLink {
  readonly who: MeetingAttendee;
  /** The call of a telephone, when it has an application. */
  readonly transactionId?: string | undefined;
  /** Sends a frame; a telephone takes none. */
  send(message: Uint8Array): void;
  /** When something came from it for the last time, monotonic. */
  heardAtMs(): number;
  /** The room knows it no longer. `why` is undefined when it left. Told once. */
  onOut(why: MemberEnd | undefined): void;
}

/** What is shown of a member. */
export interface MemberView {
  readonly attendeeId: string;
  readonly externalUserId: string;
  readonly kind: MemberKind;
  /** The call of a telephone, when it has an application. */
  readonly transactionId: string | undefined;
  /** Epoch milliseconds. */
  readonly joinedAt: number;
  readonly isPresent: boolean;
  readonly isMuted: boolean;
  /** How loud it speaks now, dB of full scale: 0 or less. undefined: it does not. */
  readonly levelDb: number | undefined;
}

/** The room of one meeting. */
export interface Room {
  readonly meeting: Meeting;
  /** A browser's client that was let in by its token. Gives the id of the member; `link.onOut` was told by then when it is refused. */
  joinBrowser(link: MemberLink, clientSession: string): string;
  /** A telephone leg with its audio. Throws what the mixer throws. */
  joinTelephone(link: MemberLink, session: MediaSession): string;
  /** The audio of a browser's member, opened by `near`: it takes part from `media-opened` on. Throws what the mixer throws. */
  attach(member: string, session: MediaSession): void;
  near<T>(open: (mixer: MediaMixer) => Promise<T>): Promise<T>;
  feed(input: RoomInput): void;
  /** The session of a member's audio is gone for good. */
  endMedia(member: string): void;
  /** What an attendee may do has changed. */
  update(attendee: Attendee): void;
  /** An attendee is none any more. */
  dismiss(attendeeId: string): void;
  /** Mutes those telephones, unless one of the ids is none; gives those. */
  muteTelephones(attendeeIds: readonly string[], isMuted: boolean): readonly string[];
  members(): readonly MemberView[];
  /** Ends its timers. */
  close(): void;
}

interface Entry {
  readonly link: MemberLink;
  who: MeetingAttendee;
  readonly clientSession: string | undefined;
  /** Epoch milliseconds. */
  readonly joinedAt: number;
  session: MediaSession | undefined;
  /** The last measurement in which it spoke. */
  level?: { readonly db: number; readonly atMs: number };
  /** The link was told that it is out. */
  isOut: boolean;
}

/** Most attendees who take part at one time, where the meeting does not say. */
const usualMost = 250;
/** Members who speak are measured every 200 ms: after this time without, one is still. */
const levelHoldsMs = 500;
/** A meeting that could not be ended is ended after this time. */
const endAgainMs = 10_000;

/** Opens the room of a meeting: the shell of the machine. */
export function openRoom(meeting: Meeting, ports: RoomPorts): Room {
  return new RoomShell(meeting, ports);
}

class RoomShell implements Room {
  readonly meeting: Meeting;
  readonly #ports: RoomPorts;
  readonly #log: Logger;
  readonly #mix: RoomMix;
  readonly #entries = new Map<string, Entry>();
  readonly #timers = new Map<string, Timer>();
  readonly #waiting: RoomInput[] = [];
  readonly #changes = new RecentChanges();
  readonly #outbox: Outbox;
  #state: RoomState;
  #isBusy = false;

  constructor(meeting: Meeting, ports: RoomPorts) {
    const { media, clock, log } = ports;
    this.meeting = meeting;
    this.#ports = ports;
    this.#log = log.child({ meetingId: meeting.id });
    this.#mix = createRoomMix(media, this.#mixEvents(), this.#log);
    this.#outbox = new Outbox({
      clock,
      sendAllBut: (members, frame) => this.#sendAllBut(members, frame),
      sendTo: (member, frame) => this.#send(member, frame),
      note: (note) => this.#note(note, this.#entries.get(note.member)),
    });
    const most = meeting.features.maxAttendees ?? usualMost;
    const [state, effects] = startRoom(most, clock.now() - meeting.createdAt);
    this.#state = state;
    for (const effect of effects) this.#performSafely(effect);
  }

  joinBrowser(link: MemberLink, clientSession: string): string {
    const who = this.#changes.apply(link.who);
    if (who === undefined) return turnAway(link);
    // A client has one socket: an earlier one of its session is dead, even if nobody has noticed yet.
    for (const [member, entry] of this.#entries) {
      const isSame = entry.clientSession === clientSession && entry.who.attendee.id === link.who.attendee.id;
      if (isSame) this.feed({ type: "lost", member, heardAtMs: entry.link.heardAtMs() });
    }
    const joining = this.#enter(link, { who, clientSession, session: undefined });
    this.feed({ type: "browser-joined", ...joining, clientSession, atMs: this.#ports.clock.monotonicMs() });
    return joining.member;
  }

  joinTelephone(link: MemberLink, session: MediaSession): string {
    const who = this.#changes.apply(link.who);
    if (who === undefined) return turnAway(link);
    this.#mix.add(session);
    const joining = this.#enter(link, { who, clientSession: undefined, session });
    this.feed({ type: "telephone-joined", ...joining });
    return joining.member;
  }

  attach(member: string, session: MediaSession): void {
    const entry = this.#entries.get(member);
    if (entry === undefined) return;
    this.#mix.add(session);
    entry.session = session;
  }

  near<T>(open: (mixer: MediaMixer) => Promise<T>): Promise<T> {
    return this.#mix.near(open);
  }

  /** Inputs that come of an effect wait for the others of the same step. */
  feed(input: RoomInput): void {
    this.#waiting.push(input);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) this.#step(next);
    } finally {
      this.#isBusy = false;
    }
  }

  endMedia(member: string): void {
    const entry = this.#entries.get(member);
    if (entry !== undefined) this.feed({ type: "media-ended", member, heardAtMs: entry.link.heardAtMs() });
  }

  update(attendee: Attendee): void {
    this.#changes.note(attendee.id, attendee, this.#ports.clock.monotonicMs());
    for (const entry of this.#entries.values()) {
      if (entry.who.attendee.id === attendee.id) entry.who = { ...entry.who, attendee };
    }
    this.feed({ type: "capability-changed", attendeeId: attendee.id, audio: attendee.capabilities.audio });
  }

  dismiss(attendeeId: string): void {
    this.#changes.note(attendeeId, undefined, this.#ports.clock.monotonicMs());
    this.feed({ type: "attendee-deleted", attendeeId });
  }

  muteTelephones(attendeeIds: readonly string[], isMuted: boolean): readonly string[] {
    // As in the API, where ids are UUIDs in any capitals.
    const ids = attendeeIds.map((id) => id.toLowerCase());
    const known = new Set(telephonesOf(this.#state, ids));
    const unknown = attendeeIds.filter((_, index) => !known.has(ids[index] ?? ""));
    if (unknown.length === 0) this.feed({ type: "room-muted", attendeeIds: ids, isMuted });
    return unknown;
  }

  members(): readonly MemberView[] {
    return (this.#state.type === "ended" ? [] : this.#state.members).map((member) => ({
      ...{ attendeeId: member.attendeeId, externalUserId: member.externalUserId, kind: member.kind },
      ...{ isPresent: member.stream !== 0, isMuted: isShownMuted(member) },
      ...this.#describe(isShownMuted(member), this.#entries.get(member.id)),
    }));
  }

  #describe(isMuted: boolean, entry: Entry | undefined): Pick<MemberView, "transactionId" | "joinedAt" | "levelDb"> {
    const { clock } = this.#ports;
    const level = isMuted ? undefined : entry?.level;
    const isNow = level !== undefined && clock.monotonicMs() - level.atMs <= levelHoldsMs;
    return {
      ...{ transactionId: entry?.link.transactionId, joinedAt: entry?.joinedAt ?? clock.now() },
      levelDb: isNow ? -level.db : undefined,
    };
  }

  close(): void {
    this.#outbox.close();
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #step(input: RoomInput): void {
    if (!isFrequent(input)) this.#outbox.flush();
    const [after, effects] = stepRoom(this.#state, input);
    this.#state = after;
    this.#log.debug({ input: input.type, effects: effects.map(printEffect) }, "a step of a meeting's room");
    for (const effect of effects) this.#performSafely(effect);
  }

  #mixEvents(): RoomMixEvents {
    const memberOf = (session: MediaSession) =>
      [...this.#entries].find(([, entry]) => entry.session === session)?.[0] ?? "";
    return {
      onMediaFlows: (session) => this.feed({ type: "media-flows", member: memberOf(session) }),
      onMediaLost: (session) => this.feed({ type: "media-lost", member: memberOf(session) }),
      onOut: (session) => this.endMedia(memberOf(session)),
      onLevels: (heard) => {
        const atMs = this.#ports.clock.monotonicMs();
        const levels = heard.map(({ session, belowFullScaleDb: db }) => {
          const member = memberOf(session);
          const entry = this.#entries.get(member);
          if (entry !== undefined) entry.level = { db, atMs };
          return { member, volume: Math.round(db) };
        });
        this.feed({ type: "levels", levels });
      },
    };
  }

  #enter(link: MemberLink, rest: Pick<Entry, "who" | "clientSession" | "session">) {
    const joinedAt = this.#ports.clock.now();
    // What waits is not for the newcomer, which gets it as it is now.
    this.#outbox.flush();
    const member = newId();
    this.#entries.set(member, { link, isOut: false, joinedAt, ...rest });
    const { id: attendeeId, externalUserId, capabilities } = rest.who.attendee;
    return { member, attendeeId, externalUserId, audio: capabilities.audio };
  }

  /** What goes wrong with one member's effect is no reason to leave out another's. */
  #performSafely(effect: RoomEffect): void {
    try {
      this.#perform(effect);
    } catch (error) {
      const facts = { err: error, effect: printEffect(effect) };
      this.#log.error(facts, `a meeting's room failed: ${errorMessage(error)}`);
    }
  }

  #perform(effect: RoomEffect): void {
    const entries = this.#entries;
    switch (effect.do) {
      case "send":
        return this.#send(effect.to, effect.frame);
      case "send-all":
        return this.#sendAllBut(nobody, effect.frame);
      case "tell":
        return this.#outbox.add(effect.tidings);
      case "mix":
      case "unmix":
        return this.#changeMix(entries.get(effect.member)?.session, effect);
      case "note":
        return this.#note(effect, entries.get(effect.member));
      case "let-go":
        return letGo(entries.get(effect.member), effect.why);
      case "forget":
        return this.#forget(effect.member, effect.why);
      case "end-meeting":
        return this.#end(effect.reason);
      case "start-timer":
        return this.#startTimer(effect.timer, effect.delayMs);
      case "stop-timer":
        return this.#stopTimer(effect.timer);
      case "ignore":
        return undefined;
      default:
        return effect satisfies never;
    }
  }

  #send(member: string, frame: ServerFrame): void {
    this.#entries.get(member)?.link.send(encodeServerFrame(frame, this.#ports.clock.now()));
  }

  #sendAllBut(members: ReadonlySet<string>, frame: ServerFrame): void {
    const message = encodeServerFrame(frame, this.#ports.clock.now());
    for (const [member, { link, isOut }] of this.#entries) if (!members.has(member) && !isOut) link.send(message);
  }

  #changeMix(session: MediaSession | undefined, effect: Extract<RoomEffect, { do: "mix" | "unmix" }>): void {
    if (session === undefined) return;
    if (effect.do === "mix") this.#mix.set(session, effect);
    else this.#mix.remove(session);
  }

  #note({ what, by, why }: NoteEffect, entry: Entry | undefined): void {
    if (entry === undefined) return;
    const { transactionId } = entry.link;
    this.#ports.registry.note(entry.who, { what, by, why, transactionId });
  }

  #forget(member: string, why: MemberEnd | undefined): void {
    const entry = this.#entries.get(member);
    this.#entries.delete(member);
    if (entry?.session !== undefined) this.#mix.remove(entry.session);
    letGo(entry, why);
  }

  /** The registry tells everybody, this room too. */
  #end(reason: Extract<RoomEffect, { do: "end-meeting" }>["reason"]): void {
    const { registry, clock } = this.#ports;
    registry.endMeeting(this.meeting.id, reason).catch((error: unknown) => {
      const text = `a meeting could not be ended, which is tried again: ${errorMessage(error)}`;
      this.#log.error({ err: error, reason }, text);
      this.#timers.set(
        "end again",
        clock.startTimer(endAgainMs, () => this.#end(reason)),
      );
    });
  }

  #startTimer(timer: RoomTimer, delayMs: number): void {
    this.#stopTimer(timer);
    const callback = () => {
      this.#timers.delete(nameOf(timer));
      this.feed({ type: "timer", timer });
    };
    this.#timers.set(nameOf(timer), this.#ports.clock.startTimer(delayMs, callback));
  }

  #stopTimer(timer: RoomTimer): void {
    this.#timers.get(nameOf(timer))?.cancel();
    this.#timers.delete(nameOf(timer));
  }
}

const nobody: ReadonlySet<string> = new Set();

/** What members cause as often as they like, and what changes nothing of who is told. */
function isFrequent({ type }: RoomInput): boolean {
  return type === "muted" || type === "messages" || type === "levels";
}

/** The attendee was deleted between the look-up of its token and its joining. */
function turnAway(link: MemberLink): string {
  link.onOut("attendee-deleted");
  return newId();
}

function letGo(entry: Entry | undefined, why: MemberEnd | undefined): void {
  if (entry === undefined || entry.isOut) return;
  entry.isOut = true;
  entry.link.onOut(why);
}

function nameOf(timer: RoomTimer): string {
  return Object.values(timer).join(" ");
}
