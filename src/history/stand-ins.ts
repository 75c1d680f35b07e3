import { randomInt } from "node:crypto";

/** Values that are written in place of secret ones. Each is random or counted up, and the mapping is kept only in memory until the call has
 * ended, so that a file cannot be reversed. The same value gets the same stand-in, other values get others. */
export interface StandIns {
  /** A telephone number with "+": another of the same length, of a country code that nobody has. */
  number(e164: string): string;
  /** Keys. `*`, `#`, letters and commas stay, each run of digits becomes another of the same length. */
  digits(text: string): string;
  /** One key. `entered`: the keys before it that it belongs to, so that together they stand for the same as in a text. `alike`: keys that
   * end the entry; they become one another. */
  key(digit: string, entered: string, alike: readonly string[]): string;
  /** Any text: filler, as long in characters and, where that is possible, in bytes of JSON. */
  text(text: string): string;
}

/** Most beginnings of entries that are remembered; beyond that all are forgotten, and the same digits may get other stand-ins. */
const mostBeginnings = 20_000;

/** As many keys as an entry has; of a longer run of digits, only so many of those before decide. */
const mostDigitsBefore = 128;

/** Makes the stand-ins of one file. */
export function createStandIns(): StandIns {
  return new RandomStandIns();
}

/** A class, since each call has them, and most need only those of two numbers. */
class RandomStandIns implements StandIns {
  readonly #numbers = new Map<string, string>();
  #fillerFor: ReturnType<typeof createTextChooser> | undefined;
  #digitFor: ReturnType<typeof createDigitChooser> | undefined;

  number(e164: string): string {
    const digits = e164.slice(1);
    const known = this.#numbers.get(digits) ?? fictionalNumber(digits.length, this.#numbers.size);
    this.#numbers.set(digits, known);
    return `+${known}`;
  }

  digits(text: string): string {
    return text.replace(/\d+/g, (run) => this.#numbers.get(run) ?? this.#digitByDigit(run));
  }

  key(digit: string, entered: string, alike: readonly string[]): string {
    return /\d/.test(digit) ? this.#digitAfter(trailingDigits(entered), digit, alike) : digit;
  }

  text(text: string): string {
    this.#fillerFor ??= createTextChooser();
    return this.#fillerFor(text);
  }

  #digitByDigit(digits: string): string {
    let standIn = "";
    for (const [index, digit] of [...digits].entries()) {
      standIn += this.#digitAfter(digits.slice(Math.max(0, index - mostDigitsBefore), index), digit, []);
    }
    return standIn;
  }

  #digitAfter(before: string, digit: string, alike: readonly string[]): string {
    this.#digitFor ??= createDigitChooser();
    return this.#digitFor(before, digit, alike);
  }
}

function trailingDigits(text: string): string {
  let start = text.length;
  while (start > 0 && /\d/.test(text[start - 1] ?? "")) start--;
  return text.slice(start);
}

/** +999 belongs to nobody. Numbers too short for that are counted up. */
function fictionalNumber(length: number, count: number): string {
  const counted = String(count + 1);
  if (length >= 3 + counted.length) return `999${counted.padStart(length - 3, "0")}`;
  return String(10 ** (length - 1) + (count % (9 * 10 ** (length - 1))));
}

/** Chooses a stand-in for any text: the same for the same, others for others. */
function createTextChooser() {
  const texts = new Map<string, string>();
  const used = new Set<string>();

  return (text: string): string => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    const standIn = fillerFor(text, used);
    texts.set(text, standIn);
    used.add(standIn);
    return standIn;
  };
}

/** Chooses a stand-in for a digit by all that was entered before it: equal entries get equal stand-ins, yet the same digit stands for another
 * one at each place, so that knowing one entry tells nothing of others that begin otherwise. */
function createDigitChooser() {
  const chosen = new Map<string, Map<string, string>>();

  return (before: string, digit: string, alike: readonly string[]): string => {
    const beginning = `${alike.join("")}|${before}`;
    const already = chosen.get(beginning) ?? new Map<string, string>();
    const known = already.get(digit);
    if (known !== undefined) return known;
    if (chosen.size >= mostBeginnings) chosen.clear();
    chosen.set(beginning, already);
    // A number never begins with 0 if it did not before.
    const fits = (candidate: string) =>
      alike.includes(candidate) === alike.includes(digit) && (before !== "" || candidate !== "0");
    const candidates = [..."0123456789"].filter(fits);
    const free = candidates.filter((candidate) => ![...already.values()].includes(candidate));
    const standIn = pick(free) ?? pick(candidates) ?? "0";
    already.set(digit, standIn);
    return standIn;
  };
}

function pick(candidates: readonly string[]): string | undefined {
  return candidates[candidates.length === 0 ? 0 : randomInt(candidates.length)];
}

const letters = "abcdefghijklmnopqrstuvwxyz";

function fillerFor(text: string, used: ReadonlySet<string>): string {
  const { length } = text;
  const mark = `text-${used.size + 1}`;
  if (length < mark.length) return shortFiller(text, used);
  // Characters that take more bytes in JSON are replaced by others that do.
  const extraBytes = Buffer.byteLength(JSON.stringify(text)) - 2 - length;
  const pads = length - mark.length;
  const wide = Math.max(0, Math.min(pads, extraBytes - pads));
  const broad = Math.max(0, Math.min(pads - wide, extraBytes - 2 * wide));
  const filler = mark + "—".repeat(wide) + "é".repeat(broad) + ".".repeat(pads - wide - broad);
  return filler.slice(0, -1) + (unsafe.exec(text)?.[0] ?? filler.slice(-1));
}

/** Characters that checks of headers and addresses refuse; a text with one of them keeps one. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const unsafe = /[\u0000-\u0008\u000a-\u001f\u007f]|[\s<>@]/;

function shortFiller(text: string, used: ReadonlySet<string>): string {
  for (let attempt = 0; ; attempt += 1) {
    const filler = Array.from({ length: text.length }, () => letters[randomInt(letters.length)]).join("");
    if (filler !== text && (!used.has(filler) || attempt > 50)) return filler;
  }
}
