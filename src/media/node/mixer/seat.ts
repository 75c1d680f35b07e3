import { createDownsampler, type RateChange } from "../../codec/rate-change.ts";
import { createRingMemory, openRing, type AudioRing, type RingMemory } from "./audio-ring.ts";
import { createEar, type Ear } from "./ear.ts";
import { MIXER_TICK_MS, type Mixer } from "./mixer.ts";
import type { MixerMember } from "./mixer-member.ts";
import type { HeardPacket } from "../../stream/heard-packet.ts";
import type { RtpSender } from "../../stream/sender.ts";
import type { SampleRate } from "../../codec/codec.ts";
import type { MixerPart } from "../../types.ts";
import type { MediaNode, Voice } from "../node.ts";

/** Told whether anything comes from the far end of a member. */
export interface FlowListener {
  flows(): void;
  lost(): void;
}

/** A session's place in a mixer: it hears the session for the mixer, and says to it what the mixer has for it. */
export interface Seat extends MediaNode, Voice {
  leave(): void;
}

/** Silence of the network after which media counts as lost. */
const LOST_MS = 10_000;

/** Watches whether packets come. */
class FlowWatch {
  readonly #listener: FlowListener;
  #heardMs: number | undefined;

  constructor(listener: FlowListener) {
    this.#listener = listener;
  }

  heard(nowMs: number): void {
    if (this.#heardMs === undefined) this.#listener.flows();
    this.#heardMs = nowMs;
  }

  tick(nowMs: number): void {
    if (this.#heardMs === undefined || nowMs - this.#heardMs < LOST_MS) return;
    this.#heardMs = undefined;
    this.#listener.lost();
  }
}

/** A place in a mixer of the same thread. */
export interface MixerSeat extends Seat {
  readonly member: MixerMember;
}

/** Takes a place in a mixer of this thread. */
export function takeSeat(mixer: Mixer, part: MixerPart, listener: FlowListener): MixerSeat {
  return new NearSeat(mixer, part, listener);
}

class NearSeat implements MixerSeat {
  readonly member: MixerMember;
  readonly #mixer: Mixer;
  readonly #ear: Ear;
  readonly #flow: FlowWatch;
  #telling: SampleTeller | undefined;

  constructor(mixer: Mixer, part: MixerPart, listener: FlowListener) {
    this.#mixer = mixer;
    this.#ear = createEar(mixer.rateHz);
    this.#flow = new FlowWatch(listener);
    this.member = mixer.add(this.#ear, part);
  }

  heard(packet: HeardPacket, nowMs: number): void {
    this.#flow.heard(nowMs);
    this.#ear.heard(packet, nowMs);
  }

  tick(nowMs: number): void {
    this.#flow.tick(nowMs);
  }

  suppressNoise(isOn: boolean): void {
    this.#ear.suppressNoise(isOn);
  }

  speak(out: RtpSender, nowMs: number): boolean {
    if (!out.hasRoom()) return true;
    if (out.frameTicks !== MIXER_TICK_MS * 8) return this.#speakSamples(out, nowMs);
    this.member.ring = this.#telling = undefined;
    const payload = this.#mixer.heardBy(this.member, out.codec);
    if (payload === undefined) return false;
    out.frame.put(payload.bytes, 0, payload.length);
    out.sendFrame(nowMs);
    return true;
  }

  interrupt(): void {
    // Its encoder is led on when it is heard again.
  }

  leave(): void {
    this.#mixer.remove(this.member);
  }

  /** Its packets are of another length than a tick. */
  #speakSamples(out: RtpSender, nowMs: number): boolean {
    const { rateHz } = this.#mixer;
    this.member.ring ??= openRing(createRingMemory());
    this.#telling ??= new SampleTeller(this.member.ring, rateHz);
    return this.#telling.speak(out, nowMs);
  }
}

/** The way to a mixer of another thread and back: samples. */
export interface SeatRings {
  readonly toMixer: RingMemory;
  readonly fromMixer: RingMemory;
}

/** Takes a place in a mixer of another thread, which reads and writes the other ends. */
export function takeFarSeat(rings: SeatRings, rateHz: SampleRate, listener: FlowListener): Seat {
  const ear = createEar(rateHz);
  const flow = new FlowWatch(listener);
  const toMixer = openRing(rings.toMixer);
  const telling = new SampleTeller(openRing(rings.fromMixer), rateHz);
  const frame = new Int16Array((rateHz / 1000) * MIXER_TICK_MS);
  let dueMs: number | undefined;
  return {
    heard(packet, nowMs) {
      flow.heard(nowMs);
      ear.heard(packet, nowMs);
    },
    tick(nowMs) {
      flow.tick(nowMs);
      dueMs ??= nowMs;
      // As many frames as time has passed, whatever the packets of the session last; what was missed is left out.
      if (nowMs - dueMs > 4 * MIXER_TICK_MS) dueMs = nowMs;
      for (; dueMs <= nowMs + MIXER_TICK_MS / 2; dueMs += MIXER_TICK_MS) {
        if (!ear.pull(frame, dueMs)) frame.fill(0);
        toMixer.write(frame, frame.length);
      }
    },
    suppressNoise: (isOn) => ear.suppressNoise(isOn),
    speak: (out, nowMs) => !out.hasRoom() || telling.speak(out, nowMs),
    interrupt: () => undefined,
    leave: () => undefined,
  };
}

/** Adds a member whose session is in another thread. */
export function addFarMember(mixer: Mixer, rings: SeatRings, part: MixerPart): MixerMember {
  const fromMember = openRing(rings.toMixer);
  const member = mixer.add(
    {
      pull: (output) => fromMember.read(output, output.length) && output.some(isSound),
      rest: () => fromMember.skip(),
    },
    part,
  );
  member.ring = openRing(rings.fromMixer);
  return member;
}

function isSound(sample: number): boolean {
  return sample !== 0;
}

/** Says samples of a ring at the pace of a session, in packets of any length. */
class SampleTeller {
  readonly #ring: AudioRing;
  readonly #factor: number;
  readonly #downsampler: RateChange;
  #wide = new Int16Array(0);
  #samples = new Int16Array(0);

  constructor(ring: AudioRing, rateHz: SampleRate) {
    this.#ring = ring;
    this.#factor = rateHz / 8000;
    this.#downsampler = createDownsampler(this.#factor);
  }

  speak(out: RtpSender, nowMs: number): boolean {
    const count = out.frameTicks;
    if (this.#samples.length !== count) {
      this.#samples = new Int16Array(count);
      this.#wide = new Int16Array(count * this.#factor);
    }
    if (!this.#ring.read(this.#wide, this.#wide.length)) return false;
    this.#downsampler.run(this.#wide, this.#wide.length, this.#samples);
    out.frame.encode(this.#samples, 0);
    out.sendFrame(nowMs);
    return true;
  }
}
