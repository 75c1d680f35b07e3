import { errorCode, errorMessage, type LegId, type Logger } from "../../kernel/index.ts";
import type { Pcm } from "../../media/index.ts";
import type { AudioLoader } from "./audio-loader.ts";
import type { CallEffect } from "../../call/index.ts";
import type { CallOfLegs } from "../leg-inputs.ts";

type PlayAudio = Extract<CallEffect, { do: "play-audio" }>;

/** Loads the audio of one call and plays it to its legs. */
export class CallPlaybacks {
  readonly #call: CallOfLegs;
  readonly #audio: AudioLoader;
  readonly #log: Logger;
  readonly #loading = new Set<string>();

  constructor(call: CallOfLegs, audio: AudioLoader, log: Logger) {
    this.#call = call;
    this.#audio = audio;
    this.#log = log;
  }

  /** Plays it once it is loaded, unless it is stopped before. Its end or failure comes as an input. */
  play(effect: PlayAudio): void {
    const { playbackId, legId, source } = effect;
    this.#loading.add(playbackId);
    const loaded = this.#audio.load(source, (news) =>
      this.#call.observe({ type: "speech-by", participantTag: this.#call.tagOf(legId), ...news }),
    );
    loaded.then(
      (pcm) => {
        if (this.#loading.delete(playbackId)) this.#begin(effect, pcm);
      },
      (error: unknown) => {
        if (this.#loading.delete(playbackId)) this.#fail(effect, error);
      },
    );
  }

  stop(legId: LegId, playbackId: string): void {
    this.#loading.delete(playbackId);
    this.#call.findLeg(legId)?.stopPlayback(playbackId);
  }

  #begin(effect: PlayAudio, pcm: Pcm): void {
    const { playbackId, legId, repeat } = effect;
    if (pcm.samples.length === 0) return this.#call.post({ type: "playback-finished", playbackId });
    this.#call.findLeg(legId)?.play(playbackId, pcm, repeat);
    // Audio that plays already may still fail.
    pcm.growth?.whole.catch((error: unknown) => {
      this.#call.findLeg(legId)?.stopPlayback(playbackId);
      this.#fail(effect, error);
    });
    return undefined;
  }

  #fail({ playbackId, source }: PlayAudio, error: unknown): void {
    const failure = { code: errorCode(error) ?? "unknown", message: errorMessage(error) };
    this.#log.debug({ source, ...failure }, `audio cannot be played: ${failure.message}`);
    this.#call.post({ type: "playback-failed", playbackId, error: failure });
  }
}
