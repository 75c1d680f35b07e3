import { defineAction, type AudioSource } from "../call/index.ts";
import { explainAudioFailure, invalidAudioSource, readAudioSource } from "./audio-source.ts";
import { isAbsent, readInteger } from "./numbers.ts";
import { startPlayback, stepPlayback, stopPlayback, type Playback } from "./playback.ts";
import { readText } from "./text.ts";

interface PlayAudio {
  readonly source: AudioSource;
  readonly terminators: readonly string[];
  readonly repeat: number;
}

/** Plays a stored WAV file. Contract: actions section 2.6 */
export const playAudio = defineAction<PlayAudio, Playback>({
  type: "PlayAudio",
  answers: true,
  needs: "answered",
  reportsMidList: false,
  interruptible: true,
  failsWhenLegLeaves: true,

  check(parameters) {
    const source = readAudioSource(parameters["AudioSource"]);
    if (source === undefined) return { type: "bad", ...invalidAudioSource };
    const terminators = readTerminators(parameters["PlaybackTerminators"]);
    if (terminators === undefined) return invalid("The PlaybackTerminators parameter is invalid.");
    const repeat = isAbsent(parameters["Repeat"]) ? 1 : readInteger(parameters["Repeat"]);
    if (repeat === undefined || repeat < 0) return invalid("The Repeat parameter is invalid.");
    return {
      type: "good",
      // "0" still plays once (leniency section 3).
      value: { source, terminators, repeat: Math.max(1, repeat) },
      echo: { ...parameters, Repeat: repeat },
    };
  },
  prepare: (value) => [value.source],
  start: (value, context) => startPlayback(value.source, value.repeat, context),
  step: (value, playback, input) => stepPlayback(playback, input, value.terminators, explainAudioFailure),
  stop: stopPlayback,
});

function invalid(errorMessage: string) {
  return { type: "bad", errorType: "InvalidActionParameter", errorMessage } as const;
}

function readTerminators(value: unknown): readonly string[] | undefined {
  if (isAbsent(value)) return [];
  if (!Array.isArray(value)) return undefined;
  const keys = (value as unknown[]).map((key) => readText(key) ?? "");
  return keys.every((key) => /^[0-9#*]$/.test(key)) ? keys : undefined;
}
