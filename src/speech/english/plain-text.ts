/** What an engine that knows only ASCII would leave out, in words. */
const symbols: Record<string, string> = {
  "&": " and ",
  "<": " less than ",
  ">": " greater than ",
  "@": " at ",
  "#": " pound ",
  "+": " plus ",
  "=": " equals ",
  "*": " star ",
  _: " underscore ",
  "\\": " backslash ",
  "|": " ",
  "~": " ",
  "^": " ",
  "`": "'",
  "{": ", ",
  "}": ", ",
  "[": ", ",
  "]": ", ",
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
  "„": '"',
  "«": '"',
  "»": '"',
  "–": ", ",
  "—": ", ",
  "…": "...",
  "°": " degrees ",
  "€": " euros ",
  "£": " pounds ",
  "¥": " yen ",
  "©": " copyright ",
  "®": " ",
  "™": " ",
  "×": " times ",
  "÷": " divided by ",
  "½": " one half ",
  "¼": " one quarter ",
  "¾": " three quarters ",
  ß: "ss",
  æ: "ae",
  Æ: "Ae",
  œ: "oe",
  Œ: "Oe",
  ø: "o",
  Ø: "O",
  ł: "l",
  Ł: "L",
  đ: "d",
  Đ: "D",
};

/** Money as people say it: the sign stands before the number, the word after. */
const money: [sign: RegExp, unit: string][] = [
  [/€\s?(\d[\d,]*(?:\.\d+)?)/g, "euros"],
  [/£\s?(\d[\d,]*(?:\.\d+)?)/g, "pounds"],
  [/¥\s?(\d[\d,]*(?:\.\d+)?)/g, "yen"],
];

/** Makes any text one line of ASCII that reads the same aloud: signs become words, accents go, line breaks and runs of
 * blanks become one blank, and scripts that have no ASCII form are left out. */
export function toSpeakableAscii(text: string): string {
  let spoken = text;
  for (const [sign, unit] of money) spoken = spoken.replace(sign, `$1 ${unit}`);
  return spoken
    .replace(/#(?=\d)/g, " number ")
    .replace(/[^A-Za-z0-9\s]/gu, (character) => symbols[character] ?? character)
    .normalize("NFKD")
    .replace(/[^\x20-\x7e]/gu, (character) => (/\s|\p{Cc}/u.test(character) ? " " : ""))
    .replace(/ {2,}/g, " ")
    .trim();
}

/** Whether an engine would say anything for this text. */
export function hasWords(text: string): boolean {
  return /[A-Za-z0-9$%]/.test(text);
}
