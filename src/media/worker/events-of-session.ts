import type { AudioProblem } from "../stream/quality/audio-problems.ts";
import type { RtpEvent, SessionNumber } from "./messages.ts";
import type { RtpSessionEvents } from "./session.ts";

/** What a session tells, as events of its number. */
export class EventsOfSession implements RtpSessionEvents {
  readonly #session: SessionNumber;
  readonly #emit: (event: RtpEvent) => void;

  constructor(session: SessionNumber, emit: (event: RtpEvent) => void) {
    this.#session = session;
    this.#emit = emit;
  }

  onPlaybackStarted(playbackId: string): void {
    this.#emit({ type: "playback-started", session: this.#session, playbackId });
  }

  onPlaybackFinished(playbackId: string): void {
    this.#emit({ type: "playback-finished", session: this.#session, playbackId });
  }

  onDigit(digit: string, durationMs: number): void {
    this.#emit({ type: "digit", session: this.#session, digit, durationMs });
  }

  onDigitsSent(sendId: string): void {
    this.#emit({ type: "digits-sent", session: this.#session, sendId });
  }

  onRtpTimeout(): void {
    this.#emit({ type: "rtp-timeout", session: this.#session });
  }

  onAudioProblem(problem: AudioProblem): void {
    this.#emit({ type: "audio-problem", session: this.#session, problem });
  }
}
