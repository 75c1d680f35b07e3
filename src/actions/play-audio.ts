import { defineAction, type AudioSource } from "../call/index.ts";
import { explainAudioFailure, invalidAudioSource, readAudioSource } from "./audio-source.ts";
import { invalidParameter } from "./invalid-parameter.ts";
import { readKeys } from "./key-list.ts";
import { isAbsent, readInteger } from "./numbers.ts";
import { startPlayback, stepPlayback, stopPlayback, type Playback } from "./playback.ts";

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
    const terminators = readKeys(parameters["PlaybackTerminators"], []);
    if (terminators === undefined) return wrong("PlaybackTerminators");
    const repeat = isAbsent(parameters["Repeat"]) ? 1 : readInteger(parameters["Repeat"]);
    if (repeat === undefined || repeat < 0) return wrong("Repeat");
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

function wrong(name: string) {
  return { type: "bad", ...invalidParameter(`The ${name} parameter is invalid.`) } as const;
}
