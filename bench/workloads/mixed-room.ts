import { createMixedLegs, type MixedMember } from "../../test/media/mixed-legs.ts";

/** What a member of a room costs, microseconds of each 20 ms: its own packets in and out, without sockets and encryption. */
export interface MixedCosts {
  /** It hears the others, in Opus or by telephone. */
  readonly listener: number;
  readonly telephone: number;
  /** It speaks, and so hears a mix of its own. */
  readonly speaker: number;
  readonly speakingTelephone: number;
}

const LISTENERS = 200;
/** Of those who speak two are there in any case: some hear a mix that is not their own. */
const SPEAKERS = 8;
const BASE = 2;

/** Measures rooms that differ by one kind of member. @param ticks of each, once warm */
export async function mixedCosts(ticks: number): Promise<MixedCosts> {
  const one = (codec: MixedMember["codec"], speaks: boolean) => async (count: number) => {
    const base = Array.from({ length: BASE }, () => ({ codec: "PCMU", speaks: true }) as const);
    return tickUs([...base, ...Array.from({ length: count }, () => ({ codec, speaks }))], ticks);
  };
  const each = async (room: (count: number) => Promise<number>, few: number, many: number) =>
    ((await room(many)) - (await room(few))) / (many - few);
  return {
    listener: await each(one("opus", false), 1, LISTENERS),
    telephone: await each(one("PCMU", false), 1, LISTENERS),
    speaker: await each(one("opus", true), 0, SPEAKERS - BASE),
    speakingTelephone: await each(one("PCMU", true), 0, SPEAKERS - BASE),
  };
}

/** Processor time of a tick, with all that its packets cause. */
async function tickUs(members: readonly MixedMember[], ticks: number): Promise<number> {
  const legs = await createMixedLegs(members);
  for (let tick = 0; tick < ticks / 2; tick++) legs.tick();
  const before = process.cpuUsage();
  for (let tick = 0; tick < ticks; tick++) legs.tick();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / ticks;
}
