import { SAMPLES_PER_MS } from "../pcm.ts";
import { createDigitSender, type DigitSender, type EventPacket } from "./keys/digit-sender.ts";
import { renderDualTones } from "./keys/dual-tone.ts";
import { createPlayer, type Playback } from "./player.ts";
import type { RtpSender } from "../stream/sender.ts";

/** What a session says itself: audio that is played, and digits, which come before it. Digits are sent as telephone-events, or as audible tones
 * behind what is playing where none were agreed. Contract: sip-and-media-keys-sent */
export interface Prompter {
  play(playback: Playback): void;
  stop(playbackId: string): void;
  /** @param canSendEvents telephone-events were agreed, or nothing yet */
  sendDigits(sendId: string, digits: string, toneMs: number, gapMs: number, canSendEvents: boolean): void;
  /** The session ends: orders whose digits have all left are reported as sent. */
  finishDigits(): void;
  /** Audio is played or waits, or digits are being sent. */
  isBusy(): boolean;
  /** Says what is due in this packet time; while the stream is held, it passes unheard. @returns false when that is nothing */
  speak(out: RtpSender, nowMs: number): boolean;
}

/** Who is told that digits were sent. */
export interface DigitsListener {
  onDigitsSent(sendId: string): void;
}

/** Makes a prompter. */
export function createPrompter(listener: DigitsListener): Prompter {
  return new QueuePrompter(listener);
}

class QueuePrompter implements Prompter {
  readonly #listener: DigitsListener;
  readonly #player = createPlayer();
  /** Made with the first digits. */
  #digits: DigitSender | undefined;
  /** Timestamp of the event that is being sent. */
  #eventTicks = 0;

  constructor(listener: DigitsListener) {
    this.#listener = listener;
  }

  play(playback: Playback): void {
    this.#player.play(playback);
  }

  stop(playbackId: string): void {
    this.#player.stop(playbackId);
  }

  sendDigits(sendId: string, digits: string, toneMs: number, gapMs: number, canSendEvents: boolean): void {
    if (!canSendEvents) return this.#playDigits(sendId, digits, toneMs, gapMs);
    this.#digits ??= createDigitSender((sent) => this.#listener.onDigitsSent(sent));
    this.#digits.send(sendId, digits, toneMs, gapMs);
  }

  finishDigits(): void {
    this.#digits?.finish();
  }

  isBusy(): boolean {
    return !this.#player.isIdle() || this.#digits?.isIdle() === false;
  }

  speak(out: RtpSender, nowMs: number): boolean {
    const event = this.#digits?.next(out.frameTicks);
    if (event !== undefined) this.#sendEvent(event, out, nowMs);
    else if (this.#player.isIdle()) return false;
    else if (out.isHeld) this.#player.skip(out.frameTicks);
    else {
      this.#player.fill(out.frame);
      out.sendFrame(nowMs);
    }
    return true;
  }

  #sendEvent(event: EventPacket, out: RtpSender, nowMs: number): void {
    if (event.isFirst) this.#eventTicks = out.timestampTicks;
    out.sendEvent(event, (this.#eventTicks + event.offsetTicks) >>> 0, nowMs);
  }

  /** As with events, they are sent when the last tone was: the gap behind it only keeps the next order apart. */
  #playDigits(sendId: string, digits: string, toneMs: number, gapMs: number): void {
    const samples = renderDualTones(digits, toneMs, gapMs);
    const gap = digits.endsWith(",") ? 0 : Math.min(samples.length, Math.round(gapMs * SAMPLES_PER_MS));
    const [tones, silence] = [samples.subarray(0, samples.length - gap), samples.subarray(samples.length - gap)];
    const piece = { id: `digits ${sendId}`, repeat: 1 };
    this.#player.play({ ...piece, samples: tones, onFinished: () => this.#listener.onDigitsSent(sendId) });
    this.#player.play({ ...piece, samples: silence, onFinished: () => undefined });
  }
}
