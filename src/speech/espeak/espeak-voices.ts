import { pollyVoices, type PollyVoice } from "../voices.ts";

/** A voice of espeak-ng. */
export interface EspeakVoice {
  /** Language and variant, such as `de+f3`. */
  readonly name: string;
  /** Factor on its mean pitch. */
  readonly pitch: number;
}

/** Languages of Polly whose voice at espeak-ng has another name than the language, the nearest first. */
const others: Readonly<Record<string, readonly string[]>> = {
  arb: ["ar"],
  "ar-AE": ["ar"],
  // The voice `cmn` reads characters as English words with numbers behind (espeak-ng 1.51).
  "cmn-CN": ["cmn-latn-pinyin", "cmn", "zh"],
  "en-AU": ["en-gb", "en"],
  "en-GB": ["en-gb", "en"],
  "en-GB-WLS": ["en-gb", "en"],
  "en-IE": ["en-gb", "en"],
  "en-IN": ["en-gb", "en"],
  "en-NZ": ["en-gb", "en"],
  "en-SG": ["en-gb", "en"],
  "en-US": ["en-us", "en"],
  "en-ZA": ["en-gb", "en"],
  "es-MX": ["es-419", "es"],
  "es-US": ["es-419", "es"],
  "fr-BE": ["fr-be", "fr-fr", "fr"],
  "fr-CA": ["fr-fr", "fr"],
  "fr-FR": ["fr-fr", "fr"],
  "nb-NO": ["nb", "no"],
  "pt-BR": ["pt-br", "pt"],
  "yue-CN": ["yue", "zh-yue"],
};

/** Variants by who speaks, in the order in which voices of one language get them. The empty one is a man. */
const variants: Readonly<Record<PollyVoice["speaker"], readonly string[]>> = {
  woman: ["+f3", "+f2", "+f4", "+f1"],
  man: ["", "+m3", "+m7", "+m1"],
  girl: ["+f5"],
  boy: ["+f5"],
};
const pitchOf: Readonly<Record<PollyVoice["speaker"], number>> = { woman: 1, man: 1, girl: 1.25, boy: 1.15 };

/** The voice of espeak-ng that stands in for a voice of Polly; undefined: it does not speak the language.
 * @param known languages of espeak-ng */
export function espeakVoiceFor(voice: PollyVoice, known: ReadonlySet<string>): EspeakVoice | undefined {
  const language = espeakLanguageFor(voice.language, known);
  if (language === undefined) return undefined;
  const ofSpeaker = variants[voice.speaker];
  return { name: language + (ofSpeaker[placeOf(voice) % ofSpeaker.length] ?? ""), pitch: pitchOf[voice.speaker] };
}

/** The language of espeak-ng for one of Polly, or for any other code of BCP 47; undefined: it has none. */
export function espeakLanguageFor(code: string, known: ReadonlySet<string>): string | undefined {
  const names = [...(others[code] ?? []), code.toLowerCase(), code.split("-")[0]?.toLowerCase() ?? ""];
  return names.find((name) => known.has(name));
}

/** Which of the voices of the same language and kind it is. */
function placeOf({ id, speaker }: PollyVoice): number {
  const language = pollyVoices.get(id)?.language;
  const alike = [...pollyVoices.values()].filter((one) => one.language === language && one.speaker === speaker);
  return Math.max(
    0,
    alike.findIndex((one) => one.id === id),
  );
}
