import type { LegState } from "../../call/index.ts";
import type { LegId } from "../../kernel/index.ts";
import { pcmFromSamples, type Pcm } from "../../media/index.ts";
import type { PhoneCall } from "../../phone/index.ts";
import type { Performed, Playback } from "../scene/performer.ts";
import { findEnd, findOnset, followToEnd, isEnough, likeness, likenessOfOne } from "./judge-sound.ts";
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

const unknown = { source: strange as Playback["source"], pcm: undefined };

/** What a sound is taken for. */
interface Playing {
  readonly like: number;
  readonly source: Playback["source"];
  readonly pcm: Pcm | undefined;
  /** Where it begins in what was heard. */
  readonly from: number;
}

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
  /** Samples before this one are judged. */
  #judged = 0;
  #playing: { readonly playback: Playback; readonly pcm: Pcm | undefined; readonly from: number } | undefined;

  constructor(id: LegId, number: string, call: PhoneCall, performed: Performed) {
    this.id = id;
    this.number = number;
    this.call = call;
    this.state = call.direction === "incoming" ? "dialing" : "offered";
    this.#performed = performed;
    call.answered.then(
      () => (this.state = "answered"),
      () => undefined,
    );
    void call.ended.then(({ end }) => {
      this.state = "ended";
      const status = end.type === "rejected" ? end.status : undefined;
      if (!this.hasLeft) performed.hungUp.set(id, { status });
    });
  }

  /** Judges what was heard since the last time. */
  async listen(references: ReferenceSounds, now: number): Promise<void> {
    if (this.state !== "answered") return;
    const more = (await this.call.takeHeard()).samples;
    const all = new Int16Array(this.#heard.length + more.length);
    all.set(this.#heard);
    all.set(more, this.#heard.length);
    this.#heard = all;
    if (this.#playing !== undefined) {
      const { playback, pcm, from } = this.#playing;
      const end = pcm === undefined ? findEnd(all, this.#judged) : followToEnd(all, from, pcm);
      if (end === undefined) return;
      playback.endedAt = now;
      this.#playing = undefined;
      this.#judged = end;
    }
    const onset = findOnset(all, this.#judged);
    if (onset === undefined || !isEnough(all, onset)) return;
    let best: Playing = { ...unknown, like: likenessOfOne, from: onset };
    for (const { source, pcm } of await references.all()) {
      const { like, from } = likeness(all, onset, pcm);
      if (like > best.like) best = { like, from, source, pcm };
    }
    this.#judged = onset;
    const playback = { legId: this.id, source: best.source, startedAt: now, endedAt: undefined };
    this.#playing = { playback, pcm: best.pcm, from: best.from };
    this.#performed.playbacks.push(playback);
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
