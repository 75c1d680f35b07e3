import { dateWords } from "./date-words.ts";
import { cardinalWords, digitWords, ordinalWords } from "./number-words.ts";
import { timeWords } from "./time-words.ts";

const letterNames: Record<string, string> = {
  a: "ay",
  b: "bee",
  c: "see",
  d: "dee",
  e: "ee",
  f: "eff",
  g: "jee",
  h: "aitch",
  i: "eye",
  j: "jay",
  k: "kay",
  l: "ell",
  m: "em",
  n: "en",
  o: "oh",
  p: "pee",
  q: "cue",
  r: "are",
  s: "ess",
  t: "tee",
  u: "you",
  v: "vee",
  w: "double you",
  x: "ex",
  y: "why",
  z: "zee",
};
const signNames: Record<string, string> = {
  ".": "dot",
  ",": "comma",
  "-": "dash",
  "/": "slash",
  ":": "colon",
  "@": "at",
  "#": "hash",
  "*": "star",
  "+": "plus",
  _: "underscore",
  "&": "and",
};

/** A number with its sign and what is behind its point, groups of three parted by commas. */
const number = /([+-])?(?<![\w.,])(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(?!\w)/g;

/** The text of a `say-as` element in words. A kind that is not known, and a text that is not of its kind, stay as they are.
 * Source: the Speech Synthesis Markup Language's say-as kinds that Amazon Polly lists; `number:digits` and
 * `number:ordinal` are older spellings seen in use. */
export function sayAs(text: string, interpretAs: string, format: string | undefined): string {
  const kind = interpretAs
    .trim()
    .toLowerCase()
    .replace(/^number:/, "");
  switch (kind) {
    case "digits":
    case "characters":
    case "spell-out":
    case "verbatim":
      return spell(text);
    case "telephone":
    case "phone":
      return telephone(text);
    case "cardinal":
    case "number":
      return text.replace(number, (_found, sign: string | undefined, whole: string, behind: string | undefined) =>
        numberWords(sign, whole, behind),
      );
    case "ordinal":
      return text.replace(/(?:\d{1,3}(?:,\d{3})+|\d+)(?:st|nd|rd|th)?/gi, (found) =>
        ordinalWords(found.replace(/\D/g, "")),
      );
    case "fraction":
      return fractionWords(text) ?? text;
    case "date":
      return dateWords(text, format) ?? text;
    case "time":
    case "duration":
      return timeWords(text) ?? text;
    case "expletive":
      return "beep";
    default:
      return text;
  }
}

function numberWords(sign: string | undefined, whole: string, behind: string | undefined): string {
  const words = cardinalWords(whole.replaceAll(",", "")) + (behind === undefined ? "" : ` point ${digitWords(behind)}`);
  if (sign === undefined) return words;
  return `${sign === "-" ? "minus" : "plus"} ${words}`;
}

/** "3+1/2" is three and one half, and so is "3 1/2"; undefined: it is no fraction. */
function fractionWords(text: string): string | undefined {
  const found = /^(?:(\d{1,9})(?:\s*\+\s*|\s+))?(\d{1,9})\s*\/\s*(\d{1,9})$/.exec(text.trim());
  if (found === null) return undefined;
  const [, whole, above = "", below = ""] = found;
  const isOne = Number(above) === 1;
  const names: Record<string, string> = { 1: "over one", 2: isOne ? "half" : "halves" };
  const fraction = `${cardinalWords(above)} ${names[below] ?? ordinalWords(below) + (isOne ? "" : "s")}`;
  return whole === undefined ? fraction : `${cardinalWords(whole)} and ${fraction}`;
}

/** One by one; a blank is a short rest. */
function spell(text: string): string {
  return text
    .trim()
    .split(/\s+/)
    .map((word) => [...word.toLowerCase()].map(characterName).join(" "))
    .join(", ");
}

function characterName(character: string): string {
  if (/\d/.test(character)) return digitWords(character);
  return letterNames[character] ?? signNames[character] ?? character;
}

/** Digit by digit, with a rest between the groups as they were written. */
function telephone(text: string): string {
  return text
    .replace(/\b(?:ext|x)[\s.=]*(?=\d)/gi, " extension ")
    .replace(/\+/g, " plus ")
    .split(/[\s().;/-]+/)
    .filter((group) => group !== "")
    .map((group) => group.replace(/\d+/g, (digits) => ` ${digitWords(digits)} `).trim())
    .join(", ")
    .replace(/(plus|extension), /g, "$1 ");
}
