import { defineAction, parametersOf, readParameters, type AudioSource } from "../call/index.ts";
import { defaulted, integer, keyList, optional, required } from "../contract/index.ts";
import { explainAudioFailure, invalidAudioSource, storedAudio, toAudioSource } from "./audio/audio-source.ts";
import { isInvalid } from "./parameters/invalid-parameter.ts";
import { startPlayback, stepPlayback, stopPlayback, type Playback } from "./audio/playback.ts";

interface PlayAudio {
  readonly source: AudioSource;
  readonly terminators: readonly string[];
  readonly repeat: number;
}

const parameters = parametersOf({
  AudioSource: required(storedAudio, { description: "The file to play.", error: invalidAudioSource }),
  PlaybackTerminators: optional(keyList(), {
    description: "Keys that stop it.",
    error: isInvalid("PlaybackTerminators"),
  }),
  Repeat: defaulted(integer({ min: 0 }), {
    description: "How often it is played in all; 0 counts as 1.",
    default: 1,
    error: isInvalid("Repeat"),
  }),
});

/** Plays a stored WAV file. Contract: actions-play-audio */
export const playAudio = defineAction<PlayAudio, Playback>({
  type: "PlayAudio",
  parameters,
  answers: true,
  needs: "answered",
  reportsMidList: false,
  interruptible: true,
  failsWhenLegLeaves: true,

  check(sent, context) {
    const read = readParameters(parameters, sent, context);
    if (read.type === "bad") return read;
    const { AudioSource: audio, PlaybackTerminators: terminators = [], Repeat } = read.values;
    // "0" still plays once. Contract: leniency-repeat-zero
    const value = { source: toAudioSource(audio), terminators, repeat: Math.max(1, Repeat) };
    return { type: "good", value, echo: read.echo };
  },
  prepare: (value) => [value.source],
  start: (value, context) => startPlayback(value.source, value.repeat, context),
  step: (value, playback, input) => stepPlayback(playback, input, value.terminators, explainAudioFailure),
  stop: stopPlayback,
});
