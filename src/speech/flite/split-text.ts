/** Texts up to this length are spoken in one go. */
const shortText = 120;
/** A piece is at least so long, so that "No. 5." is not three of them. */
const shortestPiece = 40;
/** A sentence that is longer is cut at a comma, else between words. */
const longestPiece = 240;
/** Longer words are cut, since Flite's time for one grows with the square of its length. */
const longestWord = 60;
/** A digit takes as long to say as so many letters. */
const lettersOfDigit = 5;
/** A period after these ends no sentence. */
const abbreviations = new Set(
  "mr mrs ms dr st jr sr prof gen col lt sgt capt rev hon no vs etc inc ltd co corp dept ext ave blvd approx e.g i.e a.m p.m u.s".split(
    " ",
  ),
);

/** Cuts a long text into pieces that sound the same one after the other: sentences, so that the first can be heard while the others are
 * made. Joined, the pieces are the text but for the blanks between them and in words that are too long. */
export function splitText(whole: string): string[] {
  const text = whole
    .split(" ")
    .flatMap((word) => cutWord(word))
    .join(" ");
  if (lengthOf(text) <= shortText) return [text];
  const pieces: string[] = [];
  let piece = "";
  for (const word of text.split(" ")) {
    if (piece !== "" && lengthOf(piece) + lengthOf(word) >= longestPiece) {
      const at = lastClause(piece);
      pieces.push(piece.slice(0, at).trim());
      piece = piece.slice(at).trim();
    }
    piece = piece === "" ? word : `${piece} ${word}`;
    if (piece.length < shortestPiece || !endsSentence(word)) continue;
    pieces.push(piece);
    piece = "";
  }
  if (piece !== "") pieces.push(piece);
  return pieces;
}

/** Length by the time that it takes, in letters. */
function lengthOf(text: string): number {
  const digits = text.length - text.replaceAll(/\d/g, "").length;
  return text.length + (lettersOfDigit - 1) * digits;
}

function cutWord(word: string): string[] {
  const count = Math.max(1, Math.ceil(word.length / longestWord));
  return Array.from({ length: count }, (_, at) => word.slice(at * longestWord, (at + 1) * longestWord));
}

function endsSentence(word: string): boolean {
  const bare = word.replaceAll('"', "").replaceAll("'", "").replaceAll(")", "");
  if (bare.endsWith("!") || bare.endsWith("?")) return true;
  if (!bare.endsWith(".")) return false;
  const name = bare.slice(0, -1).toLowerCase();
  return name.length > 1 && !abbreviations.has(name);
}

/** Where to cut a piece that is too long: behind its last clause, else at its end. */
function lastClause(piece: string): number {
  const at = Math.max(...[", ", "; ", ": "].map((mark) => piece.lastIndexOf(mark)));
  return at < shortestPiece ? piece.length : at + 1;
}
