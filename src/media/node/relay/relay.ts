import { SAMPLES_PER_MS } from "../../pcm.ts";
import { DIGITS } from "../../stream/telephone-event.ts";
import { renderDualTones } from "../keys/dual-tone.ts";
import { createPlayer } from "../player.ts";
import { createLiveSuppressor, type LiveSuppressor } from "../suppressor/live-suppressor.ts";
import { createPacketCleaner, type PacketCleaner } from "./packet-cleaner.ts";
import { createPacketRelay } from "./packet-relay.ts";
import { createSampleRelay, type SampleRelay } from "./sample-relay.ts";
import type { KeyRelay } from "./key-relay.ts";
import type { MediaNode, Voice } from "../node.ts";
import type { HeardPacket } from "../../stream/heard-packet.ts";
import type { RtpSender } from "../../stream/sender.ts";

/** One direction of a bridge: hears one session, and is a voice of the other. Packets are passed on as they come where both sides'
 * codecs allow it, else their samples at the pace of the other session; keys are made anew, as telephone-events or,
 * where none were agreed, as tones. */
export interface Relay extends MediaNode, Voice {
  /** What the other session gets from here on is its own. */
  end(): void;
  /** As that of the packets: nothing else is done to what is said, or said in its place. */
  passedAsIs(packet: HeardPacket): number | undefined;
  passed(packets: number, quietTimes: number): void;
  /** Passes on what is said without its noise, or as it is again. */
  suppressNoise(isOn: boolean): void;
}

/** Bounds of a key that is played as a tone; the shorter is also the gap behind it. */
const SHORTEST_TONE_MS = 60;
const LONGEST_TONE_MS = 1000;

/** Makes a relay.
 * @param out where audio goes
 * @param keys where keys go
 * @param isOpen whether the two sessions are to hear each other now: a playback to either of them takes both out of the conversation */
export function createRelay(out: RtpSender, keys: KeyRelay, isOpen: () => boolean): Relay {
  return new SessionRelay(out, keys, isOpen);
}

class SessionRelay implements Relay {
  readonly #out: RtpSender;
  readonly #keys: KeyRelay;
  readonly #isOpen: () => boolean;
  readonly #packets = createPacketRelay();
  /** While packets have to be decoded. */
  #samples: SampleRelay | undefined;
  readonly #tones = createPlayer();
  /** Made when noise is first taken out. */
  #suppressor: LiveSuppressor | undefined;
  #cleaner: PacketCleaner | undefined;

  constructor(out: RtpSender, keys: KeyRelay, isOpen: () => boolean) {
    this.#out = out;
    this.#keys = keys;
    this.#isOpen = isOpen;
  }

  heard(packet: HeardPacket, nowMs: number): void {
    const { kind } = packet;
    const out = this.#out;
    if (out.isHeld || !this.#tones.isIdle() || !this.#isOpen()) return;
    if (typeof kind === "string") {
      if (kind === "event") this.#packets.leaveOut(packet);
      this.#samples?.put(packet, nowMs);
      return;
    }
    const cleaned = this.#cleaned(packet);
    if (cleaned === undefined) return;
    const passed = cleaned === "decode" ? cleaned : this.#packets.audio(cleaned, out);
    if (passed === "decode") (this.#samples ??= createSampleRelay()).put(packet, nowMs);
    else {
      this.#samples = undefined;
      if (passed !== undefined) out.sendPassed(passed, nowMs);
    }
  }

  passedAsIs(packet: HeardPacket): number | undefined {
    const out = this.#out;
    if (out.isHeld || !this.#tones.isIdle() || !this.#keys.isIdle() || !this.#isOpen()) return undefined;
    if (this.#suppressor?.isOff === false || this.#samples !== undefined) return undefined;
    return this.#packets.passedAsIs(packet, out);
  }

  passed(packets: number, quietTimes: number): void {
    this.#packets.passed(packets, quietTimes, this.#out);
  }

  suppressNoise(isOn: boolean): void {
    this.#suppressor ??= createLiveSuppressor();
    this.#cleaner ??= createPacketCleaner(this.#suppressor);
    this.#suppressor.switch(isOn);
  }

  keyBegan(digit: string, durationTicks: number, packet: HeardPacket): void {
    const out = this.#out;
    if (!out.takesEvents || !this.#isOpen()) return;
    const startTicks = this.#packets.timestampOf(packet) ?? out.timestampTicks - durationTicks;
    this.#keys.begin(DIGITS.indexOf(digit), startTicks >>> 0, durationTicks);
  }

  keyGrew(durationTicks: number): void {
    this.#keys.grow(durationTicks);
  }

  keyEnded(digit: string, durationMs: number): void {
    this.#keys.end();
    this.#playTone(digit, durationMs);
  }

  keySignalled(digit: string, durationMs: number): void {
    if (!this.#isOpen()) return;
    if (this.#out.takesEvents) this.#keys.add(DIGITS.indexOf(digit), toneMsOf(durationMs) * SAMPLES_PER_MS);
    else this.#playTone(digit, durationMs);
  }

  speak(out: RtpSender, nowMs: number): boolean {
    if (!this.#tones.isIdle()) return this.#speakTone(out, nowMs);
    if (this.#samples !== undefined) {
      this.#samples.speak(out, nowMs, this.#suppressor);
      return true;
    }
    const due = this.#packets.tick(out);
    // Nobody waits for who is not to be heard.
    if (due === "silent" || (due === "wait" && !this.#isOpen())) return false;
    if (due !== "wait") out.sendPassed(due, nowMs);
    return true;
  }

  interrupt(): void {
    this.#packets.interrupt();
    this.#suppressor?.pause();
    this.#samples = undefined;
    this.#tones.stop(TONE_ID);
  }

  end(): void {
    this.#keys.end();
  }

  /** The packet that may be passed on: as it came, or without noise. */
  #cleaned(packet: HeardPacket): HeardPacket | "decode" | undefined {
    if (this.#suppressor?.isOff !== false) return packet;
    return this.#packets.canPass(packet, this.#out) ? this.#cleaner?.clean(packet) : "decode";
  }

  #speakTone(out: RtpSender, nowMs: number): boolean {
    if (!out.hasRoom()) return true;
    this.#packets.interrupt();
    this.#tones.fill(out.frame);
    out.sendFrame(nowMs);
    return true;
  }

  #playTone(digit: string, durationMs: number): void {
    if (this.#out.takesEvents || !this.#isOpen()) return;
    const samples = renderDualTones(digit, toneMsOf(durationMs), SHORTEST_TONE_MS);
    this.#tones.play({ id: TONE_ID, samples, repeat: 1, onFinished: () => undefined });
  }
}

const TONE_ID = "key";

function toneMsOf(durationMs: number): number {
  return Math.min(Math.max(durationMs, SHORTEST_TONE_MS), LONGEST_TONE_MS);
}
