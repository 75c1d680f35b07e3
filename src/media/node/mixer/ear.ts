import { createHeardPacket, type HeardPacket } from "../../stream/heard-packet.ts";
import { createPlayout, type Playout } from "../../stream/playout/playout.ts";
import { createLiveSuppressor, type LiveSuppressor } from "../suppressor/live-suppressor.ts";
import { createUpsampler, type RateChange } from "../../codec/rate-change.ts";
import { createSpeechGate, type SpeechGate } from "./speech-gate.ts";
import type { Codec, SampleRate } from "../../codec/codec.ts";

/** Where a mixer has the samples of a member from. */
export interface MemberSource {
  /** Writes the next frame. @returns false when nothing is said, and nothing was written */
  pull(output: Int16Array, nowMs: number): boolean;
  /** Nothing of it is wanted until the next `pull`. */
  rest(): void;
}

/** What a far end says, as frames of a mixer's rate: in order, in time, and without work where nobody speaks. */
export interface Ear extends MemberSource {
  /** Takes a packet as it comes. */
  heard(packet: HeardPacket, nowMs: number): void;
  /** Takes noise out of what it says from now on, 20 ms later and as telephones are heard; or leaves it as it is again. */
  suppressNoise(isOn: boolean): void;
}

/** What noise is taken out of. */
const SUPPRESSED_RATE_HZ = 8000;
/** So long after the last packet with speech in it all of that was played. */
const PLAYED_MS = 400;

/** Makes one. */
export function createEar(rateHz: SampleRate): Ear {
  return new StreamEar(rateHz);
}

class StreamEar implements Ear {
  readonly #rateHz: SampleRate;
  #gate: SpeechGate = createSpeechGate();
  #codec: Codec | undefined;
  #playout: Playout | undefined;
  #upsampler: RateChange | undefined;
  #factor = 1;
  #samples = new Int16Array(0);
  /** Stands in for packets that are not decoded, so that they are not taken for lost. */
  readonly #quiet = createHeardPacket();
  #spokeMs = -Infinity;
  #isResting = false;
  #suppressor: LiveSuppressor | undefined;
  /** The playout has come to what the far end said. */
  #hasBegun = false;

  constructor(rateHz: SampleRate) {
    this.#rateHz = rateHz;
    this.#quiet.kind = "event";
  }

  heard(packet: HeardPacket, nowMs: number): void {
    const { kind } = packet;
    if (this.#isResting) return;
    if (typeof kind === "object" && kind !== this.#codec) this.#adopt(kind);
    const isHeard = typeof kind === "string" || this.#gate.isOpen(packet);
    if (isHeard && kind !== "event") this.#spokeMs = nowMs;
    this.#playout?.put(isHeard ? packet : this.#standIn(packet), nowMs);
  }

  pull(output: Int16Array, nowMs: number): boolean {
    this.#isResting = false;
    if (this.#playout === undefined || nowMs - this.#spokeMs > PLAYED_MS) {
      this.#suppressor?.pause();
      return false;
    }
    if (this.#upsampler === undefined) this.#playout.pull(output, 0, output.length, nowMs);
    else {
      const count = output.length / this.#factor;
      if (this.#samples.length !== count) this.#samples = new Int16Array(count);
      this.#playout.pull(this.#samples, 0, count, nowMs);
      // The silence before the first packet is not how quiet it is there.
      this.#hasBegun ||= this.#samples.some(isSound);
      if (this.#hasBegun) this.#suppressor?.frame(this.#samples, 0, count);
      this.#upsampler.run(this.#samples, count, output);
    }
    return true;
  }

  suppressNoise(isOn: boolean): void {
    this.#suppressor ??= createLiveSuppressor();
    this.#suppressor.switch(isOn);
    // What is heard of a codec with more than telephones have is decoded for it at another rate.
    if (this.#codec !== undefined && this.#codec.sampleRateHz > SUPPRESSED_RATE_HZ) this.#adopt(this.#codec);
  }

  rest(): void {
    // What waits would be out of date when it is wanted again.
    if (!this.#isResting) this.#adopt(undefined);
    this.#suppressor?.pause();
    this.#isResting = true;
  }

  #adopt(codec: Codec | undefined): void {
    this.#codec = codec;
    this.#gate = createSpeechGate();
    this.#spokeMs = -Infinity;
    this.#playout = this.#upsampler = undefined;
    this.#hasBegun = false;
    if (codec === undefined) return;
    const mostHz = this.#suppressor?.isOff === false ? SUPPRESSED_RATE_HZ : this.#rateHz;
    const rateHz = codec.sampleRateHz < mostHz ? codec.sampleRateHz : mostHz;
    this.#factor = this.#rateHz / rateHz;
    this.#playout = createPlayout(rateHz);
    if (this.#factor > 1) this.#upsampler = createUpsampler(this.#factor);
  }

  #standIn(packet: HeardPacket): HeardPacket {
    const quiet = this.#quiet;
    quiet.ssrc = packet.ssrc;
    quiet.sequence = packet.sequence;
    quiet.timestampTicks = packet.timestampTicks;
    return quiet;
  }
}

function isSound(sample: number): boolean {
  return sample !== 0;
}
