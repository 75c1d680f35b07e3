import { Scanner } from "./scanner.ts";

/** One challenge of a WWW-Authenticate or Proxy-Authenticate header. */
export interface Challenge {
  /** Lower case, for example "digest". */
  readonly scheme: string;
  /** By name in lower case, quotes and escapes removed. */
  readonly parameters: ReadonlyMap<string, string>;
}

const longestValue = 4_096;
const mostParameters = 64;

/** The challenges in one header value: SIP has one in each, HTTP several with commas between, and both are read. undefined: it is malformed, names
 * a parameter twice, or is longer than 4,096 characters. What schemes other than Digest have in place of parameters, one word, is left out.
 * RFC 3261 §20.27, §20.44, RFC 7235 §2.1, §4.1 */
export function parseChallenges(value: string): readonly Challenge[] | undefined {
  if (value.length > longestValue) return undefined;
  const scanner = new Scanner(value);
  const challenges: { readonly scheme: string; readonly parameters: Map<string, string> }[] = [];
  let count = 0;
  while (skipCommas(scanner)) {
    const word = scanner.token().toLowerCase();
    if (word === "") return undefined;
    if (!scanner.separator("=")) {
      challenges.push({ scheme: word, parameters: new Map() });
      if (word !== "digest") scanner.token68();
      continue;
    }
    const parameters = challenges.at(-1)?.parameters;
    const text = scanner.quotedString() ?? scanner.bareValue();
    count++;
    if (parameters === undefined || text === undefined || parameters.has(word) || count > mostParameters)
      return undefined;
    parameters.set(word, text);
    scanner.blanks();
    if (!scanner.isAtEnd() && !scanner.isAt(",")) return undefined;
  }
  return challenges;
}

/** Skips blanks and commas. Returns whether anything comes after them. */
function skipCommas(scanner: Scanner): boolean {
  scanner.blanks();
  while (scanner.char(",")) scanner.blanks();
  return !scanner.isAtEnd();
}
