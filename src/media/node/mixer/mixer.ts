import { createLimiter } from "./limiter.ts";
import { createMixEncoder, type MixEncoder } from "./mix-encoder.ts";
import { MixerMember } from "./mixer-member.ts";
import type { Codec, EncoderTuning, SampleRate } from "../../codec/codec.ts";
import type { MemberSource } from "./ear.ts";
import type { MixerPart } from "../../types.ts";

/** The audio of one room: each member hears the sum of all others who speak. It works in ticks of 20 ms: in each, those who speak are listened to
 * and added up; what somebody hears is made when it is asked for. All who only listen hear the same, so that it is encoded once for each
 * codec; who speaks, or has just spoken, has a mix without its own voice and an encoder of its own. */
export interface Mixer {
  readonly rateHz: SampleRate;
  add(source: MemberSource, part: MixerPart): MixerMember;
  remove(member: MixerMember): void;
  readonly members: ReadonlySet<MixerMember>;
  tick(nowMs: number): void;
  /** What a member hears in this tick, in a codec, as a payload that is valid during the call; undefined when it was told, or hears nothing. */
  heardBy(member: MixerMember, codec: Codec): Pick<MixEncoder, "bytes" | "length"> | undefined;
  tune(tuning: EncoderTuning): void;
}

/** Length of a tick, milliseconds. */
export const MIXER_TICK_MS = 20;
/** Voices that are in the mix at one time; of more, the loudest. */
const MOST_VOICES = 8;
/** Who is in the mix stays there until another one is louder by this much (4 dB), so that voices do not come and go. */
const STAYS = 1.6;
/** Who has not spoken for 2 s hears what all hear. */
const TICKS_OF_OWN = 100;
/** Frames that lead an encoder to where another one was. */
const FRAMES_BEFORE = 2;

/** Makes the mixer of an empty room. */
export function createMixer(rateHz: SampleRate): Mixer {
  return new RoomMixer(rateHz);
}

class RoomMixer implements Mixer {
  readonly rateHz: SampleRate;
  readonly members = new Set<MixerMember>();
  readonly #sum: Int32Array;
  /** What all hear who do not speak, now and in the ticks before. */
  readonly #common: Int16Array;
  readonly #before: readonly Int16Array[];
  readonly #nothing: Int16Array;
  readonly #limiter = createLimiter();
  readonly #groups = new Map<Codec, MixEncoder>();
  readonly #speaking: MixerMember[] = [];
  #tuning: EncoderTuning = { isBusy: false, lossPercent: 0 };
  #tick = 0;

  constructor(rateHz: SampleRate) {
    const frameLength = (rateHz / 1000) * MIXER_TICK_MS;
    this.rateHz = rateHz;
    this.#sum = new Int32Array(frameLength);
    this.#common = new Int16Array(frameLength);
    this.#nothing = new Int16Array(frameLength);
    this.#before = Array.from({ length: FRAMES_BEFORE }, () => new Int16Array(frameLength));
  }

  add(source: MemberSource, part: MixerPart): MixerMember {
    const member = new MixerMember(source, part, this.#common.length);
    this.members.add(member);
    return member;
  }

  remove(member: MixerMember): void {
    this.members.delete(member);
  }

  tick(nowMs: number): void {
    this.#tick++;
    this.#remember();
    this.#listen(nowMs);
    this.#addUp();
    this.#limiter.run(this.#sum, undefined, this.#common);
    for (const member of this.members) {
      if (member.ring !== undefined) member.ring.write(this.#mixOf(member), this.#common.length);
    }
  }

  heardBy(member: MixerMember, codec: Codec): Pick<MixEncoder, "bytes" | "length"> | undefined {
    if (!member.part.hears || member.toldTick === this.#tick) return undefined;
    member.toldTick = this.#tick;
    const encoder = this.#hasOwn(member) ? this.#ownEncoder(member, codec) : this.#groupEncoder(codec);
    encoder.encode(this.#tick, this.#mixOf(member), this.#before);
    return encoder;
  }

  tune(tuning: EncoderTuning): void {
    if (tuning.isBusy === this.#tuning.isBusy && tuning.lossPercent === this.#tuning.lossPercent) return;
    this.#tuning = tuning;
    for (const encoder of this.#groups.values()) encoder.tune(tuning);
    for (const member of this.members) member.encoder?.tune(tuning);
  }

  /** The oldest comes first. */
  #remember(): void {
    const before = this.#before;
    for (let index = 0; index < before.length; index++) before[index]?.set(before[index + 1] ?? this.#common);
  }

  #listen(nowMs: number): void {
    const speaking = this.#speaking;
    speaking.length = 0;
    for (const member of this.members) {
      member.listen(nowMs);
      if (member.isInSum && member.part.isHeard) speaking.push(member);
      else member.choose(false);
    }
    if (speaking.length > MOST_VOICES) speaking.sort(louderFirst);
    for (let index = 0; index < speaking.length; index++) speaking[index]?.choose(index < MOST_VOICES);
  }

  #addUp(): void {
    const sum = this.#sum.fill(0);
    for (const member of this.members) {
      if (!member.isInSum) continue;
      member.spokeAt = this.#tick;
      const { share } = member;
      for (let index = 0; index < sum.length; index++) sum[index] = (sum[index] ?? 0) + (share[index] ?? 0);
    }
  }

  #hasOwn(member: MixerMember): boolean {
    return this.#tick - member.spokeAt <= TICKS_OF_OWN;
  }

  /** What a member hears, as samples. */
  #mixOf(member: MixerMember): Int16Array {
    if (!member.part.hears) return this.#nothing;
    if (!this.#hasOwn(member)) return this.#common;
    if (member.ownTick === this.#tick) return member.own;
    if (member.ownTick !== this.#tick - 1) member.limiter.follow(this.#limiter);
    member.ownTick = this.#tick;
    member.limiter.run(this.#sum, member.isInSum ? member.share : undefined, member.own);
    return member.own;
  }

  #ownEncoder(member: MixerMember, codec: Codec): MixEncoder {
    if (member.encoder?.codec !== codec) member.encoder = this.#encoderOf(codec);
    return member.encoder;
  }

  #groupEncoder(codec: Codec): MixEncoder {
    let encoder = this.#groups.get(codec);
    if (encoder === undefined) this.#groups.set(codec, (encoder = this.#encoderOf(codec)));
    return encoder;
  }

  #encoderOf(codec: Codec): MixEncoder {
    const encoder = createMixEncoder(codec, this.rateHz);
    encoder.tune(this.#tuning);
    return encoder;
  }
}

function louderFirst(one: MixerMember, other: MixerMember): number {
  return weightOf(other) - weightOf(one);
}

function weightOf({ level, isChosen }: MixerMember): number {
  return isChosen ? level.amplitude * STAYS : level.amplitude;
}
