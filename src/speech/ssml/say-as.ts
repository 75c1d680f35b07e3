import { cardinalWords, digitWords, ordinalWords, yearWords } from "./number-words.ts";

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
const months = "January February March April May June July August September October November December".split(" ");

/** The text of a `say-as` element in words. A kind that is not known, and a text that is not of its kind, stay as they are.
 * Source: the Speech Synthesis Markup Language's say-as kinds that Amazon Polly lists; `number:digits` and
 * `number:ordinal` are older spellings seen in use. */
export function sayAs(text: string, interpretAs: string, format: string | undefined): string {
  const kind = interpretAs.toLowerCase().replace(/^number:/, "");
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
      return text.replace(/\d[\d,]*/g, (found) => cardinalWords(found.replaceAll(",", "")));
    case "ordinal":
      return text.replace(/\d[\d,]*(?:st|nd|rd|th)?/gi, (found) => ordinalWords(found.replace(/\D/g, "")));
    case "date":
      return date(text, format) ?? text;
    default:
      return text;
  }
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
    .replace(/\+/g, " plus ")
    .split(/[\s().-]+/)
    .filter((group) => group !== "")
    .map((group) => (/^\d+$/.test(group) ? digitWords(group) : group))
    .join(", ")
    .replace(/plus, /g, "plus ");
}

/** A date by its format's letters: d, m, y in any order and number; by default month, day, year. A question mark in
 * year-first digits (`????0922`) leaves the year out. */
function date(text: string, format: string | undefined): string | undefined {
  const compact = /^([\d?]{4})(\d{2})(\d{2})$/.exec(text.trim());
  const fields = compact === null ? text.trim().split(/[\s./-]+/) : compact.slice(1);
  const letters = compact === null ? (format ?? (fields[0]?.length === 4 ? "ymd" : "mdy")) : "ymd";
  let [day, month, year]: (string | undefined)[] = [];
  for (const [index, letter] of [...letters.toLowerCase()].entries()) {
    const field = fields[index];
    if (field === undefined) continue;
    if (letter === "d" && /^\d{1,2}$/.test(field)) day = ordinalWords(field);
    else if (letter === "m") month = months[Number(field) - 1] ?? (/^[A-Za-z]+$/.test(field) ? field : undefined);
    else if (letter === "y" && /^\d+$/.test(field)) year = yearWords(field);
  }
  const dayAndMonth = [month, day].filter((part) => part !== undefined).join(" ");
  const spoken = [dayAndMonth, year].filter((part) => part !== undefined && part !== "").join(", ");
  return spoken === "" ? undefined : spoken;
}
