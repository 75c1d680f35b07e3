import { defineAction, parametersOf, readParameters, type AudioSource } from "../call/index.ts";
import { startPlayback, stepPlayback, stopPlayback, type Playback } from "./audio/playback.ts";
import { checkSsml, explainSpeechFailure, speechFields, toSpeech } from "./audio/speech-parameters.ts";

const parameters = parametersOf(speechFields, [checkSsml]);

/** Says a text. Contract: actions-speak */
export const speak = defineAction<AudioSource, Playback>({
  type: "Speak",
  parameters,
  answers: true,
  needs: "answered",
  reportsMidList: false,
  interruptible: true,
  failsWhenLegLeaves: true,

  check(sent, context) {
    const read = readParameters(parameters, sent, context);
    if (read.type === "bad") return read;
    return { type: "good", value: { type: "speech", speech: toSpeech(read.values) }, echo: read.echo };
  },
  prepare: (source) => [source],
  start: (source, context) => startPlayback(source, 1, context),
  step: (_source, playback, input) => stepPlayback(playback, input, [], explainSpeechFailure),
  stop: stopPlayback,
});
