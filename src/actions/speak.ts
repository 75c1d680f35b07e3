import { defineAction, type AudioSource } from "../call/index.ts";
import { startPlayback, stepPlayback, stopPlayback, type Playback } from "./playback.ts";
import { checkSpeech, explainSpeechFailure } from "./speech-parameters.ts";

/** Says a text. Contract: actions section 2.11 */
export const speak = defineAction<AudioSource, Playback>({
  type: "Speak",
  answers: true,
  needs: "answered",
  reportsMidList: false,
  interruptible: true,
  failsWhenLegLeaves: true,

  check(parameters) {
    const checked = checkSpeech(parameters);
    if (checked.type === "bad") return checked;
    return { type: "good", value: { type: "speech", speech: checked.speech }, echo: checked.echo };
  },
  prepare: (source) => [source],
  start: (source, context) => startPlayback(source, 1, context),
  step: (_source, playback, input) => stepPlayback(playback, input, [], explainSpeechFailure),
  stop: stopPlayback,
});
