/** How loud a member is, from frame to frame: up at once, down slowly, so that a pause between words is none. */
export interface SpeechLevel {
  /** Root of the mean square, of what 16 bits hold. */
  readonly amplitude: number;
  /** Takes the next frame; undefined: silence. */
  take(frame: Int16Array | undefined): void;
  /** 0 is full scale, 127 silence. RFC 6464 §3 */
  belowFullScaleDb(): number;
}

/** What is left of a level after a frame of 20 ms: a time constant of 300 ms. */
const KEPT = Math.exp(-20 / 300);
const FULL_SCALE = 32_768;
const SILENCE_DB = 127;
/** Every second sample is enough to tell. */
const STRIDE = 2;

/** Makes one of silence. */
export function createSpeechLevel(): SpeechLevel {
  return new RmsLevel();
}

class RmsLevel implements SpeechLevel {
  amplitude = 0;

  take(frame: Int16Array | undefined): void {
    const now = frame === undefined ? 0 : rms(frame);
    const before = this.amplitude * KEPT;
    this.amplitude = now > before ? now : before;
  }

  belowFullScaleDb(): number {
    if (this.amplitude < 1) return SILENCE_DB;
    const below = Math.round(-20 * Math.log10(this.amplitude / FULL_SCALE));
    return below < 0 ? 0 : Math.min(below, SILENCE_DB);
  }
}

function rms(frame: Int16Array): number {
  let sum = 0;
  for (let index = 0; index < frame.length; index += STRIDE) sum += (frame[index] ?? 0) ** 2;
  return Math.sqrt((sum * STRIDE) / frame.length);
}
