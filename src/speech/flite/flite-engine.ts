import { ownModule, systemClock, type Clock, type Logger } from "../../kernel/index.ts";
import { english } from "../english/english.ts";
import { foreignScripts } from "../ssml/foreign-scripts.ts";
import { readSpeech } from "../ssml/read-speech.ts";
import { createSpeechThreads } from "../threads/speech-threads.ts";
import { splitText } from "../threads/split-text.ts";
import type { SpeechRequest, TtsEngine } from "../types.ts";
import { findVoice } from "../voices.ts";
import type { FlitePart } from "./flite-speaker.ts";
import { fliteVoiceFor, ownPauseMs, type FliteVoice } from "./flite-voices.ts";

/** Spoken for nobody: it makes V8 compile the code that each text runs. A second text would take a third of the processor time of the whole start, and make
 * the first words of somebody 20 ms sooner, once. */
const practice = ["Ready when you are."];
const practiceRequest: Omit<SpeechRequest, "text"> = {
  textType: "text",
  voiceId: "Joanna",
  languageCode: undefined,
  engine: "standard",
};

/** Flite, a small English synthesizer, in worker threads.
 * @param log is told what of a text is not heard as it was meant, once for each kind */
export function createFliteEngine(log: Pick<Logger, "warn">, clock: Clock = systemClock): TtsEngine {
  const threads = createSpeechThreads<FliteVoice>({
    file: ownModule("speech/flite/flite-worker"),
    ownPauseMs: ({ voice }) => ownPauseMs[voice.name],
    clock,
  });
  const warn = (message: string): void => log.warn({ engine: "flite" }, message);

  return {
    name: "flite",
    version: "flite-2.3-8",
    isLocal: true,
    voiceFor(voice) {
      if (!voice.language.startsWith("en-")) return undefined;
      const { name, pitchHz } = fliteVoiceFor(voice);
      return pitchHz === undefined ? name : `${name} at ${pitchHz} Hz`;
    },
    speak: async (request, sink) => threads.speak(toFliteParts(request, warn), sink),
    warmUp: () =>
      threads.warmUp(practice.flatMap((text) => toFliteParts({ ...practiceRequest, text }, () => undefined))),
    close: () => threads.close(),
  };
}

/** Understands the markup, puts it into English words and gives each piece its Flite voice.
 * @param warn is told what of it is not heard as it was meant, for people
 * @throws AppError SPEECH_BAD_SSML, SPEECH_UNSPEAKABLE, SPEECH_UNKNOWN_VOICE */
export function toFliteParts(request: SpeechRequest, warn: (message: string) => void): FlitePart[] {
  const voice = findVoice(request.voiceId, request.languageCode);
  const parts = readSpeech(request, { languageOf: () => english, keepsLanguages: false, warn });
  const foreign = foreignScripts(request.text);
  if (foreign.length > 0)
    warn(
      `A text has ${foreign.join(", ")}, which Flite does not speak: it says what there is in Latin letters, as English`,
    );
  const firstWords = parts.find(({ type }) => type === "words");
  return parts.flatMap((part): FlitePart[] => {
    if (part.type === "pause") return [part];
    const { voiceId, language: _sameAlways, ...words } = part;
    const style = { ...words, voice: fliteVoiceFor(voiceId === undefined ? voice : findVoice(voiceId)) };
    return splitText(part.text, part === firstWords).map((text) => ({ ...style, text }));
  });
}
