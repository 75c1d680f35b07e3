import { createMixedLegs, type MixedMember } from "../../test/media/mixed-legs.ts";

/** What a member of a room costs, microseconds of each 20 ms: its own packets in and out, without sockets and encryption. */
export interface MixedCosts {
  /** It hears the others, in Opus or by telephone. */
  readonly listener: number;
  readonly telephone: number;
  /** It speaks, and so hears a mix of its own. */
  readonly speaker: number;
  readonly speakingTelephone: number;
  /** A whole meeting: two telephones and two browsers, of which one of each kind speaks. */
  readonly meeting: number;
  /** The same in a worker that has little time. */
  readonly thriftyMeeting: number;
}

const LISTENERS = 200;
/** Of those who speak two are there in any case: some hear a mix that is not their own. */
const SPEAKERS = 8;
const BASE = 2;
/** Meetings side by side, so that none finds the processor's caches its own. */
const MEETINGS = 20;
const meetingOfFour: readonly MixedMember[] = [
  { codec: "PCMU", speaks: true },
  { codec: "PCMU", speaks: false },
  { codec: "opus", speaks: true },
  { codec: "opus", speaks: false },
];

/** Measures rooms that differ by one kind of member. @param ticks of each, once warm */
export async function mixedCosts(ticks: number): Promise<MixedCosts> {
  const one = (codec: MixedMember["codec"], speaks: boolean) => async (count: number) => {
    const base = Array.from({ length: BASE }, () => ({ codec: "PCMU", speaks: true }) as const);
    return tickUs([[...base, ...Array.from({ length: count }, () => ({ codec, speaks }))]], ticks);
  };
  const each = async (room: (count: number) => Promise<number>, few: number, many: number) =>
    ((await room(many)) - (await room(few))) / (many - few);
  return {
    listener: await each(one("opus", false), 1, LISTENERS),
    telephone: await each(one("PCMU", false), 1, LISTENERS),
    speaker: await each(one("opus", true), 0, SPEAKERS - BASE),
    speakingTelephone: await each(one("PCMU", true), 0, SPEAKERS - BASE),
    meeting: await meetingUs(ticks, false),
    thriftyMeeting: await meetingUs(ticks, true),
  };
}

async function meetingUs(ticks: number, isBusy: boolean): Promise<number> {
  const rooms = Array.from({ length: MEETINGS }, () => meetingOfFour);
  return (await tickUs(rooms, Math.ceil(ticks / MEETINGS), isBusy)) / MEETINGS;
}

/** Processor time of a tick of all rooms, with all that their packets cause. */
async function tickUs(rooms: readonly (readonly MixedMember[])[], ticks: number, isBusy = false): Promise<number> {
  const all = await Promise.all(rooms.map((members) => createMixedLegs(members, isBusy)));
  const pass = (count: number) => {
    for (let tick = 0; tick < count; tick++) for (const legs of all) legs.tick();
  };
  pass(ticks / 2);
  const before = process.cpuUsage();
  pass(ticks);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / ticks;
}
