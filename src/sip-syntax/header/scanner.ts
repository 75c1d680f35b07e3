import { isTokenCode } from "./headers.ts";

/** Reads a header value from left to right and never goes back, so that the time is linear. */
export class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Skips blanks. Returns whether there were any. */
  blanks(): boolean {
    return this.#run(isBlankCode) !== "";
  }

  /** Reads the longest token at this position; "" when there is none. RFC 3261 §25.1 */
  token(): string {
    return this.#run(isTokenCode);
  }

  /** The longest run of decimal digits, "" when there is none. */
  digits(): string {
    return this.#run((code) => code >= 0x30 && code <= 0x39);
  }

  /** A host name, or an address whose IPv6 form stands in brackets; "" when there is none. */
  host(): string {
    if (this.#text[this.#at] !== "[") return this.#run(isHostCode);
    const start = this.#at;
    this.#at++;
    const address = this.#run((code) => code === 0x3a || code === 0x2e || isHexCode(code));
    if (address !== "" && this.char("]")) return this.#text.slice(start, this.#at);
    this.#at = start;
    return "";
  }

  /** Skips `char` if it comes next, with the blanks around it. */
  separator(char: string): boolean {
    this.blanks();
    if (!this.char(char)) return false;
    this.blanks();
    return true;
  }

  /** Skips `char` if it comes next. */
  char(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  /** The text of the quoted string at this position, without quotes and escapes; undefined when there is none, or it has no end. RFC 3261 §25.1 */
  quotedString(): string | undefined {
    if (!this.isAt('"')) return undefined;
    let text = "";
    let from = this.#at + 1;
    for (let index = from; index < this.#text.length; index++) {
      const char = this.#text[index];
      if (char === '"') {
        this.#at = index + 1;
        return text + this.#text.slice(from, index);
      }
      if (char !== "\\") continue;
      text += this.#text.slice(from, index);
      index++;
      from = index;
    }
    return undefined;
  }

  /** The longest run without blank, comma, semicolon and quote; undefined when there is none. */
  bareValue(): string | undefined {
    return this.#run((code) => !isBlankCode(code) && code !== 0x2c && code !== 0x3b && code !== 0x22) || undefined;
  }

  /** Skips the one word that some schemes of authentication have in place of parameters, if it is all up to the next comma. RFC 7235 §2.1 */
  token68(): boolean {
    const start = this.#at;
    const word = this.#run(isToken68Code);
    this.#run((code) => code === 0x3d);
    this.blanks();
    if (word !== "" && (this.isAtEnd() || this.isAt(","))) return true;
    this.#at = start;
    return false;
  }

  /** Whether `char` comes next. */
  isAt(char: string): boolean {
    return this.#text[this.#at] === char;
  }

  isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** The rest of the value. */
  rest(): string {
    return this.#text.slice(this.#at);
  }

  #run(holds: (code: number) => boolean): string {
    const start = this.#at;
    while (this.#at < this.#text.length && holds(this.#text.charCodeAt(this.#at))) this.#at++;
    return this.#text.slice(start, this.#at);
  }
}

function isBlankCode(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function isHexCode(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
}

function isToken68Code(code: number): boolean {
  return isHostCode(code) || code === 0x7e || code === 0x2b || code === 0x2f;
}

function isHostCode(code: number): boolean {
  const isWord = (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a);
  return isWord || code === 0x2d || code === 0x2e || code === 0x5f;
}
