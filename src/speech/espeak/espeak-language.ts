import { foreignScripts, withoutForeign } from "../ssml/foreign-scripts.ts";
import type { SpokenLanguage } from "../ssml/spoken-language.ts";

/** Scripts besides the Latin one, by language of Polly up to its first hyphen. */
const scriptsOf: Readonly<Record<string, readonly string[]>> = {
  ar: ["Arabic"],
  arb: ["Arabic"],
  cmn: ["Han"],
  yue: ["Han"],
  hi: ["Devanagari"],
  // Of Han it would say no more than that a letter is one.
  ja: ["Hiragana", "Katakana"],
  ko: ["Hangul"],
  ru: ["Cyrillic"],
};

/** What espeak-ng would take as an order, not as text: control characters (0x01 begins one), private and unassigned ones, halves of pairs, brackets (`[[` begins
 * phonemes). Joiners that Indian and Arabic words are written with stay. */
const orders = /[^\P{C}\u200c\u200d]/gu;
const brackets = /[[\]]/g;
const emoji = /[\p{Emoji_Presentation}\p{Emoji_Modifier}\ufe0f]/gu;

/** A language of Polly as espeak-ng reads it: numbers, dates and signs are left to it, since it knows the words of each language.
 * @param code of Polly, such as de-DE */
export function espeakLanguage(code: string): SpokenLanguage {
  const own = scriptsOf[code.split("-")[0] ?? ""] ?? [];
  return {
    name: languageName(code),
    needs: own[0] === "Hiragana" ? ["Han"] : [],
    sayAs,
    toLine: (text) =>
      withoutForeign(text, own)
        .replace(emoji, " ")
        .replace(brackets, ", ")
        .replace(orders, " ")
        .replace(/\s+/g, " ")
        .trim(),
    hasWords: (line) => /[\p{L}\p{N}\p{Sc}%]/u.test(line),
    foreignScripts: (text) => foreignScripts(text, own),
  };
}

/** Name of a language of Polly, in English. */
export function languageName(code: string): string {
  const name = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" }).of(code.split("-")[0] ?? "");
  return name === undefined ? code : `${name} (${code})`;
}

/** What is read one by one gets blanks between; other kinds are left as they are written. */
function sayAs(text: string, kind: string): string {
  switch (
    kind
      .trim()
      .toLowerCase()
      .replace(/^number:/, "")
  ) {
    case "digits":
    case "characters":
    case "spell-out":
    case "verbatim":
      return spaced(text);
    case "telephone":
    case "phone":
      return text
        .split(/[\s().;/-]+/)
        .filter((group) => group !== "")
        .map((group) => (/^\+?\d+$/.test(group) ? spaced(group) : group))
        .join(", ");
    case "expletive":
      return " ";
    default:
      return text;
  }
}

/** A blank behind each character; a blank that was there is a short rest. */
function spaced(text: string): string {
  return text
    .trim()
    .split(/\s+/)
    .map((word) => [...word].join(" "))
    .join(", ");
}
