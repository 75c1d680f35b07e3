import { AppError, nearestWord } from "../kernel/index.ts";

/** A voice of Amazon Polly: its language and who speaks. */
export interface PollyVoice {
  readonly id: string;
  readonly language: string;
  readonly speaker: "woman" | "man" | "girl" | "boy";
}

/** Ids by language and speaker. Source: Amazon Polly, the API type `Voice` and the list of available voices. */
const byLanguage: Record<string, Partial<Record<PollyVoice["speaker"], string>>> = {
  "en-US": {
    woman: "Joanna Danielle Kendra Kimberly Ruth Salli Tiffany",
    man: "Matthew Gregory Joey Patrick Stephen",
    girl: "Ivy",
    boy: "Justin Kevin",
  },
  "en-GB": { woman: "Amy Emma", man: "Arthur Brian" },
  "en-GB-WLS": { man: "Geraint" },
  "en-AU": { woman: "Nicole Olivia", man: "Russell" },
  "en-IE": { woman: "Niamh" },
  "en-IN": { woman: "Aditi Kajal Raveena" },
  "en-NZ": { woman: "Aria" },
  "en-SG": { woman: "Jasmine" },
  "en-ZA": { woman: "Ayanda" },
  arb: { woman: "Zeina" },
  "ar-AE": { woman: "Hala", man: "Zayd" },
  "ca-ES": { woman: "Arlet" },
  "cmn-CN": { woman: "Zhiyu" },
  "cs-CZ": { woman: "Jitka" },
  "cy-GB": { woman: "Gwyneth" },
  "da-DK": { woman: "Naja Sofie", man: "Mads" },
  "de-AT": { woman: "Hannah" },
  "de-CH": { woman: "Sabrina" },
  "de-DE": { woman: "Marlene Vicki", man: "Daniel Hans Lennart" },
  "es-ES": { woman: "Alba Conchita Lucia", man: "Enrique Raul Sergio" },
  "es-MX": { woman: "Mia", man: "Andres" },
  "es-US": { woman: "Lupe Penelope", man: "Miguel Pedro" },
  "fi-FI": { woman: "Suvi" },
  "fr-BE": { woman: "Isabelle" },
  "fr-CA": { woman: "Chantal Gabrielle", man: "Liam" },
  "fr-FR": { woman: "Ambre Celine Lea", man: "Florian Mathieu Remi" },
  "hi-IN": {},
  "is-IS": { woman: "Dora", man: "Karl" },
  "it-IT": { woman: "Beatrice Bianca Carla", man: "Adriano Giorgio Lorenzo" },
  "ja-JP": { woman: "Kazuha Mizuki Tomoko", man: "Takumi" },
  "ko-KR": { woman: "Jihye Seoyeon" },
  "nb-NO": { woman: "Ida Liv" },
  "nl-BE": { woman: "Lisa" },
  "nl-NL": { woman: "Laura Lotte", man: "Ruben" },
  "pl-PL": { woman: "Ewa Maja Ola", man: "Jacek Jan" },
  "pt-BR": { woman: "Camila Vitoria", man: "Ricardo Thiago" },
  "pt-PT": { woman: "Ines", man: "Cristiano" },
  "ro-RO": { woman: "Carmen" },
  "ru-RU": { woman: "Tatyana", man: "Maxim" },
  "sv-SE": { woman: "Astrid Elin" },
  "tr-TR": { woman: "Burcu Filiz" },
  "yue-CN": { woman: "Hiujin" },
};

/** Every language code that Polly takes. */
export const pollyLanguages: ReadonlySet<string> = new Set(Object.keys(byLanguage));

/** Every voice that Polly has, by id. */
export const pollyVoices: ReadonlyMap<string, PollyVoice> = new Map(
  Object.entries(byLanguage).flatMap(([language, speakers]) =>
    (Object.entries(speakers) as [PollyVoice["speaker"], string][]).flatMap(([speaker, ids]) =>
      ids.split(" ").map((id) => [id, { id, language, speaker }] as const),
    ),
  ),
);

/** The voice of an id, in the language that is asked for, if one is.
 * @throws AppError SPEECH_UNKNOWN_VOICE, SPEECH_UNSUPPORTED_LANGUAGE, with the word that may be meant */
export function findVoice(voiceId: string, languageCode?: string): PollyVoice {
  const voice = pollyVoices.get(voiceId);
  if (voice === undefined) {
    const hint = hintAt(voiceId, [...pollyVoices.keys()]);
    throw new AppError("SPEECH_UNKNOWN_VOICE", `Polly has no voice "${voiceId}"${hint}`);
  }
  if (languageCode === undefined) return voice;
  if (!pollyLanguages.has(languageCode)) {
    const hint = hintAt(languageCode, [...pollyLanguages]);
    throw new AppError("SPEECH_UNSUPPORTED_LANGUAGE", `"${languageCode}" is not a language code of Polly${hint}`);
  }
  return { ...voice, language: languageCode };
}

function hintAt(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  return nearest === undefined ? "" : `; did you mean "${nearest}"?`;
}
