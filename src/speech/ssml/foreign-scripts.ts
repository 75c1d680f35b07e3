/** Scripts that are known by name. */
const scripts: Readonly<Record<string, RegExp>> = {
  Arabic: /\p{Script=Arabic}/u,
  Armenian: /\p{Script=Armenian}/u,
  Bengali: /\p{Script=Bengali}/u,
  Cyrillic: /\p{Script=Cyrillic}/u,
  Devanagari: /\p{Script=Devanagari}/u,
  Ethiopic: /\p{Script=Ethiopic}/u,
  Georgian: /\p{Script=Georgian}/u,
  Greek: /\p{Script=Greek}/u,
  Gujarati: /\p{Script=Gujarati}/u,
  Gurmukhi: /\p{Script=Gurmukhi}/u,
  Han: /\p{Script=Han}/u,
  Hangul: /\p{Script=Hangul}/u,
  Hebrew: /\p{Script=Hebrew}/u,
  Hiragana: /\p{Script=Hiragana}/u,
  Kannada: /\p{Script=Kannada}/u,
  Katakana: /\p{Script=Katakana}/u,
  Khmer: /\p{Script=Khmer}/u,
  Lao: /\p{Script=Lao}/u,
  Malayalam: /\p{Script=Malayalam}/u,
  Mongolian: /\p{Script=Mongolian}/u,
  Myanmar: /\p{Script=Myanmar}/u,
  Sinhala: /\p{Script=Sinhala}/u,
  Tamil: /\p{Script=Tamil}/u,
  Telugu: /\p{Script=Telugu}/u,
  Thai: /\p{Script=Thai}/u,
  Tibetan: /\p{Script=Tibetan}/u,
};

/** The scripts of the letters and digits in `text` that are neither Latin nor of `own`, by name, and "emoji". None: empty.
 * @param own names of scripts, as they are in Unicode */
export function foreignScripts(text: string, own: readonly string[] = []): string[] {
  const found = new Set<string>();
  for (const character of text) {
    if (/\p{Emoji_Presentation}/u.test(character)) found.add("emoji");
    if (!isForeign(character)) continue;
    const name = Object.keys(scripts).find((script) => scripts[script]?.test(character) === true);
    if (name === undefined || !own.includes(name)) found.add(name ?? "letters of another script");
  }
  return [...found];
}

/** The text without the letters and digits of scripts that are neither Latin nor of `own`. */
export function withoutForeign(text: string, own: readonly string[]): string {
  const ofOwn = own.flatMap((name) => scripts[name] ?? []);
  return text.replace(/[\p{L}\p{N}\p{M}]/gu, (character) =>
    isForeign(character) && !ofOwn.some((script) => script.test(character)) ? " " : character,
  );
}

/** Digits that all scripts share, such as ½, are not. */
function isForeign(character: string): boolean {
  if (/\p{N}/u.test(character)) return !/[\p{Script=Latin}\p{Script=Common}]/u.test(character);
  return /\p{L}/u.test(character) && !/[\p{Script=Latin}\p{Script=Common}]/u.test(character);
}
