import { ordinalWords, yearWords } from "./number-words.ts";

const months = "January February March April May June July August September October November December".split(" ");
/** A year of two digits below this is one of this century. */
const firstOfLastCentury = 70;

/** A date in words, as in "December thirty first, twenty twenty five"; undefined: it is none.
 * @param format letters of its fields in order: d, m, y, as in `mdy`, `dd/mm/yyyy` or `yyyymmdd`; by default month, day, year, and year first where that is
 * written first. A question mark in year-first digits (`????0922`) leaves the year out. */
export function dateWords(text: string, format: string | undefined): string | undefined {
  const compact = /^([\d?]{4})(\d{2})(\d{2})$/.exec(text.trim());
  const fields = compact === null ? text.trim().split(/[\s.,/-]+/) : compact.slice(1);
  const asked =
    format
      ?.toLowerCase()
      .replace(/[\s.,/-]/g, "")
      .replace(/(.)\1+/g, "$1") ?? "";
  const own = /^[\d?]{4}$/.test(fields[0] ?? "") ? "ymd" : "mdy";
  const letters = compact === null ? asked || own : "ymd";
  const words: Record<string, string> = {};
  for (const [index, letter] of [...letters].entries()) {
    const field = fields[index];
    if (field === undefined || field.startsWith("?")) continue;
    const word = fieldWords(letter, field);
    if (word === undefined) return undefined;
    words[letter] = word;
  }
  const dayAndMonth = [words["m"], words["d"]].filter((part) => part !== undefined).join(" ");
  const spoken = [dayAndMonth, words["y"]].filter((part) => part !== undefined && part !== "").join(", ");
  return spoken === "" ? undefined : spoken;
}

function fieldWords(letter: string, field: string): string | undefined {
  const digits = field.replace(/(?<=\d)(?:st|nd|rd|th)$/i, "");
  const value = /^\d+$/.test(digits) ? Number(digits) : undefined;
  switch (letter) {
    case "d":
      return value !== undefined && value >= 1 && value <= 31 ? ordinalWords(digits) : undefined;
    case "m":
      return value === undefined ? monthOf(field) : months[value - 1];
    case "y":
      return value === undefined || digits.length > 4 ? undefined : yearWords(withCentury(digits));
    default:
      return undefined;
  }
}

/** By its name or the first letters of it, three at least. */
function monthOf(name: string): string | undefined {
  return name.length < 3 ? undefined : months.find((month) => month.toLowerCase().startsWith(name.toLowerCase()));
}

function withCentury(digits: string): string {
  if (digits.length !== 2) return digits;
  return `${Number(digits) < firstOfLastCentury ? 20 : 19}${digits}`;
}
