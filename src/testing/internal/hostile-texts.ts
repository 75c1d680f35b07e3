/** Makes texts that were cut, doubled, spliced and changed from good ones.
 * @param random gives 0 to below 1
 * @param pieces what is put in anywhere, beside parts of the originals and any character */
export function createHostileTexts(
  random: () => number,
  originals: readonly string[],
  pieces: readonly string[],
): { next(): string } {
  const below = (limit: number) => Math.floor(random() * limit);
  const oneOf = (texts: readonly string[]) => texts[below(texts.length)] ?? "";
  const part = () => {
    const from = oneOf(originals);
    const at = below(from.length + 1);
    return from.slice(at, at + below(12));
  };
  const change = [
    () => oneOf(pieces),
    part,
    () => String.fromCharCode(below(0x80)),
    () => String.fromCodePoint(below(0xd800)),
    () => oneOf(pieces).repeat(below(200)),
    () => "",
  ];
  return {
    next() {
      let text = oneOf(originals);
      for (let left = below(7); left > 0; left--) {
        const at = below(text.length + 1);
        text = text.slice(0, at) + (change[below(change.length)]?.() ?? "") + text.slice(at + below(4));
      }
      return text;
    },
  };
}
