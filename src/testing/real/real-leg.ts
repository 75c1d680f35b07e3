import type { LegState } from "../../call/index.ts";
import type { LegId } from "../../kernel/index.ts";
import { pcmFromSamples } from "../../media/index.ts";
import type { PhoneCall } from "../../phone/index.ts";
import type { Performed, Playback } from "../scene/performer.ts";
import {
  endOfRest,
  findEnd,
  findOnset,
  followToEnd,
  isEnough,
  likeness,
  likenessOfOne,
  type Track,
} from "./judge-sound.ts";
import type { ReferenceSounds } from "./reference-sounds.ts";

/** What is heard and is none of the sounds that the function asked for. */
const strange = {
  type: "speech",
  speech: {
    text: "(a sound that the function did not ask for)",
    textType: "text",
    voiceId: "Joanna",
    languageCode: undefined,
    engine: "standard",
  },
} as const;

/** What a sound is taken for. */
interface Playing {
  readonly source: Playback["source"];
  /** undefined: it is none of those that are known. */
  readonly track: Track | undefined;
}

/** A second. */
const silenceSamples = 8_000;

/** A phone of ours in a real call: what it hears becomes playbacks, by comparing it with what the function asked for. */
export class RealLeg {
  readonly id: LegId;
  readonly number: string;
  readonly call: PhoneCall;
  state: LegState["type"];
  /** It ended by itself, not by the server. */
  hasLeft = false;
  readonly #performed: Performed;
  #heard = new Int16Array(0);
  #wasAnswered = false;
  /** The call is over, and what was heard until then is there. */
  #isWhole = false;
  /** Samples before this one are judged. */
  #judged = 0;
  #playing: { readonly playback: Playback; readonly track: Track | undefined } | undefined;

  constructor(id: LegId, number: string, call: PhoneCall, performed: Performed) {
    this.id = id;
    this.number = number;
    this.call = call;
    this.state = call.direction === "incoming" ? "dialing" : "offered";
    this.#performed = performed;
    call.answered.then(
      () => {
        this.#wasAnswered = true;
        this.state = "answered";
      },
      () => undefined,
    );
    void call.ended.then(({ end }) => {
      this.state = "ended";
      const status = end.type === "rejected" ? end.status : undefined;
      if (!this.hasLeft) performed.hungUp.set(id, { status });
    });
  }

  /** Nothing more will be heard of it. */
  get isOver(): boolean {
    return this.state === "ended" && (this.#isWhole || !this.#wasAnswered);
  }

  /** Judges what was heard since the last time; once the call is over, to the end. */
  async listen(references: ReferenceSounds, now: number): Promise<void> {
    if (!this.#wasAnswered || this.#isWhole) return;
    const isLast = this.state === "ended";
    const more = (await this.call.takeHeard()).samples;
    // Behind the end of a call is silence, which ends what was heard last.
    const all = new Int16Array(this.#heard.length + more.length + (isLast ? silenceSamples : 0));
    all.set(this.#heard);
    all.set(more, this.#heard.length);
    this.#heard = all;
    while (await this.#judge(references, now));
    this.#isWhole = isLast;
  }

  /** @returns whether a sound was found to end, or to begin */
  async #judge(references: ReferenceSounds, now: number): Promise<boolean> {
    const all = this.#heard;
    if (this.#playing !== undefined) {
      const { playback, track } = this.#playing;
      const end = track === undefined ? findEnd(all, this.#judged) : followToEnd(all, track);
      if (end === undefined) return false;
      playback.endedAt = now;
      this.#playing = undefined;
      this.#judged = end;
      return true;
    }
    const onset = findOnset(all, this.#judged);
    if (onset === undefined || !isEnough(all, onset)) return false;
    const isDirectlyBehind = onset === this.#judged;
    this.#judged = onset;
    let best: Playing & { readonly like: number } = { source: strange, track: undefined, like: likenessOfOne };
    for (const { source, pcm } of await references.all()) {
      const { like, track } = likeness(all, onset, pcm);
      if (like > best.like) best = { like, source, track };
    }
    const { source, track } = best;
    const restEnd = isDirectlyBehind && track === undefined ? endOfRest(all, onset) : undefined;
    if (restEnd !== undefined) {
      this.#judged = restEnd;
      return true;
    }
    const playback = { legId: this.id, source, startedAt: now, endedAt: undefined };
    this.#playing = { playback, track };
    this.#performed.playbacks.push(playback);
    return true;
  }

  /** Speaks so long: a tone that nothing takes for silence. */
  speak(ms: number): void {
    const samples = Int16Array.from({ length: ms * 8 }, (_, index) =>
      Math.round(8_000 * Math.sin((2 * Math.PI * 300 * index) / 8_000)),
    );
    this.call.play(pcmFromSamples(samples)).catch(() => undefined);
  }

  /** Resolves when the key was sent. */
  press(key: string): Promise<void> {
    return this.call.pressKeys(key).catch(() => undefined);
  }
}
