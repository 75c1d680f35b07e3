/** Most letters of the first piece of a text, of the second, and of those after: about a second of a busy processor for 240. The first is short,
 * since somebody waits for it; while it is heard, the next is made. */
const longestPieces = [60, 120, 240] as const;
/** A text up to this length is spoken in one go, so that no word is left alone. */
const shortText = 80;
/** A piece is at least so long, so that "No. 5." is not three of them. */
const shortestPiece = 40;
/** Where a piece must be cut, it keeps at least so many letters if that is behind a sentence. */
const leastSentence = 5;
/** And at least this share of what it may have, if that is elsewhere. */
const leastShare = 1 / 3;
/** Longer words are cut, since Flite's time for one grows with the square of its length. */
const longestWord = 60;
/** A digit takes as long to say as so many letters, and so does a character that is a syllable, as in Chinese. */
const lettersOfDigit = 5;
const lettersOfSyllable = 4;
const syllable = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/gu;
/** Signs behind which words begin without a blank. */
const wideSigns = /[。！？，、；：](?=[^\s。！？，、；：])/g;
/** A period after these ends no sentence. */
const abbreviations = wordsOf(
  "mr mrs ms dr st jr sr prof gen col lt sgt capt rev hon no vs etc inc ltd co corp dept ext ave blvd approx e.g i.e a.m p.m u.s " +
    "nr str bzw usw ca evtl inkl z.b d.h u.a sra srta ud uds mme mlle sig dott",
);
/** Words before which people draw breath, if they must: what begins a clause, then what begins a phrase. */
const clauseWords = wordsOf(
  "and or but so because if when while until before after since unless although though that which who where then",
);
const phraseWords = wordsOf(
  "for with from to of in on at by about into over under between through during without within against as than is are was were will would can could should must may",
);

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}

/** Cuts a long text into pieces that sound the same one after the other: sentences, and what is longer at a clause, so that the first can be
 * heard while the others are made. Joined, the pieces are the text but for the blanks between them and in words that are too long.
 * @param isFirst whether nothing is spoken before it, so that somebody waits for its first piece */
export function splitText(whole: string, isFirst = true): string[] {
  const words = whole
    .replace(wideSigns, "$& ")
    .split(" ")
    .flatMap((word) => cutWord(word));
  if (lengthOf(words) <= shortText) return [words.join(" ")];
  const pieces: string[] = [];
  const longest = (): number => longestPieces[Math.min(2, pieces.length + (isFirst ? 0 : 2))] ?? 0;
  const piece: string[] = [];
  let length = 0;
  const cut = (count: number): void => {
    pieces.push(piece.splice(0, count).join(" "));
    length = lengthOf(piece);
  };
  for (const word of words) {
    while (piece.length > 0 && length + 1 + lengthOf([word]) > longest()) cut(whereToCut(piece, longest()));
    piece.push(word);
    length += (piece.length > 1 ? 1 : 0) + lengthOf([word]);
    if (length >= Math.min(shortestPiece, longest()) && endsSentence(word)) cut(piece.length);
  }
  if (piece.length > 0) cut(piece.length);
  return pieces;
}

/** Length of words by the time that they take, in letters. */
function lengthOf(words: readonly string[]): number {
  const text = words.join(" ");
  const digits = text.length - text.replaceAll(/\d/g, "").length;
  const syllables = text.length - text.replaceAll(syllable, "").length;
  return text.length + (lettersOfDigit - 1) * digits + (lettersOfSyllable - 1) * syllables;
}

function cutWord(word: string): string[] {
  const letters = [...word];
  const longest = lengthOf([word]) > 2 * word.length ? longestWord / lettersOfSyllable : longestWord;
  const count = Math.max(1, Math.ceil(letters.length / longest));
  return Array.from({ length: count }, (_, at) => letters.slice(at * longest, (at + 1) * longest).join(""));
}

/** Whether a voice rests behind a word for its punctuation. */
export function endsClause(word: string): boolean {
  return /[,;:،؛，、；：]["')]*$/.test(word) || endsSentence(word);
}

/** Whether a word ends a sentence. */
export function endsSentence(word: string): boolean {
  const bare = word.replaceAll(/["')]/g, "");
  if (/[!?！？。؟।]$/.test(bare)) return true;
  if (!bare.endsWith(".")) return false;
  const name = bare.slice(0, -1).toLowerCase();
  return name.length > 1 && !abbreviations.has(name);
}

/** How many words of a piece that is too long come before the cut: up to its last sentence or clause, else as many as there is room for. */
function whereToCut(words: readonly string[], longest: number): number {
  const isBefore = (names: ReadonlySet<string>) => (at: number) => names.has((words[at] ?? "").toLowerCase());
  const places: [isGood: (at: number) => boolean, least: number][] = [
    [(at) => endsSentence(words[at - 1] ?? ""), leastSentence],
    [(at) => endsClause(words[at - 1] ?? ""), longest * leastShare],
    [isBefore(clauseWords), longest * leastShare],
    [isBefore(phraseWords), longest * leastShare],
  ];
  for (const [isGood, least] of places) {
    for (let at = words.length; at > 0 && lengthOf(words.slice(0, at)) >= least; at--) if (isGood(at)) return at;
  }
  return words.length;
}
