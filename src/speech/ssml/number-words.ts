const small =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const tens = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const scales = ["", " thousand", " million", " billion", " trillion"];
const irregularOrdinals: Record<string, string> = {
  one: "first",
  two: "second",
  three: "third",
  five: "fifth",
  eight: "eighth",
  nine: "ninth",
  twelve: "twelfth",
};

/** A whole number in words, as in "one thousand two hundred five"; from 10^15 on, digit by digit.
 * @param digits decimal digits, at least one */
export function cardinalWords(digits: string): string {
  const plain = digits.replace(/^0+(?=\d)/, "");
  if (plain.length > 15) return digitWords(digits);
  const groups: string[] = [];
  for (let end = plain.length, scale = 0; end > 0; end -= 3, scale++) {
    const group = Number(plain.slice(Math.max(0, end - 3), end));
    if (group > 0) groups.unshift(`${belowThousand(group)}${scales[scale]}`);
  }
  return groups.length === 0 ? "zero" : groups.join(" ");
}

/** The same as a place in an order: "twenty first". */
export function ordinalWords(digits: string): string {
  const words = cardinalWords(digits).split(" ");
  const last = words.pop() ?? "zero";
  const regular = last.endsWith("y") ? `${last.slice(0, -1)}ieth` : `${last}th`;
  return [...words, irregularOrdinals[last] ?? regular].join(" ");
}

/** Each digit as a word: "one two three". */
export function digitWords(digits: string): string {
  return [...digits].map((digit) => small[Number(digit)]).join(" ");
}

/** A year as people say it: 1999 "nineteen ninety nine", 2005 "two thousand five", 1905 "nineteen oh five". */
export function yearWords(digits: string): string {
  const year = Number(digits);
  if (digits.length !== 4 || year % 1000 < 10) return cardinalWords(digits);
  const [century, rest] = [digits.slice(0, 2), digits.slice(2)];
  if (rest === "00") return `${cardinalWords(century)} hundred`;
  return `${cardinalWords(century)} ${rest.startsWith("0") ? "oh " : ""}${cardinalWords(rest)}`;
}

function belowThousand(value: number): string {
  const words: string[] = [];
  if (value >= 100) words.push(`${small[Math.floor(value / 100)]} hundred`);
  const rest = value % 100;
  if (rest >= 20) words.push(tens[Math.floor(rest / 10)] ?? "");
  const ones = rest >= 20 ? rest % 10 : rest;
  if (ones > 0) words.push(small[ones] ?? "");
  return words.join(" ");
}
