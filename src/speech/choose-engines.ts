import { AppError } from "../kernel/index.ts";
import { languageName } from "./espeak/espeak-language.ts";
import type { SsmlPart } from "./ssml/part.ts";
import { structureOf } from "./ssml/read-speech.ts";
import type { SpeechRequest, TtsEngine } from "./types.ts";
import { findVoice, type PollyVoice } from "./voices.ts";

/** Longest text, characters: that of Amazon Polly. */
const longestText = 6_000;

/** An engine that can speak a text, and why those before it in the list cannot. */
export interface ChosenEngine {
  readonly engine: TtsEngine;
  readonly passedOver: readonly string[];
}

/** The engines that speak the languages of a text, in the order of the list.
 * @throws AppError SPEECH_TOO_LONG, SPEECH_BAD_SSML, SPEECH_UNKNOWN_VOICE, SPEECH_UNSUPPORTED_LANGUAGE, SPEECH_NO_ENGINE */
export function chooseEngines(
  engines: readonly TtsEngine[],
  request: SpeechRequest,
): readonly [ChosenEngine, ...ChosenEngine[]] {
  if (request.text.length > longestText) {
    const message = `the text has ${request.text.length} characters; at most ${longestText} are spoken`;
    throw new AppError("SPEECH_TOO_LONG", message);
  }
  const voices = voicesOf(request);
  const passedOver: string[] = [];
  const chosen: ChosenEngine[] = [];
  for (const engine of engines) {
    const foreign = voices.find((voice) => engine.voiceFor(voice) === undefined);
    if (foreign === undefined) chosen.push({ engine, passedOver: [...passedOver] });
    else passedOver.push(`${engine.name} does not speak ${foreign.language}`);
  }
  const [first, ...others] = chosen;
  if (first === undefined) throw noEngine(engines, voices);
  return [first, ...others];
}

/** The voices that speak words of a text: that of the request, and those that its markup names. */
function voicesOf(request: SpeechRequest): readonly PollyVoice[] {
  const main = findVoice(request.voiceId, request.languageCode);
  const named = structureOf(request).flatMap((part) => {
    if (!isWords(part)) return [];
    return [part.style.voiceId === undefined ? main : findVoice(part.style.voiceId)];
  });
  return named.length === 0 ? [main] : [...new Set(named)];
}

function isWords(part: SsmlPart): part is Extract<SsmlPart, { type: "words" | "say-as" }> {
  return (part.type === "words" || part.type === "say-as") && part.text.trim() !== "";
}

/** Says what to do so that the language is spoken. */
function noEngine(engines: readonly TtsEngine[], voices: readonly PollyVoice[]): AppError {
  const voice = voices.find((one) => engines.every((engine) => engine.voiceFor(one) === undefined)) ?? voices[0];
  const language = voice?.language ?? "";
  const isListed = engines.some(({ name }) => name === "espeak-ng");
  const install = `install the program espeak-ng (Debian and Ubuntu: apt-get install espeak-ng)${isListed ? "" : ", and name espeak-ng in speech.engines of the configuration"}`;
  return new AppError(
    "SPEECH_NO_ENGINE",
    `No speech engine on this server speaks ${languageName(language)}, the language of the voice ${voice?.id ?? ""}: ${install} ` +
      "and start the server again, or name polly in speech.engines",
    { details: { language, voice: voice?.id } },
  );
}
