import { createLimiter, type Limiter } from "./limiter.ts";
import { createSpeechLevel } from "./speech-level.ts";
import type { AudioRing } from "./audio-ring.ts";
import type { MemberSource } from "./ear.ts";
import type { MixEncoder } from "./mix-encoder.ts";
import type { MixerPart } from "../../types.ts";

/** One who takes part in a mixer: what it says in this tick, and how it hears the others. */
export class MixerMember {
  part: MixerPart;
  readonly level = createSpeechLevel();
  /** What it adds to the sum of this tick; of meaning while `isInSum`. */
  readonly share: Int16Array;
  isInSum = false;
  /** The latest tick in which it was. */
  spokeAt = -Infinity;
  /** It is one of those whose voice is in the mix. */
  isChosen = false;
  /** What it hears goes there as samples, in every tick. */
  ring: AudioRing | undefined;
  /** Its own mix, for when it speaks. */
  readonly own: Int16Array;
  readonly limiter: Limiter = createLimiter();
  encoder: MixEncoder | undefined;
  ownTick = -1;
  /** The latest tick whose mix it was given. */
  toldTick = -1;
  readonly #source: MemberSource;
  /** It was listened to, and said nothing: what comes now begins by itself. */
  #wasSilent = false;
  #beginsCut = false;

  constructor(source: MemberSource, part: MixerPart, frameLength: number) {
    this.#source = source;
    this.part = part;
    this.share = new Int16Array(frameLength);
    this.own = new Int16Array(frameLength);
  }

  /** Takes what it says in this tick. */
  listen(nowMs: number): void {
    const isWanted = this.part.isHeard || this.isChosen;
    this.isInSum = isWanted && this.#source.pull(this.share, nowMs);
    this.#beginsCut = !this.#wasSilent;
    this.#wasSilent = isWanted && !this.isInSum;
    this.level.take(this.isInSum && this.part.isHeard ? this.share : undefined);
    if (!isWanted) this.#source.rest();
  }

  /** It comes in or goes out within this frame, where it does so in the middle of a word: a cut is a click. */
  choose(isChosen: boolean): void {
    const isCut = this.isInSum && isChosen !== this.isChosen && (!isChosen || this.#beginsCut);
    if (isCut) ramp(this.share, isChosen);
    if (!isChosen && !this.isChosen) this.isInSum = false;
    this.isChosen = isChosen;
  }
}

/** Half of a cosine over the whole frame. */
function ramp(frame: Int16Array, isUp: boolean): void {
  const { length } = frame;
  for (let index = 0; index < length; index++) {
    const share = (1 - Math.cos((Math.PI * (index + 1)) / (length + 1))) / 2;
    frame[index] = (frame[index] ?? 0) * (isUp ? share : 1 - share);
  }
}
