/** What of the cause of an end names nobody: the rest may have addresses, numbers, or words of a function. */
const namesNobody = [
  /^hung up (?:at this end|by the far end|by the application)/,
  /^cancelled by the caller before the answer/,
  /^refused by the far end with \d{3}/,
  /^could not be reached/,
  /^no common codec/,
  /^the answer was never acknowledged/,
  /^the far end's audio stopped/,
  /^not answered within \d{1,5} s/,
];

/** The cause of an end, as far as it names nobody; undefined: it has no such part. */
export function publicCause(cause: string | undefined): string | undefined {
  if (cause === undefined) return undefined;
  return namesNobody.map((pattern) => pattern.exec(cause)?.[0]).find((part) => part !== undefined);
}
