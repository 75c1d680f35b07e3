/** The text of a message, or of a session description, as it may be kept and shown: without the keys of its media. RFC 4568 §9.1 */
export function withoutMediaKeys(text: string): string {
  return text.replace(CRYPTO_LINE, (line) => line.replace(INLINE_KEY, "inline:(not shown)"));
}

/** Wherever a line may begin: also one that is quoted, folded or broken. */
const CRYPTO_LINE = /a=crypto:[^\r\n]*/gi;
const INLINE_KEY = /inline:[^|;\s]*/gi;
