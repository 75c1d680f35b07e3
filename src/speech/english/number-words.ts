import { toCardinal, toOrdinal } from "n2words/en-US";

/** Longer numbers are read digit by digit. */
const mostDigits = 15;

/** A whole number in words, as in "one thousand two hundred five"; from 10^15 on, digit by digit.
 * @param digits decimal digits, at least one */
export function cardinalWords(digits: string): string {
  const plain = withoutZeros(digits);
  return plain.length > mostDigits ? digitWords(digits) : spaced(toCardinal(plain));
}

/** The same as a place in an order: "twenty first". */
export function ordinalWords(digits: string): string {
  const plain = withoutZeros(digits);
  if (plain === "0") return "zeroth";
  if (plain.length <= mostDigits) return spaced(toOrdinal(plain));
  return `${digitWords(digits.slice(0, -1))} ${ordinalWords(digits.slice(-1))}`;
}

/** Each digit as a word: "one two three". */
export function digitWords(digits: string): string {
  return [...digits].map((digit) => toCardinal(digit)).join(" ");
}

/** A year as people say it: 1999 "nineteen ninety nine", 2005 "two thousand five", 1905 "nineteen oh five". */
export function yearWords(digits: string): string {
  const year = Number(digits);
  if (digits.length !== 4 || year % 1000 < 10) return cardinalWords(digits);
  const [century, rest] = [digits.slice(0, 2), digits.slice(2)];
  if (rest === "00") return `${cardinalWords(century)} hundred`;
  return `${cardinalWords(century)} ${rest.startsWith("0") ? "oh " : ""}${cardinalWords(rest)}`;
}

function withoutZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, "");
}

/** Hyphens would be read. */
function spaced(words: string): string {
  return words.replaceAll("-", " ");
}
