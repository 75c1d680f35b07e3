import { errorCode, errorMessage, type LegId, type Logger } from "../../kernel/index.ts";
import type { Pcm } from "../../media/index.ts";
import type { SpeechNews } from "../../speech/index.ts";
import type { AudioLoader } from "./audio-loader.ts";
import type { CallEffect, CallFact } from "../../call/index.ts";
import type { LegHandle } from "../../endpoint/index.ts";

type PlayAudio = Extract<CallEffect, { do: "play-audio" }>;

/** The outcome of a playback before the media room has it. */
type Outcome =
  | { readonly type: "playback-finished"; readonly playbackId: string }
  | {
      readonly type: "playback-failed";
      readonly playbackId: string;
      readonly error: { readonly code: string; readonly message: string };
    };

/** Loads the audio of one call and plays it to its legs. */
export interface Playbacks {
  /** Plays it once it is loaded, unless it is stopped before. Its end or failure comes as an input. */
  play(effect: PlayAudio): void;
  stop(legId: LegId, playbackId: string): void;
}

/** What the playbacks of a call are made with. */
export interface PlaybackParts {
  readonly audio: AudioLoader;
  readonly findLeg: (legId: LegId) => LegHandle | undefined;
  readonly post: (outcome: Outcome) => void;
  readonly observe: (fact: CallFact) => void;
  readonly tagOf: (legId: LegId) => string;
  readonly log: Logger;
}

/** Makes the playbacks of one call. */
export function createPlaybacks({ audio, findLeg, post, observe, tagOf, log }: PlaybackParts): Playbacks {
  const loading = new Set<string>();

  const fail = ({ playbackId, source }: PlayAudio, error: unknown): void => {
    const failure = { code: errorCode(error) ?? "unknown", message: errorMessage(error) };
    log.debug({ source, ...failure }, `audio cannot be played: ${failure.message}`);
    post({ type: "playback-failed", playbackId, error: failure });
  };
  const tell =
    ({ legId }: PlayAudio) =>
    (news: SpeechNews): void =>
      observe({ type: "speech-by", participantTag: tagOf(legId), ...news });
  const begin = (effect: PlayAudio, pcm: Pcm): void => {
    const { playbackId, legId, repeat } = effect;
    if (pcm.samples.length === 0) return post({ type: "playback-finished", playbackId });
    findLeg(legId)?.play(playbackId, pcm, repeat);
    // Audio that plays already may still fail.
    pcm.growth?.whole.catch((error: unknown) => {
      findLeg(legId)?.stopPlayback(playbackId);
      fail(effect, error);
    });
  };

  return {
    play(effect) {
      loading.add(effect.playbackId);
      audio.load(effect.source, tell(effect)).then(
        (pcm) => {
          if (loading.delete(effect.playbackId)) begin(effect, pcm);
        },
        (error: unknown) => {
          if (loading.delete(effect.playbackId)) fail(effect, error);
        },
      );
    },
    stop(legId, playbackId) {
      loading.delete(playbackId);
      findLeg(legId)?.stopPlayback(playbackId);
    },
  };
}
