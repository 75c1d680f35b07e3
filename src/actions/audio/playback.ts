import type {
  ActionContext,
  ActionEffect,
  ActionError,
  ActionInput,
  ActionProgress,
  AudioSource,
  PlaybackError,
} from "../../call/index.ts";

/** One playback on a leg. */
export interface Playback {
  readonly playbackId: string;
}

/** Begins to play `source`, `repeat` times in all. */
export function startPlayback(source: AudioSource, repeat: number, context: ActionContext): ActionProgress<Playback> {
  const playbackId = context.newPlaybackId();
  return { type: "running", state: { playbackId }, effects: [{ do: "play-audio", playbackId, source, repeat }] };
}

/** Goes on until the audio has ended or one of the `terminators` is pressed; both are a success.
 * @param explain turns a failure to play into what the event shows */
export function stepPlayback(
  playback: Playback,
  input: ActionInput,
  terminators: readonly string[],
  explain: (error: PlaybackError) => ActionError,
): ActionProgress<Playback> | undefined {
  switch (input.type) {
    case "playback-finished":
      return input.playbackId === playback.playbackId ? { type: "succeeded", result: {}, effects: [] } : undefined;
    case "playback-failed":
      return input.playbackId === playback.playbackId
        ? { type: "failed", ...explain(input.error), effects: [] }
        : undefined;
    case "digit":
      return terminators.includes(input.digit)
        ? { type: "succeeded", result: {}, effects: stopPlayback(playback) }
        : undefined;
    default:
      return undefined;
  }
}

/** Stops it where it is. */
export function stopPlayback(playback: Playback): readonly ActionEffect[] {
  return [{ do: "stop-playback", playbackId: playback.playbackId }];
}
