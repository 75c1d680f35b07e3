import { foreignScripts } from "../ssml/foreign-scripts.ts";
import type { SpokenLanguage } from "../ssml/spoken-language.ts";
import { hasWords, toSpeakableAscii } from "./plain-text.ts";
import { sayAs } from "./say-as.ts";

/** English for an engine that knows ASCII only: numbers of a kind, dates and signs are put into words here. */
export const english: SpokenLanguage = {
  name: "English",
  needs: [],
  sayAs,
  toLine: toSpeakableAscii,
  hasWords,
  foreignScripts: (text) => foreignScripts(text),
};
