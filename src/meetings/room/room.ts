import { errorMessage, newId, type Clock, type Logger, type Timer } from "../../kernel/index.ts";
import type { MediaMixer, MediaSession, MixerMedia } from "../../media/index.ts";
import type { Attendee, Meeting } from "../../store/index.ts";
import { encodeServerFrame, type ServerFrame } from "../frames/server-frame.ts";
import type { MeetingAttendee, RoomRegistry } from "../types.ts";
import { printEffect } from "./print-effect.ts";
import type { MemberEnd, RoomEffect, RoomInput, RoomTimer } from "./room-inputs.ts";
import { startRoom, stepRoom, telephonesOf } from "./room-machine.ts";
import { createRoomMix } from "./room-mix.ts";
import { isShownMuted } from "./room-state.ts";

export interface RoomPorts {
  readonly media: MixerMedia;
  readonly registry: Pick<RoomRegistry, "noteJoined" | "noteLeft" | "noteDropped" | "noteAuthorized" | "endMeeting">;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How a room reaches a member. */
export interface MemberLink {
  readonly who: MeetingAttendee;
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
  readonly kind: "browser" | "telephone";
  readonly isPresent: boolean;
  readonly isMuted: boolean;
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
  session: MediaSession | undefined;
  /** The link was told that it is out. */
  isOut: boolean;
}

/** Most attendees who take part at one time, where the meeting does not say. */
const usualMost = 250;
/** A meeting that could not be ended is ended after this time. */
const endAgainMs = 10_000;

/** Opens the room of a meeting: the shell of the machine. */
export function openRoom(meeting: Meeting, { media, registry, clock, log: parentLog }: RoomPorts): Room {
  const log = parentLog.child({ meetingId: meeting.id });
  const entries = new Map<string, Entry>();
  const timers = new Map<string, Timer>();
  const waiting: RoomInput[] = [];
  let isBusy = false;
  const memberOf = (session: MediaSession) => [...entries].find(([, entry]) => entry.session === session)?.[0];
  const feedOf = (session: MediaSession, type: "media-flows" | "media-lost") => {
    const member = memberOf(session);
    if (member !== undefined) feed({ type, member });
  };
  const endMedia = (member: string | undefined) => {
    const entry = entries.get(member ?? "");
    if (member !== undefined && entry !== undefined) {
      feed({ type: "media-ended", member, heardAtMs: entry.link.heardAtMs() });
    }
  };
  const mix = createRoomMix(
    media,
    {
      onMediaFlows: (session) => feedOf(session, "media-flows"),
      onMediaLost: (session) => feedOf(session, "media-lost"),
      onOut: (session) => endMedia(memberOf(session)),
      onLevels: (heard) => {
        const levels = heard.map(({ session, belowFullScaleDb }) => ({
          member: memberOf(session) ?? "",
          volume: Math.round(belowFullScaleDb),
        }));
        feed({ type: "levels", levels });
      },
    },
    log,
  );
  let [state, firstEffects] = startRoom(meeting.features.maxAttendees ?? usualMost, clock.now() - meeting.createdAt);

  /** Inputs that come of an effect wait for the others of the same step. */
  function feed(input: RoomInput): void {
    waiting.push(input);
    if (isBusy) return;
    isBusy = true;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [after, effects] = stepRoom(state, next);
        state = after;
        log.debug({ input: next.type, effects: effects.map(printEffect) }, "a step of a meeting's room");
        for (const effect of effects) performSafely(effect);
      }
    } finally {
      isBusy = false;
    }
  }

  /** What goes wrong with one member's effect is no reason to leave out another's. */
  function performSafely(effect: RoomEffect): void {
    try {
      perform(effect);
    } catch (error) {
      log.error({ err: error, effect: printEffect(effect) }, `a meeting's room failed: ${errorMessage(error)}`);
    }
  }

  function perform(effect: RoomEffect): void {
    switch (effect.do) {
      case "send":
        return entries.get(effect.to)?.link.send(encodeServerFrame(effect.frame, clock.now()));
      case "send-all":
        return sendAll(effect.frame, effect.except);
      case "mix": {
        const session = entries.get(effect.member)?.session;
        return session && mix.set(session, effect);
      }
      case "unmix": {
        const session = entries.get(effect.member)?.session;
        return session && mix.remove(session);
      }
      case "note":
        return note(effect.what, entries.get(effect.member)?.who);
      case "let-go":
        return letGo(entries.get(effect.member), effect.why);
      case "forget":
        return forget(effect.member, effect.why);
      case "end-meeting":
        return end(effect.reason);
      case "start-timer":
        return startTimer(effect.timer, effect.delayMs);
      case "stop-timer":
        return stopTimer(effect.timer);
      case "ignore":
        return undefined;
      default:
        return effect satisfies never;
    }
  }

  function sendAll(frame: ServerFrame, except: string | undefined): void {
    const message = encodeServerFrame(frame, clock.now());
    for (const [member, { link, isOut }] of entries) if (member !== except && !isOut) link.send(message);
  }

  function note(what: Extract<RoomEffect, { do: "note" }>["what"], who: MeetingAttendee | undefined): void {
    if (who === undefined) return;
    log.info({ attendeeId: who.attendee.id }, `an attendee of a meeting: ${what}`);
    if (what === "joined") registry.noteJoined(who);
    else if (what === "left") registry.noteLeft(who);
    else if (what === "dropped") registry.noteDropped(who);
    else registry.noteAuthorized(who);
  }

  function forget(member: string, why: MemberEnd | undefined): void {
    const entry = entries.get(member);
    if (entry === undefined) return;
    entries.delete(member);
    if (entry.session !== undefined) mix.remove(entry.session);
    letGo(entry, why);
  }

  function letGo(entry: Entry | undefined, why: MemberEnd | undefined): void {
    if (entry === undefined || entry.isOut) return;
    entry.isOut = true;
    entry.link.onOut(why);
  }

  /** The registry tells everybody, this room too. */
  function end(reason: Extract<RoomEffect, { do: "end-meeting" }>["reason"]): void {
    registry.endMeeting(meeting.id, reason).catch((error: unknown) => {
      log.error({ err: error, reason }, `a meeting could not be ended, which is tried again: ${errorMessage(error)}`);
      timers.set(
        "end again",
        clock.startTimer(endAgainMs, () => end(reason)),
      );
    });
  }

  function startTimer(timer: RoomTimer, delayMs: number): void {
    stopTimer(timer);
    const callback = () => {
      timers.delete(nameOf(timer));
      feed({ type: "timer", timer });
    };
    timers.set(nameOf(timer), clock.startTimer(delayMs, callback));
  }

  function stopTimer(timer: RoomTimer): void {
    timers.get(nameOf(timer))?.cancel();
    timers.delete(nameOf(timer));
  }

  function enter(link: MemberLink, rest: Pick<Entry, "clientSession" | "session">) {
    const member = newId();
    const { attendee } = link.who;
    entries.set(member, { link, who: link.who, isOut: false, ...rest });
    const { id: attendeeId, externalUserId, capabilities } = attendee;
    return { member, attendeeId, externalUserId, audio: capabilities.audio };
  }

  for (const effect of firstEffects) performSafely(effect);
  firstEffects = [];
  return {
    meeting,
    joinBrowser(link, clientSession) {
      // A client has one socket: an earlier one of its session is dead, even if nobody has noticed yet.
      for (const [member, entry] of entries) {
        const isSame = entry.clientSession === clientSession && entry.who.attendee.id === link.who.attendee.id;
        if (isSame) feed({ type: "lost", member, heardAtMs: entry.link.heardAtMs() });
      }
      const joining = enter(link, { clientSession, session: undefined });
      feed({ type: "browser-joined", ...joining, clientSession, atMs: clock.monotonicMs() });
      return joining.member;
    },
    joinTelephone(link, session) {
      mix.add(session);
      const joining = enter(link, { clientSession: undefined, session });
      feed({ type: "telephone-joined", ...joining });
      return joining.member;
    },
    attach(member, session) {
      const entry = entries.get(member);
      if (entry === undefined) return;
      mix.add(session);
      entry.session = session;
    },
    near: mix.near,
    feed,
    endMedia,
    update(attendee) {
      for (const entry of entries.values()) {
        if (entry.who.attendee.id === attendee.id) entry.who = { ...entry.who, attendee };
      }
      feed({ type: "capability-changed", attendeeId: attendee.id, audio: attendee.capabilities.audio });
    },
    muteTelephones(attendeeIds, isMuted) {
      const known = new Set(telephonesOf(state, attendeeIds));
      const unknown = attendeeIds.filter((id) => !known.has(id));
      if (unknown.length === 0) feed({ type: "room-muted", attendeeIds, isMuted });
      return unknown;
    },
    members: () =>
      (state.type === "ended" ? [] : state.members).map((member) => ({
        ...{ attendeeId: member.attendeeId, kind: member.kind },
        ...{ isPresent: member.stream !== 0, isMuted: isShownMuted(member) },
      })),
    close() {
      for (const timer of timers.values()) timer.cancel();
      timers.clear();
    },
  };
}

function nameOf(timer: RoomTimer): string {
  return Object.values(timer).join(" ");
}
