import { AppError, nearestWord, systemClock, type Clock, type Logger } from "../../kernel/index.ts";
import { foreignScripts } from "../ssml/foreign-scripts.ts";
import { createPartList } from "../ssml/part-list.ts";
import type { SpeechPart } from "../ssml/part.ts";
import { parseSsml } from "../ssml/parse-ssml.ts";
import type { SpeechRequest, TtsEngine } from "../types.ts";
import { pollyLanguages, pollyVoices, type PollyVoice } from "../voices.ts";
import type { FlitePart } from "./flite-speaker.ts";
import { fliteVoiceFor } from "./flite-voices.ts";
import { splitText } from "./split-text.ts";
import { createFlitePool } from "./flite-pool.ts";

/** Changes whenever the same request would sound different, so that caches do not keep the old sound. */
const fliteEngineName = "flite-2.3-5";

/** Functions decide what there is to be warned of, so it has a bound. */
const mostWarnings = 1_000;
/** Spoken for nobody: the second text makes V8 compile the code that most texts run. */
const practice = ["Ready when you are.", "Please hold the line, five of us will be right with you."];
const practiceRequest: Omit<SpeechRequest, "text"> = {
  textType: "text",
  voiceId: "Joanna",
  languageCode: undefined,
  engine: "standard",
};

/** Flite, a small English synthesizer, in worker threads. Voices and languages of Polly that it lacks are spoken by its
 * nearest voice, with one warning each in the log. */
export function createFliteEngine(log: Logger, clock: Clock = systemClock): TtsEngine {
  const workers = createFlitePool(clock);
  const warned = new Set<string>();
  const warnOnce = (message: string): void => {
    if (warned.has(message) || warned.size >= mostWarnings) return;
    warned.add(message);
    log.warn({ engine: fliteEngineName }, message);
  };

  return {
    name: fliteEngineName,
    async synthesize(request, wish) {
      const parts = toFliteParts(request, warnOnce);
      if (parts.length === 0) return { samples: new Int16Array(new SharedArrayBuffer(0)) };
      return workers.speak(parts, wish);
    },
    warmUp: () =>
      workers.warmUp(practice.flatMap((text) => toFliteParts({ ...practiceRequest, text }, () => undefined))),
    close: () => workers.close(),
  };
}

/** Checks voice and language, understands the markup and gives each piece its Flite voice.
 * @param warn is told what of it is not heard as it was meant, for people
 * @throws AppError SPEECH_BAD_SSML, SPEECH_UNSPEAKABLE, SPEECH_UNKNOWN_VOICE, SPEECH_UNSUPPORTED_LANGUAGE */
export function toFliteParts(request: SpeechRequest, warn: (message: string) => void): FlitePart[] {
  const foreign = (what: string): void =>
    warn(`${what}, which Flite does not speak: it says what there is in Latin letters, as English`);
  const { languageCode } = request;
  const voice = findVoice(request.voiceId);
  if (languageCode !== undefined && !pollyLanguages.has(languageCode)) {
    const nearest = nearestWord(languageCode, [...pollyLanguages]);
    const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
    throw new AppError("SPEECH_UNSUPPORTED_LANGUAGE", `"${languageCode}" is not a language code of Polly${hint}`);
  }
  if (languageCode !== undefined && !languageCode.startsWith("en-")) foreign(`A text is in ${languageCode}`);
  else if (!voice.language.startsWith("en-")) foreign(`The voice ${voice.id} speaks ${voice.language}`);
  const parts = understand(request, warn);
  const [first, ...others] = foreignScripts(request.text);
  if (first !== undefined) foreign(`A text has ${[first, ...others].join(", ")}`);
  const firstWords = parts.find(({ type }) => type === "words");
  return parts.flatMap((part): FlitePart[] => {
    if (part.type === "pause") return [part];
    const { voiceId, ...words } = part;
    const style = { ...words, voice: fliteVoiceFor(voiceId === undefined ? voice : findVoice(voiceId)) };
    return splitText(part.text, part === firstWords).map((text) => ({ ...style, text }));
  });
}

function understand({ text, textType }: SpeechRequest, warn: (message: string) => void): SpeechPart[] {
  if (textType === "ssml") return parseSsml(text, warn);
  const parts = createPartList();
  parts.words(text, parts.plain);
  return parts.finish();
}

function findVoice(voiceId: string): PollyVoice {
  const voice = pollyVoices.get(voiceId);
  if (voice !== undefined) return voice;
  const nearest = nearestWord(voiceId, [...pollyVoices.keys()]);
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  throw new AppError("SPEECH_UNKNOWN_VOICE", `Polly has no voice "${voiceId}"${hint}`);
}
