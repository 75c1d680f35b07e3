import { systemClock } from "../kernel/index.ts";
import { createEspeakEngine } from "./espeak/espeak-engine.ts";
import { findEspeak } from "./espeak/find-espeak.ts";
import { createFliteEngine } from "./flite/flite-engine.ts";
import { createPollyEngine } from "./polly/polly-engine.ts";
import type { SpeechEngineName, SpeechOptions, TtsEngine } from "./types.ts";

const none: ReadonlySet<string> = new Set();

/** The engines of a list, in its order. Of espeak-ng it is asked what languages it has here; where it is not installed it speaks none. */
export function openEngines({
  engines,
  polly,
  espeakProgram: program = "espeak-ng",
  clock = systemClock,
  log,
}: Pick<SpeechOptions, "engines" | "polly" | "espeakProgram" | "clock" | "log">): Promise<readonly TtsEngine[]> {
  const openOne = async (name: SpeechEngineName): Promise<readonly TtsEngine[]> => {
    switch (name) {
      case "flite":
        return [createFliteEngine(log, clock)];
      case "polly":
        return polly === undefined ? [] : [createPollyEngine(polly, clock)];
      case "espeak-ng": {
        const found = await findEspeak(program);
        const languages = found.type === "found" ? found.languages : none;
        if (found.type === "missing") log.debug({ program }, `espeak-ng does not speak: ${found.why}`);
        return [createEspeakEngine({ program, languages, clock, log })];
      }
      default:
        return name satisfies never;
    }
  };
  return Promise.all(engines.map(openOne)).then((opened) => opened.flat());
}
